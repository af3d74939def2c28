"""Use case (a read): a commissioner's own work, as a list and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.actions.step_oversight import standing_of
from hotline.cases.numbers import id_from, number_of
from hotline.cases.oversight import (
    OversightKind,
    OversightStep,
    OversightTab,
    steps_of,
    tab_of,
)
from hotline.cases.terms import ClockName, Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla.deadline import Deadline, due_at
from hotline.sla.explain import Step, working
from hotline.sla.targets import Target
from hotline.store import oversight
from hotline.store.transaction import Transaction

SHOWN = 200
READERS = (Role.COMMISSIONER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class OversightLine:
    """One row of the list. `addressee` is empty for what was forgotten."""

    number: str
    kind: OversightKind
    tab: OversightTab
    region: str
    by: str
    addressee: str
    matter: str
    opened_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    follow_up_at: datetime | None
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class OversightList:
    """One tab, the counts of all, and the year's figures by kind."""

    tab: OversightTab
    lines: Sequence[OversightLine]
    counts: Mapping[OversightTab, int]
    year: Sequence[Any]


@dataclass(frozen=True, slots=True)
class OversightCard:
    """One piece of work. `steps`: what its reader may do now."""

    line: OversightLine
    version: int
    case: str | None
    follows: str | None
    followers: Sequence[OversightLine]
    ledger: Sequence[tuple[Any, str]]
    steps: Sequence[OversightStep]
    working: Sequence[Step]


async def list_oversight(rt: Runtime, viewer: Viewer, tab: OversightTab) -> OversightList:
    """Return one list. Errors: NotFound for who oversees nothing."""
    _require(viewer)
    async with rt.transaction(viewer) as tx:
        rows = await oversight.of_viewer(
            tx, viewer, oversight.on_tab(tab, tx.now), limit=SHOWN
        )
        begin = tx.now.astimezone(rt.calendar.zone).replace(
            month=1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        return OversightList(
            tab,
            await _lines(rt, tx, rows),
            await oversight.tab_counts(tx, viewer),
            await oversight.counts(tx, viewer, begin),
        )


async def read_oversight(rt: Runtime, viewer: Viewer, number: str) -> OversightCard:
    """Return one. Errors: NotFound for what one may not know of."""
    _require(viewer)
    act_id = id_from(number, rt.number_key)
    async with rt.transaction(viewer) as tx:
        row = None if act_id is None else await oversight.one(tx, viewer, act_id)
        if row is None:
            raise NotFound("no such work")
        [line] = await _lines(rt, tx, [row])
        mine = viewer.role is Role.COMMISSIONER
        led = row.follows_id and await oversight.one(tx, viewer, row.follows_id)
        return OversightCard(
            line=line,
            version=row.version,
            case=number_of(row.case_id, rt.number_key) if row.case_id else None,
            follows=number_of(led.id, rt.number_key) if led else None,
            followers=await _lines(rt, tx, await oversight.followers(tx, viewer, row.id)),
            ledger=await oversight.events(tx, row.id),
            steps=steps_of(standing_of(row)) if mine else (),
            working=_working(rt, row),
        )


def _require(viewer: Viewer) -> None:
    region = viewer.role is Role.SUPERVISOR or viewer.region is not None
    if viewer.role not in READERS or not region:
        raise NotFound("no such page")


async def _lines(rt: Runtime, tx: Transaction, rows: Sequence[Any]) -> list[OversightLine]:
    words = await oversight.words(tx, [row.id for row in rows])
    return [_line(rt, tx.now, row, words.get(row.id, {})) for row in rows]


def _line(rt: Runtime, now: datetime, row: Any, words: Mapping[str, str]) -> OversightLine:
    standing = standing_of(row)
    return OversightLine(
        number=number_of(row.id, rt.number_key),
        kind=standing.kind,
        tab=tab_of(standing, now),
        region=row.region,
        by=row.display_name,
        addressee=words.get("addressee", ""),
        matter=words.get("matter", ""),
        opened_at=row.opened_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        follow_up_at=row.follow_up_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )


def _working(rt: Runtime, row: Any) -> list[Step]:
    """Return how the rule's own term was counted; a day that a person set needs no working."""
    rule = rt.config.oversight
    if row.due_at is None:
        return []
    target = Target(
        ClockName.WRITTEN_OUTCOME, rule.answer_within, False, rule.basis, rule.version
    )
    counted = due_at(row.opened_at, rule.answer_within, rt.calendar)
    if counted != row.due_at:
        return []
    deadline = Deadline(target, row.opened_at, row.due_at, rt.calendar.version)
    return working(deadline, rt.calendar)
