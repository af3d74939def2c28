"""GET and POST /session: how long a page's session lasts; asked by pages, read by scripts."""

from aiohttp import web

from hotline.actions.sign_in import Session
from hotline.console.session import SESSION, guarded
from hotline.console.static_files import build
from hotline.console.time_left import seconds_left
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return whose session it is, its form token, the seconds that it has left, and the time."""
    session: Session = request[SESSION]
    return web.json_response(
        {
            "person": session.viewer.username,
            "csrf": session.csrf,
            "left": seconds_left(request.app[RT], session),
            "build": build(),
            "now": request.app[RT].clock.now().isoformat(),
        }
    )


show_page = guarded()(show)
keep_page = guarded()(show)  # a POST is something that a person did
