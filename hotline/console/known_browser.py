"""The cookie of a browser: strangers lock nobody out where they sign in daily."""

import secrets

from aiohttp import web

from hotline.store.tries import BROWSER_KEPT

_COOKIE = "hotline_browser"
_LONGEST = 64


def browser_of(request: web.Request) -> str:
    """Return the token of the browser; a fresh one where it has none."""
    token = request.cookies.get(_COOKIE, "")
    return token if 0 < len(token) <= _LONGEST else secrets.token_urlsafe(24)


def know_browser(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Let the browser keep its token: it opens nothing, and goes to the sign-in alone."""
    response.set_cookie(
        _COOKIE,
        token,
        path="/login",
        max_age=int(BROWSER_KEPT.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
    )
