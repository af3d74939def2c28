"""/me/security: one's own sessions, password and second step."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from hotline.actions.own_security import change_password, end_own, own_security
from hotline.actions.second_step import (
    WrongCode,
    begin_enrolment,
    confirm_enrolment,
    remove_factor,
    renew_codes,
)
from hotline.actions.sign_in import LockedOut
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.pages.login_step import picture_of
from hotline.console.session import SESSION, form_of, guarded
from hotline.errors import HotlineError, RuleForbids
from hotline.identity.device import device_of
from hotline.web.keys import RT

_HERE = "/me/security"


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    return await _page(request)


async def _page(request: web.Request, *, status: int = 200, **more: Any) -> web.Response:
    found = await own_security(request.app[RT], request[SESSION])
    said: dict[str, Any] = {
        "wrong": "",
        "at": "",
        "enrol": None,
        "picture": "",
        "codes": (),
    }
    said |= {"setting": False, **more}
    return shell.page(request, "my_security.html", status=status, found=found, **said)


async def end(request: web.Request) -> web.StreamResponse:
    """End one other session, or all others."""
    one = whole(form_of(request).get("session", ""))
    await end_own(request.app[RT], request[SESSION], one)
    return shell.go(request, _HERE)


async def password(request: web.Request) -> web.StreamResponse:
    """Change the password; the others sessions end."""
    form = form_of(request)
    old, new = form.get("old", ""), form.get("new", "")
    if new != form.get("again", ""):
        return await _page(request, status=422, wrong="not_same", at="password")
    try:
        await change_password(request.app[RT], request[SESSION], old, new)
    except (WrongCode, LockedOut, RuleForbids) as refused:
        return await _refused(request, refused, "password")
    return shell.go(request, f"{_HERE}?done=password")


async def factor(request: web.Request) -> web.StreamResponse:
    """Set the second step up, renew its recovery codes, or remove it."""
    move, form = request.match_info["move"], form_of(request)
    try:
        return await _moves(request, move, form)
    except (WrongCode, LockedOut, RuleForbids) as refused:
        if move == "confirm" and isinstance(refused, WrongCode):
            return await _page(
                request, wrong=refused.code, at="factor", status=422, setting=True
            )
        return await _refused(request, refused, "factor")


async def _moves(request: web.Request, move: str, form: Mapping[str, str]) -> web.Response:
    rt, session = request.app[RT], request[SESSION]
    if move == "begin":
        return await _begin(request)
    if move == "confirm":
        device = device_of(request.headers.get("User-Agent", ""))
        _, codes = await confirm_enrolment(rt, session, form.get("code", "")[:40], device)
        return await _page(request, codes=codes)
    if move == "codes":
        codes = await renew_codes(rt, session.viewer, form.get("password", ""))
        return await _page(request, codes=codes)
    await remove_factor(rt, session.viewer, form.get("password", ""))
    return shell.go(request, _HERE)


async def _begin(request: web.Request) -> web.Response:
    enrol = await begin_enrolment(request.app[RT], request[SESSION].viewer)
    picture = picture_of(enrol.address)
    return await _page(request, enrol=enrol, picture=picture, setting=True)


async def _refused(request: web.Request, why: HotlineError, at: str) -> web.Response:
    return await _page(request, status=422, wrong=why.code, at=at)


MINE = guarded()
show_page, end_page = MINE(show), MINE(end)
password_page, factor_page = MINE(password), MINE(factor)
