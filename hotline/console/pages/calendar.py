"""GET /calendar/{token}.ics: for programs of calendars; the address is the only key."""

import hashlib
from http import HTTPStatus

from aiohttp import web

from hotline.actions.calendar_feed import read_feed
from hotline.console.calendar_file import calendar_file
from hotline.web.keys import RT


async def feed_page(request: web.Request) -> web.StreamResponse:
    """Return the owner's deadlines; 304 while nothing changed, 404 once it was revoked."""
    rt = request.app[RT]
    viewer, deadlines = await read_feed(rt, request.match_info["token"])
    body = calendar_file(deadlines, viewer.locale, rt.sealer.derive("calendar"))
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # Kept by the program that asked, and asked anew each time: a revoked address ends at once.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    asked = request.headers.get("If-None-Match", "")
    if tag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(
        body=body, content_type="text/calendar", charset="utf-8", headers=headers
    )
