"""/admin/changes: every change of administration, who agreed, and taking one back."""

from collections.abc import Sequence

from aiohttp import web

from hotline.actions import make_change
from hotline.actions.compare_change import compare_change
from hotline.actions.password_link import code_of_link
from hotline.cases.terms import Role
from hotline.console import admin_page, shell
from hotline.console.fields import whole
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids, Stale
from hotline.identity.changes import Moved, lines
from hotline.web.keys import RT

STATES = ("waiting", "made", "declined", "stale")


async def show(request: web.Request) -> web.StreamResponse:
    """Return the list."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    wrong: str = "",
    moved: Sequence[Moved] = (),
) -> web.Response:
    asked = {name: request.query.get(name, "")[:40] for name in ("what", "state", "key")}
    rows, more = await make_change.list_changes(
        request.app[RT],
        shell.viewer_of(request),
        before=whole(request.query.get("before", "")),
        **asked,
    )
    w = admin_page.words_of(request)
    names = await make_change.subjects(request.app[RT], shell.viewer_of(request), rows)
    return admin_page.page(
        request,
        "changes.html",
        status=status,
        rows=[(row, admin_page.said(w, lines(row.before, row.after))) for row in rows],
        names=names,
        more=more,
        asked=asked,
        states=STATES,
        wrong=wrong,
        moved=admin_page.compared(w, moved),
    )


async def decide(request: web.Request) -> web.StreamResponse:
    """Agree, decline, or take back; the list says what became of it."""
    rt, viewer, w = request.app[RT], shell.viewer_of(request), admin_page.words_of(request)
    change, move = int(request.match_info["change"]), request.match_info["move"]
    try:
        if move == "undo":
            await make_change.undo_change(rt, viewer, change)
            text = w.say("Taken back.")
        else:
            state = await make_change.decide_change(
                rt, viewer, change, agree=move == "agree"
            )
            if state == "stale":
                found = await compare_change(rt, viewer, change)
                return await _page(request, status=409, moved=found)
            text = w.of("change_state", state)
            username, code = await code_of_link(rt, viewer, change)
            if code:
                return admin_page.page(
                    request, "link_code.html", username=username, code=code
                )
    except (RuleForbids, Stale) as refused:
        return await _page(request, status=refused.status, wrong=refused.code)
    back = form_of(request).get("back", "")
    ours = back if back.startswith("/admin/") else "/admin/changes"
    return shell.toast(shell.go(request, ours), text)


DECIDERS = guarded(Role.ADMIN, Role.SUPERVISOR)
show_page, decide_page = DECIDERS(show), DECIDERS(decide)
