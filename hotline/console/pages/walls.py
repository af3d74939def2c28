"""/board/walls: the screens that are let in as walls; a supervisor makes one and ends it."""

from aiohttp import web

from hotline.actions.keep_wall import end_wall, open_wall, standing_walls
from hotline.actions.sign_in import sign_out
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.session import COOKIE, guarded
from hotline.console.wall_session import keep_cookie
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return the list of walls."""
    found = await standing_walls(request.app[RT], shell.viewer_of(request))
    return shell.page(request, "walls.html", walls=found)


async def make(request: web.Request) -> web.StreamResponse:
    """Make this browser a wall; nobody stays signed in on a screen in the hall."""
    rt = request.app[RT]
    token = await open_wall(rt, shell.viewer_of(request))
    await sign_out(rt, request.cookies[COOKIE])
    response = web.Response(status=303, headers={"Location": "/board?wall=1"})
    response.del_cookie(COOKIE, path="/")
    keep_cookie(request, response, token)
    return response


async def end(request: web.Request) -> web.StreamResponse:
    """Let a wall in no more."""
    wall = int(request.match_info["wall"])
    await end_wall(request.app[RT], shell.viewer_of(request), wall)
    return shell.go(request, "/board/walls")


show_page = guarded(Role.SUPERVISOR)(show)
make_page = guarded(Role.SUPERVISOR)(make)
end_page = guarded(Role.SUPERVISOR)(end)
