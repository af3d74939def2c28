"""Use cases: the act of a visit, its draft while somebody types it in the field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.actions.record_work import checked_moment, not_before
from hotline.actions.steps.move import moving
from hotline.cases.act import FIELDS, LONGEST, Act, checked
from hotline.cases.lifecycle import Move
from hotline.cases.terms import CheckKind, ClockName, ClockState
from hotline.errors import RuleForbids
from hotline.identity.roles import require, signs_for
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, field_work, keys, notes, notices, tasks
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Transaction

LONGEST_ONCE = 40


@dataclass(frozen=True, slots=True)
class ActDraft:
    """What was typed and not sent yet."""

    once: str
    turn: int
    saved_at: datetime
    fields: Mapping[str, str] = field(repr=False)


def checked_once(once: str) -> str:
    """Return the form's own id. Errors: RuleForbids where a form has none."""
    if (
        not 0 < len(once) <= LONGEST_ONCE
        or not once.replace("-", "").replace("_", "").isalnum()
    ):
        raise RuleForbids("the form has no id of its own", code="bad_once", field="once")
    return once


async def record_act(
    rt: Runtime, viewer: Viewer, number: str, act: Act, *, once: str, next_task: str
) -> bool:
    """Keep an act; return whether it is new. Meets `on_site_check`; danger calls the shift.

    A visit that found nobody is kept too, and leaves the check owed.

    An act contradicts nothing that others wrote, so it asks for no version: what was typed
    in a village without a network is kept whenever it arrives. `next_task`: what the task
    for the next date says. Errors: NotFound, NotAllowed, RuleForbids names the field;
    `sent_before`: the same form was sent with other words, from another machine.
    """
    checked_once(once)
    act = checked(Act(checked_moment(rt, act.at), act.told, act.next_at), rt.clock.now())
    async with moving(rt, viewer, number, Move.CHECK, None) as moved:
        tx, case = moved.tx, moved.case
        not_before(case, act.at)
        body = signs_for(viewer, case.access)
        kept = await field_work.add_act(tx, case.id, once, act.at, act.told, body)
        if kept is None:
            await _same_words(tx, case.id, once, act)
            await field_work.end_draft(tx, case.id, once)
            return False
        await field_work.end_draft(tx, case.id, once)
        # Under a kind of its own: who may not read the act reads none of its words.
        note = await notes.add(tx, case.id, "act", _summary(act))
        await moved.advance()
        told = {"at": act.at.isoformat(), "note": note, "act": kept}
        if act.nobody_seen:
            tx.record("nobody_seen", case_id=case.id, data=told)
        else:
            owner, met = ClockOwner(case_id=case.id), [ClockName.ON_SITE_CHECK]
            await clocks.end(tx, owner, state=ClockState.MET, names=met)
            told["kind"] = CheckKind.VISIT
            tx.record("check_recorded", case_id=case.id, data=told)
        if act.danger:
            notices.put(tx, notices.SHIFT, "act_danger", case_id=case.id)
        if act.next_at is not None:
            await _task(tx, case.id, viewer, act.next_at, next_task, once)
    return True


def _summary(act: Act) -> str:
    said = [act.told[name] for name in ("seen", "children", "measure")]
    return "\n".join(words for words in said if words)


async def _same_words(tx: Transaction, case_id: int, once: str, act: Act) -> None:
    """Errors: RuleForbids when the form that was sent before said something else."""
    row = await field_work.act_of(tx, case_id, once)
    if row is not None:
        key = await keys.load_one(tx, case_id)
        if json.loads(key.open_text("act", row.sealed_fields)) == act.told:
            return
    raise RuleForbids("sent before with other words", code="sent_before", field="seen")


async def _task(
    tx: Transaction, case_id: int, viewer: Viewer, due: datetime, text: str, once: str
) -> None:
    key = await keys.load_one(tx, case_id)
    await tasks.add(
        tx,
        {
            "case_id": case_id,
            "person_id": viewer.person_id,
            "due_at": due,
            "once": f"act-{once}",
            "sealed_text": key.seal_text("task", text),
        },
    )


async def keep_act_draft(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    once: str,
    turn: int,
    told: Mapping[str, Any],
) -> datetime | None:
    """Keep what is typed; return when, or None: this form was sent, or may be no more.

    Errors: NotFound, NotAllowed, RuleForbids.
    """
    kept = {name: str(told.get(name, ""))[:LONGEST] for name in FIELDS}
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key, lock=True)
        require(viewer, Move.CHECK, case.access)
        checked_once(once)  # after the case: a wrong form tells nobody that there is one
        if await field_work.sent_before(tx, once):
            return None
        await field_work.save_draft(tx, case.id, once, turn, kept)
        return tx.now


async def read_act_draft(rt: Runtime, viewer: Viewer, number: str) -> ActDraft | None:
    """Return one's own draft of an act. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.CHECK, case.access)
        row = await field_work.draft(tx, case.id)
        if row is None:
            return None
        key = await keys.load_one(tx, case.id)
        fields = json.loads(key.open_text("act_draft", row.sealed_fields))
        return ActDraft(row.once, row.turn, row.saved_at, fields)
