"""Our own files for browsers, with an address that changes when they do."""

import hashlib
from functools import cache
from pathlib import Path

from aiohttp import web

from hotline.errors import NotFound

FOLDER = Path(__file__).with_name("static")
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_WHILE = "public, max-age=86400"  # fonts are named by style sheets without a version


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with a mark of its content."""
    path = FOLDER / name
    content = path.read_bytes() if path.exists() else b""
    return f"/static/console/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


async def serve(request: web.Request) -> web.StreamResponse:
    """Return one file. Errors: NotFound for what is not inside the folder."""
    path = (FOLDER / request.match_info["name"]).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        raise NotFound("no such file")
    kept = _FOR_EVER if "v" in request.query else _FOR_A_WHILE
    return web.FileResponse(path, headers={"Cache-Control": kept})
