"""Use cases: what people do on a case and write down: notes, contact, check, safety."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.actions.steps.move import Moving, moving
from hotline.actions.steps.tell_person import mentioned_in, tell_mentioned
from hotline.cases.lifecycle import Move
from hotline.cases.terms import CheckKind, ClockName, ClockState
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, clocks, notes
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner

LATEST_LOGGED = timedelta(days=1)


def need(text: str | None, field: str) -> str:
    """Return `text` stripped. Errors: RuleForbids when it says nothing."""
    if text is None or not text.strip():
        raise RuleForbids(f"`{field}` must say something", code="text_missing", field=field)
    return text.strip()


async def add_note(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    text: str,
    version: int | None = None,
    *,
    mention: str | None = None,
) -> None:
    """Write a note that everybody who works on the case can read.

    Whom it names (`mention`, and "@username" in the words) gets a notice, and nothing else.
    """
    said = need(text, "text")
    async with moving(rt, viewer, number, Move.NOTE, version) as moved:
        await note_down(moved, said, [mention] if mention else [])


async def note_down(moved: Moving, said: str, names: Sequence[str] = ()) -> None:
    """Write a note on a case that is open for it, and tell whom it names."""
    note = await notes.add(moved.tx, moved.case.id, "note", said)
    await cases.change(moved.tx, moved.case.id, {})
    moved.tx.record("note_added", case_id=moved.case.id, data={"note": note})
    told = [*names, *mentioned_in(said)]
    await tell_mentioned(moved.tx, moved.case, moved.viewer, told)


async def _work(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    move: Move,
    clock: ClockName,
    *,
    text: str,
    event: str,
    data: dict[str, object],
    version: int | None,
    at: datetime | None = None,
) -> None:
    async with moving(rt, viewer, number, move, version) as moved:
        not_before(moved.case, at)
        note = await notes.add(moved.tx, moved.case.id, move, text)
        await moved.advance()
        await clocks.end(
            moved.tx, ClockOwner(case_id=moved.case.id), state=ClockState.MET, names=[clock]
        )
        moved.tx.record(event, case_id=moved.case.id, data={**data, "note": note})


async def record_first_contact(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    at: datetime | None = None,
    how: str | None = None,
    unsafe: str | None = None,
    version: int | None = None,
) -> None:
    """Record a contact with the child or applicant, or why contact would be unsafe."""
    data: dict[str, object]
    if unsafe is not None:
        text, data = need(unsafe, "unsafe"), {"unsafe": True}
    else:
        moment = checked_moment(rt, at)
        text, data = need(how, "how"), {"at": moment.isoformat()}
    await _work(
        rt,
        viewer,
        number,
        Move.FIRST_CONTACT,
        ClockName.FIRST_CONTACT,
        text=text,
        event="first_contact_recorded",
        data=data,
        version=version,
        at=at,
    )


async def record_check(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    kind: str,
    at: datetime | None,
    text: str,
    version: int | None = None,
) -> None:
    """Record how it was checked that the child is safe; meets `on_site_check`."""
    if kind not in set(CheckKind):
        raise RuleForbids("choose how it was checked", code="unknown_check", field="kind")
    moment = checked_moment(rt, at)
    await _work(
        rt,
        viewer,
        number,
        Move.CHECK,
        ClockName.ON_SITE_CHECK,
        text=need(text, "text"),
        event="check_recorded",
        data={"kind": kind, "at": moment.isoformat()},
        version=version,
        at=at,
    )


async def record_safety(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    safe: bool,
    plan: str,
    version: int | None = None,
) -> None:
    """State that the child is safe, or a plan with names and dates; meets `safety`."""
    text = plan if safe and not plan.strip() else need(plan, "plan")
    await _work(
        rt,
        viewer,
        number,
        Move.SAFETY,
        ClockName.SAFETY,
        text=text or "-",
        event="safety_recorded",
        data={"safe": safe},
        version=version,
    )


def checked_moment(rt: Runtime, at: datetime | None) -> datetime:
    """Return `at`, or now. Errors: RuleForbids for a moment without a zone or to come."""
    now = rt.clock.now()
    if at is None:
        return now
    if at.tzinfo is None:
        raise RuleForbids("give the moment with its zone", code="no_zone", field="at")
    if at > now:
        raise RuleForbids("this moment is still to come", code="in_future", field="at")
    return at


def not_before(case: OpenedCase, at: datetime | None) -> None:
    """Errors: RuleForbids for a moment long before the report: a slip of the calendar.

    A day is left for what was done while a call was logged late.
    """
    if at is not None and at < case.row.received_at - LATEST_LOGGED:
        raise RuleForbids(
            "this moment lies before the report came in", code="too_early", field="at"
        )
