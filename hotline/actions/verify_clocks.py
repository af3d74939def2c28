"""Use case: replay the ledger of every clock and compare it with the clock's row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.errors import RuleForbids
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.sla.events import ClockEvent, ClockRecord, replay
from hotline.sla.ledger import Line, read
from hotline.store import clock_changes, clock_ledger, clocks

VERIFY = Machine("verify")
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Verified:
    """How many clocks were replayed, and what differs: "clock 7: due_at"."""

    clocks: int
    differences: tuple[str, ...]


async def verify_clocks(rt: Runtime) -> Verified:
    """Replay every clock, a batch at a time, beside a running service; nothing is written.

    Errors: none; a ledger that cannot be read is a difference of its own.
    """
    found: list[str] = []
    seen = after = 0
    while True:
        async with rt.transaction(VERIFY) as tx:
            rows = await clocks.after(tx, after, BATCH)
            lines = await clock_ledger.read(tx, [row.id for row in rows])
        if not rows:
            return Verified(seen, tuple(found))
        differ = [row.id for row in rows if differences(row, lines.get(row.id, []))]
        found += await _still_differ(rt, differ)
        seen, after = seen + len(rows), rows[-1].id


async def _still_differ(rt: Runtime, ids: Sequence[int]) -> list[str]:
    """Return what differs when row and ledger are read with nobody writing between them.

    Two reads of a running service may stand on both sides of somebody's commit. A writer
    locks the row before it writes its line, so a lock on the row holds both still.
    """
    found: list[str] = []
    for clock_id in ids:
        async with rt.transaction(VERIFY) as tx:
            row = await clock_changes.lock(tx, clock_id)
            lines = await clock_ledger.read(tx, [clock_id])
        if row is not None:
            wrong = differences(row, lines.get(clock_id, []))
            found += [f"clock {clock_id}: {name}" for name in wrong]
    return found


def differences(row: Any, lines: Sequence[Line]) -> list[str]:
    """Return the names of the columns in which a row differs from its ledger."""
    try:
        record = replay(list(_events(lines)))
    except (RuleForbids, ValueError, KeyError) as error:
        return [f"ledger ({type(error).__name__})"]
    told = _columns(record)
    return [name for name, value in told.items() if getattr(row, name) != value]


def _events(lines: Sequence[Line]) -> Iterator[ClockEvent]:
    for line in lines:
        event = read(line)
        if event is not None:
            yield event


def _columns(record: ClockRecord) -> dict[str, object]:
    """Return the columns of a clock's row that its ledger determines."""
    facts = record.facts
    return {
        "name": facts.name,
        "state": facts.state,
        "started_at": facts.started_at,
        "due_at": facts.due_at,
        "urgency": facts.urgency,
        "told_percent": facts.told_percent,
        "allowed": record.limit,
        "law": record.law,
        "body_id": record.body,
        "met_at": record.met_at,
        "cancelled_at": record.cancelled_at,
        "breached_at": record.breached_at,
        "judged_at": record.judged_at,
        "paused_at": record.paused_at,
        "pause_reason": record.pause_reason,
        "resume_by": record.resume_by,
        "extended_to": record.extended_to,
        "policy_version": record.policy_version,
        "calendar_version": record.calendar_version,
    }
