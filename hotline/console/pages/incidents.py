"""/incidents: one event behind many contacts; its members, looked at one by one."""

from aiohttp import web

from hotline.actions import decide_incident
from hotline.actions.close_contact import close_contact
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.console import shell
from hotline.console.pages.case import Typed
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids, Stale
from hotline.store.contact_view import contact_view
from hotline.store.incident_view import incident_page, incident_view, next_member
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show_list(request: web.Request) -> web.StreamResponse:
    """Return what is suggested and what is confirmed."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        found = await incident_page(tx, viewer, rt.number_key)
    return shell.page(request, "incidents.html", found=found.items)


async def show_one(request: web.Request) -> web.StreamResponse:
    """Return one incident with its members."""
    return await answer(request)


async def answer(
    request: web.Request, *, status: int = 200, wrong: str = "", receipt: str = ""
) -> web.Response:
    """Return an incident; with a receipt, this member's words. `wrong`: a code."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    contact = None
    async with rt.transaction(viewer) as tx:
        found = await incident_view(tx, viewer, number, rt.number_key)
        if receipt in {member.receipt for member in found.people}:
            contact = await contact_view(tx, viewer, receipt, rt.number_key)
    sent = form_of(request) if request.method == "POST" else {}
    own = found.script_kk if locale_of(request) == "kk" else found.script_ru
    return shell.page(
        request,
        "incident.html",
        status=status,
        incident=found,
        script=own or "",
        chosen=contact,
        wrong=wrong,
        values=Typed(sent),
    )


async def decide(request: web.Request) -> web.StreamResponse:
    """Confirm, dismiss or close the incident, or take a member out of it."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    number = request.match_info["number"]
    try:
        match request.match_info["move"]:
            case "confirm":
                script = {lang: sent.get(f"script_{lang}", "") for lang in ("kk", "ru")}
                case = sent.get("case", "").strip() or None
                await decide_incident.confirm_incident(
                    rt, viewer, number, script=script, case=case
                )
            case "dismiss":
                await decide_incident.dismiss_incident(rt, viewer, number)
            case "close":
                await decide_incident.close_incident(rt, viewer, number)
            case _:
                await decide_incident.take_out(rt, viewer, number, sent.get("receipt", ""))
    except RuleForbids as refused:
        return await answer(request, status=refused.status, wrong=refused.code)
    return shell.go(request, f"/incidents/{number}")


async def show_member(request: web.Request) -> web.StreamResponse:
    """Return one member's words beside the script; without a receipt, the next one's."""
    receipt = request.match_info.get("receipt")
    if receipt is None:
        return await _next(request)
    return await answer(request, receipt=receipt)


async def judge_member(request: web.Request) -> web.StreamResponse:
    """Confirm or wrap up one member as any contact, and go on to the next."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    receipt = request.match_info["receipt"]
    try:
        if request.match_info["move"] == "confirm":
            await confirm_contact(rt, viewer, receipt, Confirmation())
        else:
            await close_contact(rt, viewer, receipt, sent.get("wrap_up", ""))
    except (RuleForbids, Stale) as refused:
        return await answer(
            request, status=refused.status, wrong=refused.code, receipt=receipt
        )
    return await _next(request)


async def _next(request: web.Request) -> web.StreamResponse:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    async with rt.transaction(viewer) as tx:
        receipt = await next_member(tx, viewer, number, rt.number_key)
    address = f"/incidents/{number}"
    return shell.go(request, f"{address}/members/{receipt}" if receipt else address)


list_page = guarded(*AT_111)(show_list)
one_page = guarded(*AT_111)(show_one)
decide_page = guarded(*AT_111)(decide)
member_page = guarded(*AT_111)(show_member)
judge_page = guarded(*AT_111)(judge_member)
