"""/admin/rights: who may make which move, and what two people took away."""

from aiohttp import web

from hotline.actions.show_rights import show_rights
from hotline.cases.lifecycle import Move
from hotline.cases.terms import Role
from hotline.console import admin_page, shell
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.identity.changes import may_take
from hotline.identity.roles import relations
from hotline.web.keys import RT

ROLES = tuple(role for role in Role if role is not Role.ADMIN)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the table; an administrator may take rights away in it."""
    return await _page(request)


async def _page(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    viewer = shell.viewer_of(request)
    taken = await show_rights(request.app[RT], viewer)
    return admin_page.page(
        request,
        "rights.html",
        status=status,
        roles=[(role, relations(role)) for role in ROLES],
        moves=list(Move),
        taken=taken,
        may_take=may_take,
        edits=viewer.role is Role.ADMIN,
        wrong=wrong,
    )


async def save(request: web.Request) -> web.StreamResponse:
    """Show what would be taken away from one role, then propose it."""
    form, role = form_of(request), request.match_info["role"]
    if role not in ROLES:
        raise NotFound("no such role")
    taken = sorted(move for move in Move if not form.get(f"may-{move}"))
    able = {move for moves in relations(Role(role)).values() for move in moves}

    async def refused(forbidden: RuleForbids) -> web.Response:
        return await _page(request, status=422, wrong=forbidden.code)

    return await admin_page.confirm(
        request,
        "rights",
        role,
        {"taken": [one for one in taken if one in able and may_take(role, one)]},
        title=admin_page.words_of(request).of("role", role),
        back="/admin/rights",
        refused=refused,
    )


show_page = guarded(Role.ADMIN, Role.SUPERVISOR)(show)
save_page = guarded(Role.ADMIN)(save)
