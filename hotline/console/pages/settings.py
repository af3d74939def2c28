"""POST /settings: language and theme, kept in cookies so that no page flashes."""

from aiohttp import web

from hotline import i18n
from hotline.console import shell
from hotline.console.session import LANG_COOKIE, THEME_COOKIE, THEMES, safe_next
from hotline.errors import NotAllowed
from hotline.web.form_token import from_elsewhere
from hotline.web.wire import read_post

_YEAR_S = 365 * 24 * 3600


async def choose(request: web.Request) -> web.StreamResponse:
    """Keep what was chosen and go back. Nothing is stored with us; no session is needed."""
    if from_elsewhere(request.headers, request.host):
        raise NotAllowed("the form came from another site", code="other_site")
    form = await read_post(request)
    response = shell.go(request, safe_next(str(form.get("back", "")), "/login"))
    for cookie, name, allowed in (
        (LANG_COOKIE, "lang", i18n.LOCALES),
        (THEME_COOKIE, "theme", THEMES),
    ):
        if form.get(name) in allowed:
            response.set_cookie(
                cookie, str(form[name]), path="/", max_age=_YEAR_S, samesite="Lax"
            )
    return response
