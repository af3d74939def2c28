"""How a page is sent: small, and not at all when who asks has it already.

What strangers chose never stands beside a secret in an answer to another site: sessions are
SameSite=Lax, so that lengths of compressed answers tell nobody a form's token.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from hotline.console import standing
from hotline.console.session import is_fragment

_WORTH_IT = 1400  # bytes: below, all of it fits one packet
_GZIP = web.ContentCoding.gzip
_AS_GZIP = 31  # zlib's way to say: with gzip's own head and tail


@dataclass(frozen=True, slots=True)
class Ready:
    """A part of a page that is the same for many: marked and compressed once."""

    body: bytes
    mark: str
    packed: bytes


def ready(text: str) -> Ready:
    """Return `text` as it is sent to all who read it."""
    body = text.encode("utf-8", "replace")
    return Ready(body, _mark(body), zlib.compress(body, wbits=_AS_GZIP))


def send(request: web.Request, part: Ready, headers: Mapping[str, str]) -> web.Response:
    """Return the answer with `part`, or only the word that nothing changed."""
    if request.headers.get("If-None-Match") == part.mark:
        return web.Response(status=304, headers={"ETag": part.mark})
    told = {**headers, "ETag": part.mark}
    body = part.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, told["Content-Encoding"] = part.packed, "gzip"
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=told)


def small(request: web.Request, response: web.Response) -> web.Response:
    """Return `response` compressed, or only the word that nothing changed."""
    body = response.body
    if not isinstance(body, bytes):
        return response
    if request.method == "GET" and is_fragment(request):
        mark = _mark(body)
        if (
            request.headers.get("If-None-Match") == mark
            and response.status == HTTPStatus.OK
        ):
            return web.Response(status=304, headers={"ETag": mark})
        response.headers["ETag"] = mark
    if len(body) > _WORTH_IT:
        _compress(request, response, body)
    return response


def _compress(request: web.Request, response: web.Response, body: bytes) -> None:
    """Send what differs from what the browser has; else the whole, compressed."""
    accepted = request.headers.get("Accept-Encoding", "")
    words = standing.named(accepted, request.headers.get("Available-Dictionary", ""))
    if words is not None:
        response.body = words.differs(body)
        response.headers["Content-Encoding"] = standing.ENCODING
    elif "gzip" in accepted:
        response.enable_compression(_GZIP)


def _mark(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'
