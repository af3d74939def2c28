"""Use cases: a person at 111 confirms a suggested incident, dismisses or closes it.

None of them touches a member: whoever wrote keeps urgency, danger, clocks and a person's look.
"""

import json
from collections.abc import Mapping
from typing import Any

from hotline.actions.record_work import need
from hotline.cases.numbers import id_from
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, contacts, incidents, keys
from hotline.store.incidents import CLOSED, CONFIRMED, DISMISSED, SUGGESTED
from hotline.store.transaction import Nudge, Transaction

SCRIPT = "script"
LONGEST = 4_000  # characters of a script in one language


async def confirm_incident(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    script: Mapping[str, str],
    case: str | None = None,
) -> None:
    """Confirm an incident with what operators say (kk and ru) and its one lead case.

    `case`: the open case of a member; it may be named later, by confirming again. The script
    is sealed. Errors: NotFound; RuleForbids naming the field.
    """
    words = {lang: _script(script.get(lang, ""), lang) for lang in ("kk", "ru")}
    async with rt.transaction(viewer) as tx:
        row = await opened(rt, tx, viewer, number)
        if row.state not in (SUGGESTED, CONFIRMED):
            raise RuleForbids("the incident has ended", code="incident_ended")
        lead = await _lead(rt, tx, viewer, row.id, case) if case else row.lead_case_id
        fresh = row.sealed_script is None
        key = await keys.create(tx, row.id) if fresh else await keys.load_one(tx, row.id)
        told = key.seal_text(SCRIPT, json.dumps(words, ensure_ascii=False))
        said = {"state": CONFIRMED, "sealed_script": told, "lead_case_id": lead}
        await incidents.change(tx, row.id, {**said, **_by(tx)})
        if lead is not None and lead != row.lead_case_id:
            tx.record("incident_lead", case_id=lead)
        tx.nudge(Nudge("board"))


async def dismiss_incident(rt: Runtime, viewer: Viewer, number: str) -> None:
    """Say that a suggested incident is none. Its like is not suggested again for some hours.

    Errors: NotFound, RuleForbids.
    """
    await _end(rt, viewer, number, SUGGESTED, DISMISSED)


async def close_incident(rt: Runtime, viewer: Viewer, number: str) -> None:
    """End a confirmed incident: nobody joins it any more. No member and no case is closed.

    Errors: NotFound, RuleForbids.
    """
    await _end(rt, viewer, number, CONFIRMED, CLOSED)


async def take_out(rt: Runtime, viewer: Viewer, number: str, receipt: str) -> None:
    """Take a contact out of an incident that it was wrongly counted to.

    Errors: NotFound; RuleForbids when it is no member.
    """
    async with rt.transaction(viewer) as tx:
        row = await opened(rt, tx, viewer, number)
        contact = await contacts.by_receipt(tx, receipt, rt.number_key)
        if not await incidents.leave(tx, row.id, contact.id):
            raise RuleForbids("it is no member", code="no_member", field="receipt")
        tx.record("incident_left", contact_id=contact.id)
        tx.nudge(Nudge("board"))


async def opened(rt: Runtime, tx: Transaction, viewer: Viewer, number: str) -> Any:
    """Return an incident, locked. Errors: NotFound, outside 111 too."""
    incident_id = id_from(number, rt.number_key)
    if not viewer.at_111 or incident_id is None:
        raise NotFound("no such incident")
    return await incidents.by_id(tx, viewer, incident_id, lock=True)


async def _end(rt: Runtime, viewer: Viewer, number: str, before: str, after: str) -> None:
    async with rt.transaction(viewer) as tx:
        row = await opened(rt, tx, viewer, number)
        if row.state == after:
            return
        if row.state != before:
            raise RuleForbids(f"the incident is {row.state}", code="incident_ended")
        ended = {"state": after, **({"closed_at": tx.now} if after == CLOSED else {})}
        await incidents.change(tx, row.id, {**ended, **_by(tx)})
        tx.nudge(Nudge("board"))


def _by(tx: Transaction) -> dict[str, Any]:
    return {"decided_by": tx.actor.person_id, "decided_at": tx.now}


def _script(text: str, lang: str) -> str:
    words = need(text, f"script_{lang}")
    if len(words) > LONGEST:
        raise RuleForbids(
            f"at most {LONGEST} characters", code="text_too_long", field=f"script_{lang}"
        )
    return words


async def _lead(
    rt: Runtime, tx: Transaction, viewer: Viewer, incident_id: int, number: str
) -> int:
    """Return the id of the lead case: open, seen by the viewer, and a member's."""
    try:
        case = await cases.read(tx, viewer, number, rt.number_key)
    except NotFound:
        raise RuleForbids("no such case", code="unknown_case", field="case") from None
    if case.status == "closed":
        raise RuleForbids("the case was closed", code="case_closed", field="case")
    if not await incidents.holds_case(tx, incident_id, case.id):
        raise RuleForbids(
            "the lead is the case of a member", code="not_of_a_member", field="case"
        )
    return case.id
