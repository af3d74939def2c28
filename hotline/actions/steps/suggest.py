"""Step: choose the person of a body to whom an offer is suggested, and store the choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.actions.steps import route, staff
from hotline.cases.terms import BodyId, PersonId, Urgency
from hotline.routing.directory import Directory
from hotline.routing.person import PersonDecision, choose_person
from hotline.routing.replay import PERSON, person_columns
from hotline.routing.seen import FORMAT, PersonSeen, StaffSeen
from hotline.runtime import Runtime
from hotline.store import decisions, duty
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

OFFERED, ABSENT, RAN_OUT, LEFT = "offered", "absent", "ran_out", "left"
CONFLICT, BY_HAND = "conflict", "by_hand"


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a person is looked for, and who is not asked again."""

    why: str = OFFERED
    instead_of: PersonId | None = None
    tried: Mapping[PersonId, str] = field(default_factory=dict)


async def pick(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    asked_of: Sequence[Any],
    asked: Asked | None = None,
) -> dict[int, PersonDecision]:
    """Return who is chosen for each referral whose body has people in the directory.

    Three statements for all bodies of the case. A decision without a person: nobody there
    can take it now.
    """
    directory = await rt.directory(tx)
    bodies = [BodyId(one.body_id) for one in asked_of if directory.people.get(one.body_id)]
    if not bodies:
        return {}
    out = await route.kept_out(tx, case, directory)
    shifts = await duty.on_shift(tx, bodies)
    seen = await staff.seen_people(rt, tx, directory, bodies, shifts)
    chosen: dict[int, PersonDecision] = {}
    for referral in asked_of:
        people = seen.get(BodyId(referral.body_id), ())
        if not people:
            continue
        tried = {**(asked.tried if asked else {}), **out.people}
        facts = _facts(rt, tx, case, referral, people, tried, asked or Asked(), directory)
        chosen[int(referral.id)] = decision = choose_person(facts)
        row = {
            "case_id": case.id,
            "contact_id": None,
            "kind": PERSON,
            "policy_version": rt.config.referral.version,
            "model_version": "none",
        }
        decisions.store(tx, [row | person_columns(facts, decision)])
    return chosen


def _facts(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    referral: Any,
    people: tuple[PersonSeen, ...],
    excluded: Mapping[PersonId, str],
    asked: Asked,
    directory: Directory,
) -> StaffSeen:
    there = {person.person for person in people}
    return StaffSeen(
        format=FORMAT,
        body=referral.body_id,
        at=tx.now,
        urgency=case.row.urgency,
        language=case.row.language,
        norm=staff.norm_of(rt),
        referral=int(referral.id),
        duty_first=_duty_first(rt, tx, case, BodyId(referral.body_id), directory),
        people=people,
        excluded=tuple(sorted((p, why) for p, why in excluded.items() if p in there)),
        instead_of=asked.instead_of,
        why=asked.why,
    )


def _duty_first(
    rt: Runtime, tx: Transaction, case: OpenedCase, body: BodyId, directory: Directory
) -> bool:
    """Return whether those on duty come first: a day or a life at stake, or out of hours."""
    if case.row.urgency <= Urgency.DAY:
        return True
    known = directory.body(body)
    calendar = rt.calendar.for_hours(known.hours if known else None)
    return not calendar.is_open(tx.now)
