"""Where the calls are reached. A new resource is a line in RESOURCES."""

from functools import cache

from aiohttp import web

from hotline.api import (
    cases,
    clocks,
    conflicts,
    contacts,
    directory,
    duty,
    emergency,
    emergency_numbers,
    figures,
    forecast,
    incidents,
    links,
    messages,
    openapi,
    people,
    quality,
    referrals,
    reports,
    staffing,
    what_if,
    work,
)
from hotline.api.call import Call
from hotline.api.door import handler

PREFIX = "/api/v1"
RESOURCES = (
    contacts,
    messages,
    cases,
    referrals,
    work,
    emergency,
    emergency_numbers,
    clocks,
    directory,
    staffing,
    figures,
    forecast,
    quality,
    reports,
    duty,
    people,
    what_if,
    links,
    incidents,
    conflicts,
)


def calls() -> list[Call]:
    """Return every call."""
    return [call for resource in RESOURCES for call in resource.CALLS]


def routes(app: web.Application) -> None:
    """Add the API and its description to `app`."""
    for call in calls():
        app.router.add_route(call.method, PREFIX + call.path, handler(call))
    app.router.add_get("/api/openapi.json", described)


async def described(_: web.Request) -> web.Response:
    """Return the description of the API."""
    return web.Response(body=_document(), content_type="application/json")


@cache
def _document() -> bytes:
    """Return the description, made when first asked for: a start does not wait for it."""
    return openapi.document(calls(), PREFIX)
