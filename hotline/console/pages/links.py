"""/contacts/{receipt}/links: who may have written before, and which wave it belongs to."""

from aiohttp import web

from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.actions.decide_link import decide_link
from hotline.actions.undo_link import undo_link
from hotline.cases.numbers import id_from
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded, is_fragment
from hotline.errors import RuleForbids
from hotline.store.incident_view import script_for
from hotline.store.link_view import links_view
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the links of a contact; as a part of its page when htmx asks."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the page, with the code of what could not be done."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    async with rt.transaction(viewer) as tx:
        found = await links_view(tx, viewer, receipt, rt.number_key, rt.config.links)
        contact_id = id_from(receipt, rt.number_key) or 0
        incident = await script_for(tx, contact_id, rt.number_key)
    return shell.page(
        request,
        "links_part.html" if is_fragment(request) else "links.html",
        status=status,
        found=found,
        incident=incident[0] if incident else "",
        script=incident[1].get(locale_of(request), "") if incident else "",
        wrong=wrong,
    )


async def decide(request: web.Request) -> web.StreamResponse:
    """Link, dismiss, undo, attach or detach; then show how it stands."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    receipt, other = request.match_info["receipt"], sent.get("other", "")
    try:
        match request.match_info["move"]:
            case "link" | "dismiss" as move:
                await decide_link(rt, viewer, receipt, other, same=move == "link")
            case "undo":
                await undo_link(rt, viewer, receipt, other)
            case "attach":
                number, release = sent.get("case", ""), "release" in sent
                await attach_contact(rt, viewer, receipt, number, release=release)
            case _:
                await detach_contact(rt, viewer, receipt)
    except RuleForbids as refused:
        return await answer(request, status=refused.status, wrong=refused.code)
    return shell.go(request, f"/contacts/{receipt}/links")


show_page = guarded(*AT_111)(show)
decide_page = guarded(*AT_111)(decide)
