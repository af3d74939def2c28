"""What every page of the console gets: who looks, words, assets, the moment."""

import base64
import json
import re
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from hotline.actions.set_presence import PAUSES
from hotline.actions.sign_in import Session
from hotline.cases.terms import Role
from hotline.console import sending, standing
from hotline.console.frame import FRAME
from hotline.console.session import SESSION, THEME_COOKIE, THEMES, is_fragment
from hotline.console.static_files import asset, build
from hotline.console.time_left import seconds_left
from hotline.console.wording import Wording
from hotline.identity.viewer import Viewer
from hotline.web.keys import RT
from hotline.web.pages import locale_of, render

_BELONGS = {"/cases/": "/inbox", "/contacts/": "/desk"}  # pages that lists lead to
ALMATY = ZoneInfo("Asia/Almaty")
VARY = "Accept-Encoding, Accept-Language, Available-Dictionary, Cookie, HX-Request"
_SAID_COOKIE = "hotline_said"  # what the page before said, for the page after it
_SAID_FOR_S = 20
_UNDO = re.compile(r"/[A-Za-z0-9/_-]{1,200}")
_RAIL = (  # address, icon, msgid, roles
    ("/desk", "phone-incoming", "Desk", (Role.OPERATOR, Role.SUPERVISOR)),
    ("/inbox", "inbox", "Cases", tuple(r for r in Role if r is not Role.ADMIN)),
    ("/my", "calendar", "My day", tuple(r for r in Role if r is not Role.ADMIN)),
    (
        "/visits",
        "map-pin",
        "Visits",
        tuple(r for r in Role if r not in (Role.ADMIN, Role.OPERATOR, Role.SUPERVISOR)),
    ),
    ("/board", "activity", "Board", (Role.SUPERVISOR,)),
    ("/callbacks", "phone", "Call-backs", (Role.OPERATOR,)),
    ("/oversight", "shield-alert", "Own work", (Role.COMMISSIONER, Role.SUPERVISOR)),
    ("/duty", "timer", "Duty", tuple(r for r in Role if r is not Role.OPERATOR)),
    ("/incidents", "users", "Mass incidents", (Role.OPERATOR, Role.SUPERVISOR)),
    ("/rereading", "eye", "Second reading", (Role.OPERATOR, Role.SUPERVISOR)),
    ("/emergency-numbers", "siren", "Duty desks", (Role.ADMIN,)),
    ("/reports", "chart-column", "Reports", tuple(r for r in Role if r is not Role.ADMIN)),
    ("/quality", "chart-column", "Quality", (Role.SUPERVISOR, Role.ADMIN)),
    ("/admin/audit", "history", "Who looked at what", (Role.SUPERVISOR,)),
    ("/admin/people", "users", "People", (Role.ADMIN,)),
    ("/admin/bodies", "building-2", "Bodies", (Role.ADMIN,)),
    ("/admin/sites", "map-pin", "Sites and posters", (Role.ADMIN,)),
    ("/works", "download", "Long work", (Role.ADMIN,)),  # others come to it from reports
    ("/admin", "settings", "Service", (Role.ADMIN,)),
)


def viewer_of(request: web.Request) -> Viewer:
    """Return who is looking; the page is guarded."""
    session: Session = request[SESSION]
    return session.viewer


def theme_of(request: web.Request) -> str:
    """Return the theme that was chosen in this browser."""
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in THEMES else THEMES[0]


def page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    theme: str = "",
    **values: Any,
) -> web.Response:
    """Return a page, or the part of it that htmx asked for, in the viewer's language."""
    session: Session | None = request.get(SESSION)
    rt = request.app[RT]
    said_before = ("", "") if is_fragment(request) else _said(request)
    response = render(
        request,
        template,
        status=status,
        viewer=session.viewer if session else None,
        csrf=session.csrf if session else "",
        fragment=is_fragment(request),
        theme=theme or theme_of(request),
        now=rt.clock.now(),
        w=Wording(rt.config, locale_of(request)),
        asset=asset,
        rail=(rail := _rail(session.viewer if session else None)),
        rail_here=_rail_here(request.path, rail),
        here=request.path,
        left=seconds_left(rt, session) if session else 0,
        build=build(),
        words=standing.words_of(request.path, locale_of(request)),
        demo=rt.settings.demo,
        time_of=time_of,
        said_before=said_before,
        frame=(frame := request.get(FRAME)),
        later="" if frame else ", load",  # what is not read with the page
        pauses=PAUSES,
        **values,
    )
    if any(said_before):
        response.del_cookie(_SAID_COOKIE)
    response.headers["Vary"] = VARY
    return sending.small(request, response)


def _rail(viewer: Viewer | None) -> list[tuple[str, str, str]]:
    if viewer is None:
        return []
    return [
        (address, icon, name)
        for address, icon, name, roles in _RAIL
        if viewer.role in roles
    ]


def _rail_here(path: str, rail: list[tuple[str, str, str]]) -> str:
    """Return the entry of one's rail that a page belongs to: the longest that it is under."""
    for under, entry in _BELONGS.items():
        if path.startswith(under):
            return entry
    fits = [one for one, _, _ in rail if path == one or path.startswith(f"{one}/")]
    return max(fits, key=len, default="")


def time_of(when: datetime) -> str:
    """Return the time of day in Almaty with seconds."""
    return f"{when.astimezone(ALMATY):%H:%M:%S}"


def toast(response: web.Response, text: str, *, undo: str = "") -> web.Response:
    """Return `response` with a short message for the page, or for the page that it leads to.

    `undo`: a path of ours; the message then has a button that posts there for ten seconds.
    """
    if response.status == HTTPStatus.SEE_OTHER or "HX-Redirect" in response.headers:
        said = base64.urlsafe_b64encode(json.dumps([text, undo]).encode()).decode()
        response.set_cookie(
            _SAID_COOKIE, said, max_age=_SAID_FOR_S, httponly=True, samesite="Strict"
        )
        return response
    told = {"toast": {"text": text, "undo": undo}}
    response.headers["HX-Trigger"] = json.dumps(told)  # ASCII, as headers must be
    return response


def _said(request: web.Request) -> tuple[str, str]:
    """Return what the page before left to be said, and where it is undone."""
    try:
        kept = request.cookies.get(_SAID_COOKIE, "")
        text, undo = json.loads(base64.urlsafe_b64decode(kept.encode()))
    except ValueError:
        return "", ""
    if not isinstance(text, str) or not isinstance(undo, str):
        return "", ""
    return text[:300], undo if _UNDO.fullmatch(undo) else ""


def go(request: web.Request, address: str) -> web.Response:
    """Return the way to another page after a form: for a browser and for htmx alike."""
    if is_fragment(request):
        return web.Response(status=204, headers={"HX-Redirect": address})
    return web.Response(status=303, headers={"Location": address})
