"""The outermost middleware: request id, time taken, headers that every answer carries."""

import secrets
import time

import structlog
from aiohttp import web

from hotline.web.keys import REQUEST_ID
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
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")
_log = structlog.get_logger()


@web.middleware
async def access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Time and note the request by its route's pattern: no path, no query, no person."""
    request[REQUEST_ID] = secrets.token_hex(8)
    began = time.perf_counter()
    status = 500
    with structlog.contextvars.bound_contextvars(request_id=request[REQUEST_ID]):
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as redirect:
            status = redirect.status
            redirect.headers.update(_missing(redirect))
            raise
        else:
            if not response.prepared:
                response.headers.update(_missing(response))
                response.headers["X-Request-Id"] = request[REQUEST_ID]
            return response
        finally:
            _note(request, status, time.perf_counter() - began)


def _missing(response: web.StreamResponse) -> dict[str, str]:
    """Return the headers that the handler did not set; nothing is kept by default."""
    wanted = {"Cache-Control": "no-store", **HEADERS}
    return {name: value for name, value in wanted.items() if name not in response.headers}


def _note(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "none"
    method = request.method if request.method in ("GET", "POST", "HEAD") else "other"
    SECONDS.labels(method, route, status).observe(seconds)
    if not route.startswith(_QUIET):
        _log.info(
            "request_answered", method=method, route=route, status=status,
            ms=round(seconds * 1000, 1),
        )  # fmt: skip
