"""How a page is sent: small, and not at all when who asks has it already.

What strangers chose never stands beside a secret in an answer to another site: sessions are
SameSite=Lax, so that lengths of compressed answers tell nobody a form's token.
"""

import hashlib
from http import HTTPStatus

from aiohttp import web

from hotline.console.session import is_fragment

_WORTH_IT = 1400  # bytes: below, all of it fits one packet
_GZIP = web.ContentCoding.gzip


def small(request: web.Request, response: web.Response) -> web.Response:
    """Return `response` compressed, or only the word that nothing changed."""
    body = response.body
    if not isinstance(body, bytes):
        return response
    if request.method == "GET" and is_fragment(request):
        mark = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if (
            request.headers.get("If-None-Match") == mark
            and response.status == HTTPStatus.OK
        ):
            return web.Response(status=304, headers={"ETag": mark})
        response.headers["ETag"] = mark
    if len(body) > _WORTH_IT and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.enable_compression(_GZIP)
    return response
