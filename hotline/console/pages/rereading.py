"""/rereading: contacts that were judged harmless, read a second time by somebody else."""

from aiohttp import web

from hotline.actions.reread_urgency import waiting_lowered
from hotline.actions.sample_rereading import (
    give_verdict,
    open_for_rereading,
    waiting_rereadings,
)
from hotline.console import shell
from hotline.console.fields import LEVELS
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.web.keys import RT


async def show(request: web.Request) -> web.StreamResponse:
    """Return what waits for this person; with a receipt, its words and the verdicts."""
    return await answer(request, request.match_info.get("receipt"))


async def answer(
    request: web.Request, receipt: str | None, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the page, with the code of what could not be done."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    chosen = await open_for_rereading(rt, viewer, receipt) if receipt else None
    return shell.page(
        request,
        "rereading.html",
        status=status,
        waiting=await waiting_rereadings(rt, viewer),
        lowered=await waiting_lowered(rt, viewer),
        chosen=chosen,
        wrong=wrong,
    )


async def judge(request: web.Request) -> web.StreamResponse:
    """Keep the verdict and go on to the next contact."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    sent, receipt = form_of(request), request.match_info["receipt"]
    if sent.get("urgency") not in LEVELS:
        return await answer(request, receipt, status=422, wrong="unknown_urgency")
    try:
        await give_verdict(
            rt,
            viewer,
            receipt,
            urgency=int(sent["urgency"]),
            subcategory=sent.get("subcategory") or None,
        )
    except RuleForbids as refused:
        return await answer(request, None, status=refused.status, wrong=refused.code)
    left = await waiting_rereadings(rt, viewer)
    return shell.go(request, f"/rereading/{left[0].receipt}" if left else "/rereading")


show_page = guarded(*AT_111)(show)
judge_page = guarded(*AT_111)(judge)
