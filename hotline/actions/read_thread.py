"""Use case: whoever holds receipt and PIN reads their thread: both sides, and how it stands."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.actions.open_thread import Thread, told_of
from hotline.cases.stage import stage_of_thread
from hotline.cases.terms import OutboundState
from hotline.errors import NotFound
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import outbound, threads
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction

LOOKED_BACK = timedelta(hours=6)
_FEWEST = 5  # fewer say nothing about the next
_STEPS = (
    5,
    10,
    15,
    30,
    60,
    120,
    180,
    360,
    720,
)  # minutes; a promise to the minute would lie


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread; `text` is None where the person was forgotten."""

    mine: bool  # of the person who reads the page
    at: datetime
    text: str | None = field(repr=False)
    files: int = 0


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """What the page shows. Units: `usual_minutes`; None: nobody can say now."""

    thread: Thread
    said: tuple[Said, ...]
    usual_minutes: int | None
    stage: str


async def read_thread(rt: Runtime, root_id: int) -> ThreadPage:
    """Return the thread of a contact; what 111 wrote counts as read from now on.

    The caller has checked receipt and PIN, or a token made after that. Errors: NotFound.
    """
    async with rt.transaction(INTAKE) as tx:
        found = await threads.state(tx, root_id)
        if found is None:
            raise NotFound("no such thread")
        said = await _said(tx, root_id)
        stage = stage_of_thread(await threads.standings(tx, root_id))
        return ThreadPage(told_of(found), said, await _usual(tx), stage)


async def thread_version(rt: Runtime, root_id: int) -> tuple[object, ...]:
    """Return what changes as soon as the page would show something new."""
    async with rt.transaction(INTAKE) as tx:
        return await threads.version(tx, root_id)


async def _said(tx: Transaction, root_id: int) -> tuple[Said, ...]:
    wrote = await threads.written(tx, root_id)
    answers = await threads.answered(tx, root_id)
    parts = await opened(tx, {r.id for r in wrote} | {r.contact_id for r in answers})
    both = [
        Said(
            mine=True,
            at=row.received_at,
            text=parts.text(row.id, "narrative", row.sealed_narrative),
            files=row.files,
        )
        for row in reversed(wrote)
    ]
    both += [
        Said(False, row.made_at, parts.text(row.contact_id, "outbound", row.sealed_text))
        for row in reversed(answers)
    ]
    for row in await threads.lock_unread(tx, [row.id for row in answers]):
        await outbound.move(tx, row, OutboundState.READ)
    return tuple(sorted(both, key=lambda one: one.at))


async def _usual(tx: Transaction) -> int | None:
    """Return within how many minutes people usually were read, never less than now waited."""
    row = await threads.waits(tx, LOOKED_BACK)
    if row is None or row.read < _FEWEST:
        return None
    longest = row.read_after
    if row.waiting >= _FEWEST:
        longest = max(longest, row.waiting_for)
    minutes = longest.total_seconds() / 60
    return next((step for step in _STEPS if minutes <= step), None)
