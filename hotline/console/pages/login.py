"""GET and POST /login, POST /logout: the only page that needs no session."""

from datetime import datetime
from urllib.parse import quote

from aiohttp import web

from hotline.actions.second_step import half_open
from hotline.actions.sign_in import (
    OPEN,
    LockedOut,
    WrongCredentials,
    session_of,
    sign_in,
    sign_out,
)
from hotline.console import shell
from hotline.console.known_browser import browser_of, know_browser
from hotline.console.session import (
    COOKIE,
    guarded,
    landing,
    locale_cookie,
    safe_next,
)
from hotline.errors import NotAllowed
from hotline.identity.device import device_of
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.wire import read_post

_LONGEST = 200  # characters of a name or password; argon2 on more is only a way to tire us


async def show(request: web.Request) -> web.StreamResponse:
    """Return the form; who is signed in already goes on."""
    token = request.cookies.get(COOKIE, "")
    session = await session_of(request.app[RT], token) if token else None
    if session is not None:
        wanted = safe_next(request.query.get("next", ""), landing(session.viewer.role))
        return web.Response(status=302, headers={"Location": wanted})
    if await half_open(request.app[RT], token) is not None and "again" not in request.query:
        address = after_login("/login/step", request.query.get("next", ""))
        return web.Response(status=302, headers={"Location": address})
    return _form(request)


async def enter(request: web.Request) -> web.StreamResponse:
    """Sign in. A wrong name and a wrong password get the same answer."""
    if from_elsewhere(request.headers, request.host):
        raise NotAllowed("the form came from another site", code="other_site")
    form = await read_post(request)
    username, password = str(form.get("username", "")), str(form.get("password", ""))
    wanted = str(form.get("next", ""))
    if len(username) > _LONGEST or len(password) > _LONGEST or "\0" in username + password:
        return _form(request, status=401, wanted=wanted)
    try:
        device = device_of(request.headers.get("User-Agent", ""))
        known = browser_of(request)
        session = await sign_in(request.app[RT], username.strip(), password, device, known)
    except WrongCredentials:
        return _form(request, status=401, username=username, wanted=wanted)
    except LockedOut as locked:
        until = locked.facts["until"]
        return _form(request, status=429, username=username, until=until, wanted=wanted)
    if session.step == OPEN:
        address = safe_next(wanted, landing(session.viewer.role))
    else:
        address = after_login("/login/step", wanted)
    response = web.Response(status=303, headers={"Location": address})
    set_cookie(request, response, session.token)
    if session.step == OPEN:
        know_browser(request, response, known)
    return response


def after_login(address: str, wanted: str) -> str:
    """Return `address` with the page that was wanted first, where it is one of ours."""
    ours = safe_next(wanted, "")
    return f"{address}?next={quote(ours, safe='/')}" if ours else address


async def leave(request: web.Request) -> web.StreamResponse:
    """Sign out; the session is forgotten on the server."""
    await sign_out(request.app[RT], request.cookies[COOKIE])
    response = shell.go(request, "/login")
    response.del_cookie(COOKIE, path="/")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def set_cookie(request: web.Request, response: web.Response, token: str) -> None:
    """Let the browser keep a session's token where no script reads it."""
    response.set_cookie(
        COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )


def _form(
    request: web.Request,
    *,
    status: int = 200,
    username: str = "",
    until: datetime | None = None,
    wanted: str | None = None,
) -> web.Response:
    chosen = request.query.get("lang") or locale_cookie(request)
    if chosen in ("kk", "ru", "en"):
        request[LOCALE] = chosen
    if wanted is None:
        wanted = request.query.get("next", "")
    return shell.page(
        request,
        "login.html",
        status=status,
        username=username,
        until=until,
        wanted=safe_next(wanted, ""),
        wrong=status != web.HTTPOk.status_code,
    )


leave_page = guarded()(leave)
