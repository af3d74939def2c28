"""The outermost middleware: request id, time taken, headers that every answer carries."""

import asyncio
import os
import time
from functools import cache
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from hotline.web.keys import AUTOMATIC, REQUEST_ID
from hotline.web.metrics import SECONDS
from hotline.web.problems import Handler

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What no handler sets itself: two dictionaries are joined faster than six names looked up.
_ALL = {"Cache-Control": "no-store", **HEADERS}
_FILES = "/static/console/"
_OF_FILES = {"X-Content-Type-Options": "nosniff"}
_OF_PARTS = {"Cache-Control": "no-store", **_OF_FILES}
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")
# What came in at a door is counted, and noted in its own history: a line each in the log
# would cost a fifth of all that the door can take, and say nothing more. So would one for
# each part of a page that hundreds of pages read anew by themselves at every change.
_DOORS = "/intake/"
GONE = 499  # as nginx notes it: the client closed the request
_log = structlog.get_logger()


@web.middleware
async def access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Time and note the request by its route's pattern: no path, no query, no person."""
    request_id = request[REQUEST_ID] = os.urandom(8).hex()
    began = time.perf_counter()
    status = 500
    # aiohttp gives each request a task, whose context ends with it: nothing to unbind.
    structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        response = await handler(request)
        status = response.status
    except asyncio.CancelledError:
        status = GONE  # the person closed the page: no failure of ours
        raise
    except web.HTTPException as redirect:
        status = redirect.status
        redirect.headers.update(_missing(redirect))
        raise
    else:
        if not response.prepared and request.path.startswith(_FILES):
            response.headers.update(_OF_FILES)  # a policy is the page's, not its pictures'
        elif not response.prepared and "HX-Request" in request.headers:
            response.headers.update(
                _OF_PARTS
            )  # nor of its parts: no browser opens them alone
        elif not response.prepared:
            response.headers.update(_missing(response))
            response.headers["X-Request-Id"] = request_id
        return response
    finally:
        _note(request, status, time.perf_counter() - began)


def _missing(response: web.StreamResponse) -> dict[str, str]:
    """Return the headers that the handler did not set; nothing is kept by default."""
    present = response.headers
    if len(present) == 1 and "Content-Type" in present:
        return _ALL
    return {name: value for name, value in _ALL.items() if name not in present}


def _note(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "none"
    method = request.method if request.method in ("GET", "POST", "HEAD") else "other"
    _timer(method, route, status).observe(seconds)
    well = status < HTTPStatus.BAD_REQUEST
    counted = status < HTTPStatus.MULTIPLE_CHOICES and route.startswith(_DOORS)
    counted |= well and AUTOMATIC in request.headers
    if not counted and not route.startswith(_QUIET):
        _log.info(
            "request_answered", method=method, route=route, status=status,
            ms=round(seconds * 1000, 1),
        )  # fmt: skip


@cache
def _timer(method: str, route: str, status: int) -> Any:
    """Return the histogram of one route and answer; there are few, and looking up is slow."""
    return SECONDS.labels(method, route, status)
