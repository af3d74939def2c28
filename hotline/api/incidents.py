"""/incidents: one event behind many contacts, for people at 111."""

from hotline.actions import decide_incident
from hotline.api import reading
from hotline.api.asks import NothingAsked
from hotline.api.asks_likeness import MemberAsked, ScriptAsked
from hotline.api.call import Ask, Call, Write, get, post
from hotline.store.incident_view import (
    IncidentPage,
    IncidentView,
    incident_page,
    incident_view,
)

_STATES = frozenset({"suggested", "confirmed", "closed", "dismissed"})


async def listed(ask: Ask) -> IncidentPage:
    """Return incidents: those open, unless a state is asked for."""
    state = reading.one_of(ask.query, "state", _STATES, "unknown_state")
    async with ask.rt.transaction(ask.viewer) as tx:
        return await incident_page(tx, ask.viewer, ask.rt.number_key, state)


async def one(ask: Ask) -> IncidentView:
    """Return an incident."""
    return await fresh_incident(ask, ask.path["number"])


async def fresh_incident(ask: Ask, number: str) -> IncidentView:
    """Return an incident as it stands now."""
    async with ask.rt.transaction(ask.viewer) as tx:
        return await incident_view(tx, ask.viewer, number, ask.rt.number_key)


async def confirm(ask: Ask) -> str:
    """Confirm an incident with its script."""
    number, said = ask.path["number"], ask.body
    script = {"kk": said.script_kk, "ru": said.script_ru}
    await decide_incident.confirm_incident(
        ask.rt, ask.viewer, number, script=script, case=said.case
    )
    return number


async def dismiss(ask: Ask) -> str:
    """Say that it is no incident."""
    await decide_incident.dismiss_incident(ask.rt, ask.viewer, ask.path["number"])
    return ask.path["number"]


async def close(ask: Ask) -> str:
    """End an incident."""
    await decide_incident.close_incident(ask.rt, ask.viewer, ask.path["number"])
    return ask.path["number"]


async def take_out(ask: Ask) -> str:
    """Take a contact out."""
    number = ask.path["number"]
    await decide_incident.take_out(ask.rt, ask.viewer, number, ask.body.receipt)
    return number


def _on(
    name: str,
    body: type[NothingAsked | ScriptAsked | MemberAsked],
    write: Write,
    summary: str,
) -> Call:
    path = f"/incidents/{{number}}/{name}"
    return post(path, body, write, fresh_incident, IncidentView, summary)


CALLS: list[Call] = [
    get(
        "/incidents",
        listed,
        IncidentPage,
        "Incidents that are suggested or confirmed, newest first",
        query={"state": "suggested, confirmed, closed or dismissed"},
    ),
    get("/incidents/{number}", one, IncidentView, "One incident with its members"),
    _on("confirm", ScriptAsked, confirm, "Confirm it, with script and lead case"),
    _on("dismiss", NothingAsked, dismiss, "Say that it is none"),
    _on("close", NothingAsked, close, "End it; members stay as they are"),
    _on("take-out", MemberAsked, take_out, "Take a contact out that is no member"),
]
