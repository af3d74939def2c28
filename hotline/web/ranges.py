"""Answering with a part of some bytes, so that a player may move within a recording."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web


def part_of(
    request: web.Request, content: bytes, headers: Mapping[str, str]
) -> web.Response:
    """Return all of `content`, or the one range that the request asks for.

    Source: RFC 9110, section 14: what cannot be understood is answered with all of it.
    """
    whole = len(content)
    told = {**headers, "Accept-Ranges": "bytes"}
    if "Range" not in request.headers:
        return web.Response(body=content, headers=told)
    try:
        begin, end, _ = request.http_range.indices(whole)
    except ValueError:
        return web.Response(body=content, headers=told)
    if begin >= end:
        unmet = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return web.Response(status=unmet, headers={"Content-Range": f"bytes */{whole}"})
    told["Content-Range"] = f"bytes {begin}-{end - 1}/{whole}"
    partial = HTTPStatus.PARTIAL_CONTENT
    return web.Response(status=partial, body=content[begin:end], headers=told)
