"""Use cases: a head, deputy or supervisor puts the written outcome off; the applicant is told."""

from datetime import UTC, date, datetime

from hotline.actions.record_work import need
from hotline.actions.steps import run_clocks
from hotline.actions.steps.clock_at_hand import (
    ClockAtHand,
    allowance,
    clock_at_hand,
    must_run,
)
from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.tell_applicant import tell_applicants
from hotline.cases.lifecycle import Move
from hotline.cases.terms import ClockName, ClockState, PauseReason
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.sla import ledger
from hotline.sla.deadline import due_at
from hotline.sla.extension import (
    ExtensionAsked,
    check_extension,
    check_position,
    closing_of,
)
from hotline.sla.put_off import Paused, put_off
from hotline.store import cases, clock_changes, clocks, notes, positions
from hotline.store.clocks import ClockOwner


async def extend_clock(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    clock: str,
    until: datetime | date,
    reason: str,
    version: int | None = None,
) -> None:
    """Put a deadline off until `until`: a moment, or the end of work on a day.

    Starts `extension_notice`: the applicant must be told. Errors: NotAllowed `not_head`;
    RuleForbids names `clock`, `until` or `reason`; NotFound, Stale.
    Source: Administrative Procedural Code, art. 76; config/sla.yaml, `extension`.
    """
    said = need(reason, "reason")
    async with moving(rt, viewer, number, Move.EXTEND, version) as moved:
        tx, case = moved.tx, moved.case
        await _check_person(rt, moved)
        found = await clock_at_hand(rt, moved, clock)
        allowed = allowance(rt, clock, PauseReason.EXTENDED)
        must_run(found.row, tx.now)
        moment = _moment(found, until)
        asked = ExtensionAsked(
            started_at=found.row.started_at,
            first_due=_first_due(found),
            due_at=found.row.due_at,
            until=moment,
            earlier=found.times("extended"),
            now=tx.now,
        )
        rule = rt.config.sla.extension
        check_extension(asked, rule, allowed.times, found.calendar)
        note = await notes.add(tx, case.id, "extension", said)
        row = found.row
        look = run_clocks.look_of(
            rt, ClockName(clock), row.started_at, moment, row.urgency, row.told_percent
        )
        await clock_changes.extend(tx, row, moment, look_at=look, note=note)
        await _owe_notice(rt, moved)
        await cases.change(tx, case.id, {})


async def record_extension_notice(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    how: str | None = None,
    unsafe: str | None = None,
    version: int | None = None,
) -> None:
    """Record how the applicant was told of the extension, or why writing is unsafe.

    In any case neutral words lie on the status page. Meets `extension_notice`.
    Errors: RuleForbids `no_notice_owed`, `text_missing`; NotFound, NotAllowed, Stale.
    """
    told = need(unsafe, "unsafe") if unsafe is not None else need(how, "how")
    async with moving(rt, viewer, number, Move.EXTENSION_NOTICE, version) as moved:
        tx, case = moved.tx, moved.case
        met = await clocks.end(
            tx,
            ClockOwner(case_id=case.id),
            state=ClockState.MET,
            names=[ClockName.EXTENSION_NOTICE],
        )
        if not met:
            raise RuleForbids("no notice is owed", code="no_notice_owed")
        await _tell(rt, moved, safe=unsafe is None)
        note = await notes.add(tx, case.id, "extension_notice", told)
        data = {"note": note, "unsafe": unsafe is not None}
        tx.record("extension_notice_recorded", case_id=case.id, data=data)
        await cases.change(tx, case.id, {})


async def _tell(rt: Runtime, moved: Moving, *, safe: bool) -> None:
    """Tell whoever wrote the new day, in neutral words: sent where safe, else deposited."""
    tx, case = moved.tx, moved.case
    running = await clocks.unmet(tx, ClockOwner(case_id=case.id))
    until = [row.extended_to for row in running if row.extended_to is not None]
    if not until:
        return  # it was answered meanwhile
    last = max(until).astimezone(UTC)
    more = {"until": last.isoformat()}
    await tell_applicants(
        rt, tx, case.id, "extended", until=last, more=more, deposit_only=not safe
    )


async def _check_person(rt: Runtime, moved: Moving) -> None:
    """Errors: NotAllowed unless head or deputy of the lead body, or a supervisor."""
    lead = moved.case.lead
    viewer = moved.viewer
    position = None
    if lead is not None and lead.body_id in viewer.bodies:
        position = await positions.of_person(moved.tx, viewer.person_id, lead.body_id)
    check_position(viewer.role, position, rt.config.sla.extension)


def _moment(found: ClockAtHand, until: datetime | date) -> datetime:
    """Return the moment that is meant. Errors: RuleForbids for one without a zone."""
    if isinstance(until, datetime) and until.tzinfo is None:
        raise RuleForbids("give the moment with its zone", code="no_zone", field="until")
    try:
        if not isinstance(until, datetime):
            return closing_of(until, found.calendar)
        found.calendar.why_shut(found.calendar.local_day(until))
    except RuleForbids as refused:  # beyond the calendar, which says how to widen it
        refused.facts.setdefault("field", "until")
        raise
    except OverflowError:  # a moment that its own zone carries beyond the last day there is
        raise RuleForbids(
            "until: lies beyond the calendar", code="beyond_calendar", field="until"
        ) from None
    return until


def _first_due(found: ClockAtHand) -> datetime:
    """Return the deadline as it would be without any extension."""
    row = found.row
    stood = [one for one in ledger.delays(found.lines) if isinstance(one, Paused)]
    base = due_at(row.started_at, found.limit, found.calendar)
    return put_off(row.started_at, base, found.limit, stood, found.calendar)


async def _owe_notice(rt: Runtime, moved: Moving) -> None:
    """Start the notice's clock, unless that of an earlier extension runs and is not late."""
    owner = ClockOwner(case_id=moved.case.id)
    unmet = await clocks.unmet(moved.tx, owner)
    if run_clocks.run_in_time(unmet, ClockName.EXTENSION_NOTICE, moved.tx.now):
        return
    await run_clocks.start(
        rt,
        moved.tx,
        [owner],
        [ClockName.EXTENSION_NOTICE],
        started_at=moved.tx.now,
        urgency=moved.case.row.urgency,
        regime=moved.case.row.regime,
    )
