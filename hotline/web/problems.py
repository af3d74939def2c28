"""Errors as RFC 9457 problem documents for programs, as pages for people."""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from hotline import i18n
from hotline.errors import HotlineError, Unavailable
from hotline.web.keys import LOCALE, REQUEST_ID
from hotline.web.pages import render

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RETRY_S = 5
_SESSION, _LANG = "hotline_session", "hotline_lang"  # cookies of who works in the console
_LONGEST = 300  # characters of a detail
_MACHINE = ("/intake/", "/api/", "/live", "/healthz", "/readyz", "/metrics")
_log = structlog.get_logger()
_HEADINGS = {  # for people; what is not here gets the heading of 500 or 400
    403: "You may not open this page",
    404: "There is no such page",
    405: "This page cannot be used that way",
    413: "The text is too long",
    429: "Please wait a little",
    503: "The service does not answer at the moment",
}


def problem(error: HotlineError) -> web.Response:
    """Return `error` as a problem document."""
    title = HTTPStatus(error.status).phrase
    document = {
        "type": f"urn:hotline:problem:{error.code}",
        "title": title,
        "status": error.status,
        "code": error.code,
        "detail": error.text[:_LONGEST],
        **error.facts,
    }
    return web.Response(
        status=error.status,
        # In ASCII: the name of a field may hold half a surrogate pair.
        body=json.dumps(document, default=str).encode(),
        content_type="application/problem+json",
        headers=_retry(error),
    )


def for_machines(request: web.Request) -> bool:
    """Return whether a program asks, which gets a document instead of a page."""
    return request.path.startswith(_MACHINE)


def answer(request: web.Request, error: HotlineError) -> web.Response:
    """Return `error` in the form that the caller can use."""
    if for_machines(request):
        return problem(error)
    at_work = _SESSION in request.cookies
    if at_work and LOCALE not in request and request.cookies.get(_LANG) in i18n.LOCALES:
        request[LOCALE] = request.cookies[_LANG]
    fallback = "Something went wrong" if error.status >= 500 else "This did not work"  # noqa: PLR2004
    response = render(
        request,
        "error.html",
        status=error.status,
        heading=_HEADINGS.get(error.status, fallback),
        error=error,
        at_work=at_work,
        request_id=request.get(REQUEST_ID, ""),
    )
    response.headers.update(_retry(error))
    response.headers["X-Problem"] = error.code  # which of its answers it is, for a script
    return response


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler raises into an answer; a bug is logged by its type alone."""
    try:
        return await handler(request)
    except HotlineError as error:
        return answer(request, error)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        response = answer(request, _from_http(error))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (TimeoutError, ConnectionError) as error:
        _log.warning("peer_lost", error=type(error).__name__)
        return answer(request, Unavailable("a part of the service did not answer"))
    except Exception as error:  # noqa: BLE001  the one place; see design, house rule 12
        _log.error("request_failed", error=type(error).__name__, at=_where(error))
        return answer(request, HotlineError("something went wrong; it was noted"))


def _from_http(error: web.HTTPException) -> HotlineError:
    """Return aiohttp's own refusals (404, 405, 413) in our words."""
    found = HotlineError(HTTPStatus(error.status).phrase)
    found.status = error.status
    found.code = HTTPStatus(error.status).name.lower()
    return found


def _retry(error: HotlineError) -> dict[str, str]:
    if "retry_after" in error.facts:
        return {"Retry-After": str(error.facts["retry_after"])}
    return {"Retry-After": str(RETRY_S)} if isinstance(error, Unavailable) else {}


def _where(error: BaseException) -> str:
    """Return file and line where `error` arose: code of ours, never a value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
