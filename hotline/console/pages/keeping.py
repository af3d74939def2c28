"""/admin/retention: how long what is kept, what would go now, holds, and what runs did."""

from aiohttp import web

from hotline.actions.keep_and_delete import REASONS, hold_case, lift_hold, show_keeping
from hotline.cases.terms import Role
from hotline.console import admin_page, shell
from hotline.console.fields import whole
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page."""
    return await _page(request)


async def _page(
    request: web.Request, *, wrong: str = "", status: int = 200
) -> web.Response:
    viewer = shell.viewer_of(request)
    found = await show_keeping(request.app[RT], viewer)
    lang = locale_of(request)
    return admin_page.page(
        request,
        "keeping.html",
        status=status,
        found=found,
        bases={one.period.kind: getattr(one.period.basis, lang) for one in found.kinds},
        reasons=REASONS,
        edits=viewer.role is Role.ADMIN,
        holds=viewer.role is Role.SUPERVISOR,
        wrong=wrong,
    )


async def save(request: web.Request) -> web.StreamResponse:
    """Show what another period would change, then propose it."""
    kind = request.match_info["kind"]
    days = whole(form_of(request).get("days", "")) or 0

    async def refused(forbidden: RuleForbids) -> web.Response:
        return await _page(request, wrong=forbidden.code, status=422)

    return await admin_page.confirm(
        request, "retention", kind, {"days": days},
        title=admin_page.words_of(request).of("kept", kind), back="/admin/retention",
        refused=refused,
    )  # fmt: skip


async def hold(request: web.Request) -> web.StreamResponse:
    """Hold a case, or lift its hold."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    number = form.get("number", "").strip()[:20]
    try:
        if request.match_info["move"] == "hold":
            await hold_case(rt, viewer, number, form.get("reason", ""))
        else:
            await lift_hold(rt, viewer, number)
    except RuleForbids as refused:
        return await _page(request, wrong=refused.code, status=422)
    except NotFound:
        return await _page(request, wrong="no_such_case", status=422)
    return shell.go(request, "/admin/retention")


show_page = guarded(Role.ADMIN, Role.SUPERVISOR)(show)
save_page, hold_page = guarded(Role.ADMIN)(save), guarded(Role.SUPERVISOR)(hold)
