"""GET and POST /status: by number and PIN to one's thread. Nothing of it is in an address."""

import re

from aiohttp import web

from hotline.actions.open_thread import Strangers, WrongPin, open_thread
from hotline.errors import TooSoon
from hotline.i18n import LOCALES
from hotline.intake import thread_page
from hotline.intake.web_form import read_fields
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.wire import read_body

STRANGERS = web.AppKey("strangers", Strangers)
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212-]+")
_FEWEST_DIGITS = 9  # year, number, check digit
_LONGEST_BODY = 65_536  # words that were typed into a thread's page come along
_LONGEST_TYPED = 20_000


async def show(request: web.Request) -> web.Response:
    """Return the page that asks for number and PIN. It never shows a thread by itself."""
    return _page(request)


async def ask(request: web.Request) -> web.Response:
    """Return the thread, or the page again with what is wrong."""
    fields = read_fields(await read_body(request, _LONGEST_BODY))
    if fields.get("lang") in LOCALES:
        request[LOCALE] = fields["lang"]
    typed = fields.get("text", "")[:_LONGEST_TYPED]
    if from_elsewhere(request.headers, request.host):
        return _page(request, status=403, typed=typed)
    receipt = typed_number(fields.get("receipt", "").strip()[:20])
    switched = fields.get("switch") in LOCALES
    if switched:
        request[LOCALE] = fields["switch"]
    if switched or thread_page.is_spent(request, fields.get("form_id", "")):
        known = receipt if switched else ""
        wrong = "" if switched else "again"
        return _page(request, wrong=wrong, receipt=known, typed=typed)
    pin = "".join(fields.get("pin", "").split())[:20]
    if not receipt or not pin:
        return _page(request, status=422, wrong="empty", receipt=receipt, typed=typed)
    try:
        thread = await open_thread(request.app[RT], receipt, pin, request.app[STRANGERS])
    except WrongPin:
        return _page(request, status=403, wrong="pin", receipt=receipt, typed=typed)
    except TooSoon as error:
        wait = int(error.facts["retry_after"])
        response = _page(
            request, status=429, wrong="wait", receipt=receipt, wait=wait, typed=typed
        )
        response.headers["Retry-After"] = str(wait)
        return response
    return await thread_page.page(request, thread.id, thread_page.Said(typed=typed))


def typed_number(typed: str) -> str:
    """Return a number as it is printed, however its dashes were typed; else as it was."""
    digits = "".join(_BETWEEN.split(typed))
    if len(digits) < _FEWEST_DIGITS or not (digits.isascii() and digits.isdigit()):
        return typed
    return f"{digits[:2]}-{digits[2:-1]}-{digits[-1]}"


def _page(
    request: web.Request,
    *,
    status: int = 200,
    wrong: str = "",
    receipt: str = "",
    wait: int = 0,
    typed: str = "",
) -> web.Response:
    return thread_page.ask_page(
        request, status=status, wrong=wrong, receipt=receipt, wait=wait, typed=typed
    )
