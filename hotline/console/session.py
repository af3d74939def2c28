"""Sessions of browsers: the cookie, the page's guard, the token of every form."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from aiohttp import web

from hotline.actions.sign_in import Session, session_of
from hotline.cases.terms import Role
from hotline.console.frame import FRAME, frame_of, is_opened
from hotline.console.turns import turn
from hotline.errors import NotAllowed, NotFound, RejectedInbound
from hotline.web.form_token import from_elsewhere
from hotline.web.keys import AUTOMATIC, LOCALE, RT
from hotline.web.wire import read_post, storable

COOKIE = "hotline_session"
LANG_COOKIE = "hotline_lang"
THEME_COOKIE = "hotline_theme"
THEMES = ("auto", "light", "dark")
SESSION_ENDED = '{"session-ended":{}}'
SESSION = web.RequestKey("session", Session)
FORM = web.RequestKey("form", Mapping)
LANDING = {
    Role.OPERATOR: "/desk",
    Role.SUPERVISOR: "/board",
    Role.ADMIN: "/admin",
}
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


def landing(role: Role) -> str:
    """Return the first page of a role."""
    return LANDING.get(role, "/inbox")


def is_fragment(request: web.Request) -> bool:
    """Return whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def for_script(request: web.Request) -> bool:
    """Return whether a script of a page asks, which no redirect may lead away."""
    return is_fragment(request) or "json" in request.headers.get("Accept", "")


def locale_cookie(request: web.Request) -> str | None:
    """Return the language that the person chose in this browser."""
    chosen = request.cookies.get(LANG_COOKIE)
    return chosen if chosen in ("kk", "ru", "en") else None


def guarded(*roles: Role, waits: bool = True) -> Callable[[Page], Page]:
    """Return a wrapper for a page that needs a session, and one of `roles` when given.

    `waits`: what a page reads by itself waits its turn; else the handler sees to that.

    POSTs must come from our own pages and carry the session's token; what no row can hold is
    refused. A page that a role may
    not know of answers as if it did not exist.
    """

    def wrap(page: Page) -> Page:
        async def open_page(request: web.Request) -> web.StreamResponse:
            token = request.cookies.get(COOKIE, "")
            by_hand = AUTOMATIC not in request.headers
            session = (
                await session_of(request.app[RT], token, used=by_hand) if token else None
            )
            if session is None:
                return _to_login(request)
            request[SESSION] = session
            request[LOCALE] = locale_cookie(request) or session.viewer.locale
            if roles and session.viewer.role not in roles:
                raise NotFound("no such page")
            _check_texts(request.query)
            if request.method == "POST":
                await _check_form(request, session)
            if is_opened(request):
                frame = await frame_of(request.app[RT], session.viewer)
                if frame is not None:
                    request[FRAME] = frame
            if not waits:
                return await page(request)
            async with turn(request):
                return await page(request)

        return open_page

    return wrap


def _to_login(request: web.Request) -> web.Response:
    """Return the way to the login page, and back after it."""
    wanted = request.path if request.method == "GET" else ""
    address = f"/login?next={quote(wanted, safe='/')}" if wanted else "/login"
    if for_script(request) or request.path == "/live":
        # Led away, a page would lose what is typed in it: it asks to sign in where it is.
        return web.Response(status=401, headers={"HX-Trigger": SESSION_ENDED})
    return web.Response(status=302, headers={"Location": address})


async def _check_form(request: web.Request, session: Session) -> None:
    """Errors: NotAllowed for a form of another site or without the session's token."""
    if from_elsewhere(request.headers, request.host):
        raise NotAllowed("the form came from another site", code="other_site")
    # A plain form sends two characters for each new line; a script, and every count, one.
    form = {name: value.replace("\r\n", "\n")
            for name, value in (await read_post(request)).items()
            if isinstance(value, str)}  # fmt: skip
    sent = str(form.get("csrf") or request.headers.get("X-CSRF-Token", ""))
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise NotAllowed("the form's token is missing or old", code="bad_csrf")
    _check_texts(form)
    request[FORM] = form


def _check_texts(fields: Mapping[str, str]) -> None:
    """Errors: RejectedInbound for what no row can hold; no field of ours sends it."""
    for name, value in fields.items():
        if not storable(name) or not storable(value):
            raise RejectedInbound("a character cannot be kept", code="bad_character")


def form_of(request: web.Request) -> Mapping[str, str]:
    """Return the checked form: text fields only."""
    found: Mapping[str, str] = request[FORM]
    return found


def safe_next(wanted: str, fallback: str) -> str:
    """Return a path of ours, or `fallback`: a login never leads to another site.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash.
    """
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/login"))
    return wanted if ours and wanted.isprintable() and "\\" not in wanted else fallback
