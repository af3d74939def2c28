"""GET and POST /first-password/{token}: a person chooses a password, once."""

from aiohttp import web

from hotline.actions.password_link import LinkOwner, link_owner, use_link
from hotline.actions.second_step import WrongCode
from hotline.console import shell
from hotline.console.session import locale_cookie
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import LOCALE, RT
from hotline.web.wire import read_post


async def show(request: web.Request) -> web.StreamResponse:
    """Return the form; a link that was used says so."""
    return await _page(request)


async def save(request: web.Request) -> web.StreamResponse:
    """Keep the password; its person signs in with it next."""
    if from_elsewhere(request.headers, request.host):
        raise NotAllowed("the form came from another site", code="other_site")
    form = await read_post(request)
    new, again = str(form.get("new", "")), str(form.get("again", ""))
    if new != again:
        return await _page(request, status=422, wrong="not_same")
    token, code = request.match_info["token"], str(form.get("code", ""))[:40]
    try:
        await use_link(request.app[RT], token, new, code)
    except (RuleForbids, WrongCode) as wrong:
        return await _page(request, status=422, wrong=wrong.code)
    except NotFound:
        return await _page(request)
    return web.Response(status=303, headers={"Location": "/login"})


async def _page(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    chosen = request.query.get("lang") or locale_cookie(request)
    if chosen in ("kk", "ru", "en"):
        request[LOCALE] = chosen
    try:
        owner = await link_owner(request.app[RT], request.match_info["token"])
    except NotFound as gone:
        owner, status = LinkOwner("", coded=False, waits=False), gone.status
    response = shell.page(
        request, "first_password.html", status=status, owner=owner, wrong=wrong
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    response.headers["Cache-Control"] = "no-store"
    return response
