"""/quality: how right triage is, what has changed, and which learned model works."""

from aiohttp import web

from hotline.actions import enable_model
from hotline.actions.quality_report import quality_report
from hotline.actions.sample_rereading import draw_sample
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.session import form_of, guarded
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from hotline.web.keys import RT

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)
SIZE = 50  # contacts of a sample, where none was typed
MOVES = {
    "propose": enable_model.propose_model,
    "enable": enable_model.enable_model,
    "rollback": enable_model.roll_back,
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the report and the models."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the page, with the code of what could not be done."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    report = await quality_report(rt, viewer)
    page = await enable_model.list_models(rt, viewer)
    return shell.page(
        request,
        "quality.html",
        status=status,
        report=report,
        languages=[report.all, *report.languages],
        models=page.items,
        running=page.running,
        weeks=sorted({one.week for one in report.drift}),
        moves={(one.week, one.of): one for one in report.drift},
        wrong=wrong,
        size=SIZE,
    )


async def move(request: web.Request) -> web.StreamResponse:
    """Propose, enable, or go back to a model."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    act = MOVES[request.match_info["move"]]
    try:
        await act(rt, viewer, request.match_info["version"])
    except (RuleForbids, Stale) as refused:
        return await answer(request, status=refused.status, wrong=refused.code)
    return shell.go(request, "/quality")


async def draw(request: web.Request) -> web.StreamResponse:
    """Draw a random sample for a second reading."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        await draw_sample(rt, viewer, whole(form_of(request).get("size", "")) or SIZE)
    except RuleForbids as refused:
        return await answer(request, status=refused.status, wrong=refused.code)
    except (NotAllowed, NotFound):  # an administrator has no business with contacts
        raise NotFound("no such page") from None
    return shell.go(request, "/rereading")


show_page = guarded(*KEEPERS)(show)
move_page = guarded(*KEEPERS)(move)
draw_page = guarded(*KEEPERS)(draw)
