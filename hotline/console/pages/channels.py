"""GET /admin/channels: which foreign messengers 111 uses, who decided it, and on what ground."""

from aiohttp import web

from hotline.actions.decide_channel import (
    LONGEST_REASON,
    READERS,
    decide_channel,
    show_channels,
)
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.fields import SHORTEST_REASON, explained
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page; a supervisor reads it only."""
    return await _page(request)


async def _page(
    request: web.Request, *, wrong: str = "", at: str = "", typed: str = ""
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    uses, decisions = await show_channels(rt, viewer)
    return shell.page(
        request,
        "channels.html",
        status=422 if wrong else 200,
        uses=uses,
        decisions=decisions,
        decides=viewer.role is Role.ADMIN,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
        wrong=wrong,
        at=at,
        typed=typed,
    )


async def decide(request: web.Request) -> web.StreamResponse:
    """Let 111 use a messenger, or stop it."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    channel, reason = request.match_info["channel"], sent.get("reason", "").strip()
    try:
        explained(reason)
        await decide_channel(
            rt, viewer, channel, enable=sent.get("use") == "yes", reason=reason
        )
    except RuleForbids as refused:
        return await _page(request, wrong=refused.code, at=channel, typed=reason)
    return shell.go(request, "/admin/channels")


show_page = guarded(*READERS)(show)
decide_page = guarded(Role.ADMIN)(decide)
