"""Our own files for browsers, with an address that changes when they do."""

from functools import cache

from aiohttp import web

from hotline.console import standing
from hotline.console.bundles import BUNDLES, FOLDER, build, content, mark, smaller
from hotline.errors import NotFound

__all__ = ["FOLDER", "asset", "build", "serve"]
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=86400"  # fonts are named by style sheets without a version
_TYPES = {".css": "text/css", ".js": "text/javascript"}


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with a mark of its content."""
    return f"/static/console/{name}?v={mark(name)}"


async def serve(request: web.Request) -> web.StreamResponse:
    """Return one file. Errors: NotFound for what is not inside the folder."""
    name = request.match_info["name"]
    kept = {"Cache-Control": _FOR_EVER if "v" in request.query else _FOR_A_WHILE}
    path = (FOLDER / name).resolve()
    inside = path.is_relative_to(FOLDER.resolve()) and path.is_file()
    if name not in BUNDLES and not inside:
        raise NotFound("no such file")
    if path.suffix in _TYPES and (name in BUNDLES or path.parent == FOLDER.resolve()):
        return _packed(request, name, _TYPES[path.suffix], kept)
    if path.suffix == standing.SUFFIX:
        kept["Use-As-Dictionary"] = f'match="{standing.pages_of(name)}"'
        kept["Content-Type"] = "text/plain; charset=utf-8"
    return web.FileResponse(path, headers=kept)


def _packed(
    request: web.Request, name: str, kind: str, kept: dict[str, str]
) -> web.Response:
    """Return one of our own scripts or sheets, as small as the browser can read it."""
    headers = {**kept, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("Accept-Encoding", "")
    body = content(name)
    for encoding, packed in reversed(smaller(name).items()):
        if encoding in accepted:
            headers["Content-Encoding"], body = encoding, packed
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
