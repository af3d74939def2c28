"""GET and POST /status: how a report stands, by number and PIN. No content is shown."""

import re

from aiohttp import web

from hotline.actions.open_thread import Strangers, Thread, WrongPin, open_thread
from hotline.cases.terms import CaseStatus, ContactState
from hotline.errors import TooSoon
from hotline.i18n import LOCALES
from hotline.intake.web_form import read_fields
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.pages import render_public
from hotline.web.wire import read_body

STRANGERS = web.AppKey("strangers", Strangers)
_LONGEST_BODY = 4096
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212-]+")
_FEWEST_DIGITS = 9  # year, number, check digit
_ENDED = (CaseStatus.CLOSED, CaseStatus.OUTCOME_RECORDED)


async def show(request: web.Request) -> web.Response:
    """Return the page that asks for number and PIN."""
    return _page(request)


async def ask(request: web.Request) -> web.Response:
    """Return how the report stands, or the page again with what is wrong."""
    fields = read_fields(await read_body(request, _LONGEST_BODY))
    if fields.get("lang") in LOCALES:
        request[LOCALE] = fields["lang"]
    if from_elsewhere(request.headers, request.host):
        return _page(request, status=403)
    receipt = typed_number(fields.get("receipt", "").strip()[:20])
    pin = "".join(fields.get("pin", "").split())[:20]
    if not receipt or not pin:
        return _page(request, status=422, wrong="empty", receipt=receipt)
    try:
        thread = await open_thread(request.app[RT], receipt, pin, request.app[STRANGERS])
    except WrongPin:
        return _page(request, status=403, wrong="pin", receipt=receipt)
    except TooSoon as error:
        wait = int(error.facts["retry_after"])
        response = _page(request, status=429, wrong="wait", receipt=receipt, wait=wait)
        response.headers["Retry-After"] = str(wait)
        return response
    return render_public(request, "status_shown.html", thread=thread, stage=stage(thread))


def typed_number(typed: str) -> str:
    """Return a number as it is printed, however its dashes were typed; else as it was."""
    digits = "".join(_BETWEEN.split(typed))
    if len(digits) < _FEWEST_DIGITS or not (digits.isascii() and digits.isdigit()):
        return typed
    return f"{digits[:2]}-{digits[2:-1]}-{digits[-1]}"


def stage(thread: Thread) -> str:
    """Return which of four neutral stages a report has reached."""
    if thread.case_status is not None:
        return "ended" if thread.case_status in _ENDED else "in_work"
    return "read" if thread.state == ContactState.CLOSED else "received"


def _page(
    request: web.Request,
    *,
    status: int = 200,
    wrong: str = "",
    receipt: str = "",
    wait: int = 0,
) -> web.Response:
    return render_public(
        request, "status.html", status=status, wrong=wrong, receipt=receipt, wait=wait
    )
