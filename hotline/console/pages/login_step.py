"""GET and POST /login/step: the code after the password, or setting the second factor up."""

import hmac

import segno
from aiohttp import web
from markupsafe import Markup

from hotline.actions.second_step import (
    WrongCode,
    begin_enrolment,
    confirm_enrolment,
    enter_code,
    first_look,
    half_open,
)
from hotline.actions.sign_in import CODE, LockedOut, Session
from hotline.console import shell
from hotline.console.known_browser import browser_of, know_browser
from hotline.console.pages.login import set_cookie
from hotline.console.session import COOKIE, landing, locale_cookie, safe_next
from hotline.errors import NotAllowed
from hotline.identity.device import device_of
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.wire import read_post


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page that asks for a code, or that shows how to come by one."""
    half = await half_open(request.app[RT], request.cookies.get(COOKIE, ""))
    if half is None:
        return web.Response(status=302, headers={"Location": "/login"})
    return await _page(request, half)


async def enter(request: web.Request) -> web.StreamResponse:
    """Open the session when the code is right."""
    rt, form = request.app[RT], await read_post(request)
    half = await half_open(rt, request.cookies.get(COOKIE, ""))
    if half is None:
        return web.Response(status=303, headers={"Location": "/login"})
    sent = str(form.get("csrf", ""))
    same = hmac.compare_digest(sent.encode(), half.csrf.encode())
    if from_elsewhere(request.headers, request.host) or not same:
        raise NotAllowed("the form's token is missing or old", code="bad_csrf")
    wanted = safe_next(str(form.get("next", "")), landing(half.viewer.role))
    typed, device = (
        str(form.get("code", "")),
        device_of(request.headers.get("User-Agent", "")),
    )
    if form.get("anew") and half.step != CODE:
        return await _page(request, half, anew=True, wanted=wanted)
    codes: list[str] = []
    known = browser_of(request)
    try:
        if half.step == CODE:
            session = await enter_code(rt, half, typed[:40], device, known)
        else:
            session, codes = await confirm_enrolment(rt, half, typed[:40], device, known)
    except WrongCode:
        return await _page(request, half, status=401, wrong=True, wanted=wanted)
    except LockedOut as locked:
        until = locked.facts["until"]
        return await _page(request, half, status=429, wanted=wanted, until=until)
    response = (
        _page_of_codes(request, half, codes, wanted)
        if codes
        else web.Response(status=303, headers={"Location": wanted})
    )
    set_cookie(request, response, session.token)
    know_browser(request, response, known)
    return response


def picture_of(address: str) -> Markup:
    """Return the square picture that an authenticator reads, dark on light in every theme."""
    made = segno.make(address, error="m").svg_inline(
        scale=5,
        dark="#000",
        light="#fff",
        border=3,
        svgclass="second-picture",
        lineclass=None,
    )
    return Markup(made)  # noqa: S704  made by the library of an address that we made


def _page_of_codes(
    request: web.Request, half: Session, codes: list[str], wanted: str
) -> web.Response:
    request[LOCALE] = locale_cookie(request) or half.viewer.locale
    return shell.page(request, "login_codes.html", codes=codes, wanted=wanted)


async def _page(
    request: web.Request,
    half: Session,
    *,
    status: int = 200,
    wrong: bool = False,
    anew: bool = False,
    until: object = None,
    wanted: str = "",
) -> web.Response:
    request[LOCALE] = locale_cookie(request) or half.viewer.locale
    rt, enrol = request.app[RT], None
    if half.step != CODE and anew:
        enrol = await begin_enrolment(rt, half.viewer)
    elif half.step != CODE and not wrong:
        enrol = await first_look(rt, half)
    return shell.page(
        request,
        "login_step.html",
        status=status,
        setting=half.step != CODE,
        enrol=enrol,
        picture=picture_of(enrol.address) if enrol else "",
        wrong=wrong,
        until=until,
        wanted=wanted or safe_next(request.query.get("next", ""), ""),
        token=half.csrf,
    )
