"""The thread of one report: /status after number and PIN, and what is written on in it.

It works without JavaScript. With it the page hears that something is new (ids only) and reads
the list of messages again with its own token; the field in which somebody types is never
touched.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import structlog
from aiohttp import web

from hotline.actions.read_thread import ThreadPage, read_thread, thread_version
from hotline.actions.write_in_thread import ACCOUNT, Written, write_in_thread
from hotline.errors import HotlineError, NotFound, Unavailable
from hotline.i18n import LOCALES, gettext
from hotline.intake.form_body import FormBody, LeftOut, read_form_body
from hotline.intake.report_page import is_over
from hotline.intake.spent import Spent
from hotline.intake.thread_token import ThreadTokens
from hotline.intake.web_form import external_id, form_of, is_form_id
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.metrics import CONTACTS, REFUSED
from hotline.web.pages import PUBLIC_CSP, locale_of, render, render_public
from hotline.web.problems import RETRY_S

LIVE_CSP = PUBLIC_CSP + "; connect-src 'self'"
LOOK_S = 2.0  # how often an open page's thread is looked at
LONGEST_S = 900.0  # then the page asks anew, with its token
MOST_OPEN = 300  # streams of one process; without one a page has its button
OPEN = web.AppKey("open_streams", set[object])
SPENT = web.AppKey("spent_forms", Spent)
_CHANNEL = "webchat"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says beside the thread itself."""

    wrong: str = ""
    sent: bool = False
    asked: bool = False  # for a psychologist
    left_out: tuple[LeftOut, ...] = ()
    typed: str = field(default="", repr=False)


async def page(
    request: web.Request, root_id: int, said: Said = Said(), *, status: int = 200
) -> web.Response:
    """Return the thread's page, with a token that opens it for a while."""
    seen = await read_thread(request.app[RT], root_id)
    return _render(request, "thread.html", seen, said, status=status)


async def write(request: web.Request) -> web.Response:
    """Store what was written and show the thread; or the page again with what is wrong."""
    try:
        return await _write(request)
    except HotlineError as error:
        REFUSED.labels(_CHANNEL, error.code).inc()
        raise


async def _write(request: web.Request) -> web.Response:
    rt = request.app[RT]
    body = await read_form_body(request, rt.config.service.limits)
    form = form_of(body.fields)
    if form.lang in LOCALES:
        request[LOCALE] = form.lang
    root_id = _opened(request, body)
    if root_id is None:
        REFUSED.labels(_CHANNEL, "bad_token").inc()
        return ask_page(request, status=403, wrong="over", typed=form.text)
    asks = body.fields.get("want") == "psychologist"
    switched = body.fields.get("switch", "")
    if switched in LOCALES:
        request[LOCALE] = switched
    if switched in LOCALES or not (form.text.strip() or asks or body.media):
        wrong = "" if switched in LOCALES else "text"
        said_back = Said(wrong=wrong, typed=form.text)
        return await page(request, root_id, said_back, status=422 if wrong else 200)
    said = Written(
        sending=external_id(form, rt.sealer.derive("form"), body.media)
        + (":p" if asks else ""),
        text=_words(request, form.text, asks=asks),
        raw=body.raw,
        lang=form.lang if form.lang in LOCALES else None,
        psychologist=asks,
        media=body.media,
        marks=("honeypot",) if form.website else (),
        behind=is_over(request),
    )
    try:
        kept = await write_in_thread(rt, root_id, said)
    except NotFound:
        return ask_page(request, status=403, wrong="over", typed=form.text)
    except Unavailable as error:
        REFUSED.labels(_CHANNEL, error.code).inc()
        return _not_stored(request, body, form.text)
    CONTACTS.labels(_CHANNEL, "message" if kept.fresh else "again").inc()
    if is_spent(request, form.form_id) and not kept.fresh:
        return ask_page(request, wrong="again")
    return await page(request, root_id, Said(sent=True, asked=asks, left_out=body.left_out))


def _words(request: web.Request, typed: str, *, asks: bool) -> str:
    """Return what was typed; a wish for a psychologist in words, for a person to read."""
    if not asks:
        return typed
    wish = gettext(locale_of(request), "I want to talk to a psychologist")
    return f"{typed}\n\n{wish}" if typed.strip() else wish


async def again(request: web.Request) -> web.Response:
    """Return the thread as it is now: the way to look for an answer without JavaScript."""
    body = await read_form_body(request, request.app[RT].config.service.limits)
    if body.fields.get("lang") in LOCALES:
        request[LOCALE] = body.fields["lang"]
    root_id = _opened(request, body)
    if root_id is None:
        return ask_page(request, status=403, wrong="over")
    if is_spent(request, body.fields.get("form_id", "")):
        return ask_page(request, wrong="again")
    return await page(request, root_id)


async def part(request: web.Request) -> web.Response:
    """Return the list of messages alone, for the page's script."""
    body = await read_form_body(request, request.app[RT].config.service.limits)
    if body.fields.get("lang") in LOCALES:
        request[LOCALE] = body.fields["lang"]
    root_id = _opened(request, body)
    if root_id is None:
        return web.Response(status=403)
    seen = await read_thread(request.app[RT], root_id)
    return _render(request, "thread_part.html", seen)


async def live(request: web.Request) -> web.StreamResponse:
    """Tell the page that its thread changed, as server-sent events without any content."""
    rt = request.app[RT]
    body = await read_form_body(request, rt.config.service.limits)
    root_id = _opened(request, body)
    if root_id is None or len(request.app[OPEN]) >= MOST_OPEN:
        return web.Response(status=403 if root_id is None else 503)
    kind = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers={**kind, "Cache-Control": "no-store"})
    await response.prepare(request)
    mark = object()
    request.app[OPEN].add(mark)
    try:
        await _tell(request, response, root_id, mark)
    except ConnectionError:
        pass  # the page was closed, which is how every stream ends
    except Unavailable:
        _log.warning("thread_stream_lost")
    finally:
        request.app[OPEN].discard(mark)
    return response


async def _tell(
    request: web.Request, response: web.StreamResponse, root_id: int, mark: object
) -> None:
    rt, loop = request.app[RT], asyncio.get_running_loop()
    until, known = loop.time() + LONGEST_S, await thread_version(rt, root_id)
    await response.write(b"event: pulse\ndata: {}\n\n")
    while loop.time() < until and mark in request.app[OPEN]:
        await asyncio.sleep(LOOK_S)
        now = await thread_version(rt, root_id)
        event = b"pulse" if now == known else b"changed"
        known = now
        await response.write(b"event: " + event + b"\ndata: {}\n\n")


async def end_streams(app: web.Application) -> None:
    """Let every stream end: the process stops."""
    app[OPEN].clear()


def tokens(request: web.Request) -> ThreadTokens:
    """Return what makes and reads this service's thread tokens."""
    rt = request.app[RT]
    life = timedelta(minutes=rt.config.service.intake.thread_minutes)
    return ThreadTokens(rt.sealer.derive(f"csrf:{ACCOUNT}"), life)


def _opened(request: web.Request, body: FormBody) -> int | None:
    """Return whose thread the sent page may go on in."""
    if from_elsewhere(request.headers, request.host):
        return None
    token = body.fields.get("thread", "")[:200]
    return tokens(request).read(token, request.app[RT].clock.now())


def _render(
    request: web.Request,
    template: str,
    seen: ThreadPage,
    said: Said = Said(),
    *,
    status: int = 200,
) -> web.Response:
    rt = request.app[RT]
    thread = seen.thread
    response = render(
        request, template, status=status, seen=seen, thread=thread,
        stage=seen.stage,
        token=tokens(request).issue(thread.id, rt.clock.now()), form_id=str(uuid4()),
        said=said,
        hours=rt.config.channels.thread, limits=rt.config.service.limits,
        minutes=rt.config.service.intake.thread_minutes,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = LIVE_CSP
    return response


def is_spent(request: web.Request, form_id: str) -> bool:
    """Return whether "Back" sent this form again; a form without an id is no page of ours."""
    now = request.app[RT].clock.now()
    return is_form_id(form_id) and request.app[SPENT].is_spent(form_id, now)


def ask_page(
    request: web.Request,
    *,
    status: int = 200,
    wrong: str = "",
    receipt: str = "",
    wait: int = 0,
    typed: str = "",
) -> web.Response:
    """Return the page that asks for number and PIN; what was typed is not lost."""
    return render_public(
        request, "status.html", status=status, wrong=wrong, receipt=receipt, wait=wait,
        typed=typed, form_id=str(uuid4()),
    )  # fmt: skip


def _not_stored(request: web.Request, body: FormBody, typed: str) -> web.Response:
    """Return the words to be sent again: the store is away, so the thread cannot be shown."""
    form_id = body.fields.get("form_id", "")
    response = render_public(
        request, "thread_again.html", status=503, typed=typed,
        token=body.fields.get("thread", "")[:200],
        form_id=form_id if is_form_id(form_id) else str(uuid4()),
        asks=body.fields.get("want") == "psychologist",
    )  # fmt: skip
    response.headers["Retry-After"] = str(RETRY_S)
    return response
