"""Use case: a commissioner begins an inquiry, a request, a visit or a recommendation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.cases.numbers import id_from, number_of
from hotline.cases.oversight import ANSWERED, OversightKind
from hotline.cases.terms import Role
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla.deadline import due_at
from hotline.store import bodies, oversight
from hotline.store.tables import cases
from hotline.store.transaction import Nudge, Transaction
from hotline.store.visibility import visible_to

LONGEST = 10_000  # characters of one text
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Begun:
    """What a commissioner typed. `answer_by`: None for the rule's own term."""

    kind: OversightKind
    addressee: str
    matter: str
    body: str | None = None
    case: str | None = None
    follows: str | None = None
    answer_by: datetime | None = None
    follow_up: datetime | None = None
    once: str = ""


def overseer(viewer: Viewer) -> str:
    """Return the region of a commissioner. Errors: NotFound for anybody else."""
    if viewer.role is not Role.COMMISSIONER or viewer.region is None:
        raise NotFound("no such page")
    return viewer.region


async def begin_oversight(rt: Runtime, viewer: Viewer, asked: Begun) -> str:
    """Keep it and return its number; the same form again returns the first one's.

    Errors: NotFound outside oversight and for a case or work that one may not know of;
    RuleForbids naming the field.
    """
    region = overseer(viewer)
    if not asked.once:
        raise RuleForbids(
            "the form has no mark of its own", code="text_missing", field="once"
        )
    async with rt.transaction(viewer) as tx:
        before = await oversight.sent_before(tx, viewer.person_id, asked.once)
        if before is not None:
            return number_of(before, rt.number_key)
        await _check(tx, asked)
        due = _due(rt, tx.now, asked)
        case_id = await _case(rt, tx, viewer, asked.case)
        before_it = await _before(rt, tx, viewer, asked.follows)
        looks = [moment for moment in (due, asked.follow_up) if moment]
        act_id = await rt.numbers.take(tx.now)
        await oversight.add(
            tx,
            act_id,
            {"addressee": asked.addressee.strip(), "matter": asked.matter.strip()},
            {
                "kind": asked.kind,
                "region": region,
                "person_id": viewer.person_id,
                "body_id": asked.body,
                # What follows from work on a case is about it, named or not: whoever may
                # not know of the one may not know of the other.
                "case_id": case_id or (before_it.case_id if before_it else None),
                "follows_id": before_it.id if before_it else None,
                "due_at": due,
                "follow_up_at": asked.follow_up,
                "look_at": min(looks) if looks else None,
                "once": asked.once,
            },
        )
        await oversight.note(tx, act_id, "begun")
        tx.nudge(Nudge("notice", person_id=viewer.person_id))
    return number_of(act_id, rt.number_key)


async def _check(tx: Transaction, asked: Begun) -> None:
    for field, text, longest in (
        ("addressee", asked.addressee, _LONGEST_NAME),
        ("matter", asked.matter, LONGEST),
    ):
        if not text.strip():
            raise RuleForbids(f"{field} is missing", code="text_missing", field=field)
        if len(text) > longest:
            raise RuleForbids(f"{field} is too long", code="text_too_long", field=field)
    if asked.body is not None and asked.body not in await bodies.names(tx):
        raise RuleForbids("no such body", code="unknown_body", field="body")
    if asked.follow_up is not None and asked.follow_up <= tx.now:
        raise RuleForbids("this day has passed", code="in_past", field="follow_up")


def _due(rt: Runtime, now: datetime, asked: Begun) -> datetime | None:
    """Return when the answer is due. Errors: RuleForbids."""
    if asked.kind not in ANSWERED:
        return None
    if asked.answer_by is None:
        return due_at(now, rt.config.oversight.answer_within, rt.calendar)
    if asked.answer_by <= now:
        raise RuleForbids("this day has passed", code="in_past", field="answer_by")
    if asked.answer_by > due_at(now, rt.config.oversight.longest_answer, rt.calendar):
        raise RuleForbids("nobody waits that long", code="too_long", field="answer_by")
    return asked.answer_by


async def _case(
    rt: Runtime, tx: Transaction, viewer: Viewer, number: str | None
) -> int | None:
    """Return the case behind a number that the commissioner may know of. Errors: RuleForbids."""
    if not number:
        return None
    known = id_from(number, rt.number_key)
    found = known is not None and await tx.one(
        cases.select().where(cases.c.id == known, visible_to(viewer))
    )
    if not found:
        raise RuleForbids("no such case", code="unknown_case", field="case")
    return known


async def _before(
    rt: Runtime, tx: Transaction, viewer: Viewer, number: str | None
) -> Any | None:
    if not number:
        return None
    known = id_from(number, rt.number_key)
    found = None if known is None else await oversight.one(tx, viewer, known)
    if found is None:
        raise NotFound("no such work")
    return found
