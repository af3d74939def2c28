"""A wall of its own kind beside sessions: it opens the wall in sums, and nothing else at all."""

from collections.abc import Callable

from aiohttp import web

from hotline.actions.keep_wall import KEPT_FOR, wall_of
from hotline.cases.terms import Role
from hotline.console.session import SESSION, Page, guarded, locale_cookie
from hotline.console.turns import turn
from hotline.identity.viewer import Viewer
from hotline.web.keys import LOCALE, RT

WALL_COOKIE = "hotline_wall"
WALL = web.RequestKey("wall", Viewer)


def is_wall(request: web.Request) -> bool:
    """Return whether the wall is asked for."""
    return request.query.get("wall") == "1"


def eyes_of(request: web.Request) -> Viewer:
    """Return for whom is counted: the wall itself, or who is signed in."""
    wall = request.get(WALL)
    return request[SESSION].viewer if wall is None else wall


def guarded_or_wall(*roles: Role) -> Callable[[Page], Page]:
    """Return a wrapper for a page that a wall reads too, where it is asked for with `?wall=1`.

    Whatever a wall is given must hold nobody and no case: see `store.walls.eyes`.
    """

    def wrap(page: Page) -> Page:
        signed_in = guarded(*roles)(page)

        async def open_page(request: web.Request) -> web.StreamResponse:
            token = request.cookies.get(WALL_COOKIE, "")
            if not token or not is_wall(request) or request.method != "GET":
                return await signed_in(request)
            eyes = await wall_of(request.app[RT], token)
            if eyes is None:
                return await signed_in(request)
            request[WALL] = eyes
            request[LOCALE] = locale_cookie(request) or eyes.locale
            async with turn(request):
                return await page(request)

        return open_page

    return wrap


def keep_cookie(request: web.Request, response: web.Response, token: str) -> None:
    """Let the browser keep a wall's token: no script reads it, no other site sends it."""
    response.set_cookie(
        WALL_COOKIE,
        token,
        path="/",
        max_age=int(KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )
