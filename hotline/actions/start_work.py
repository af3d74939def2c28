"""Use cases: a person asks for long work, looks how far it is, ends it, takes what it made.

The work itself is a job of its own process (queue: bulk), beside triage and never before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from hotline.actions.works.kinds import KINDS
from hotline.cases.terms import JobName, QueueName
from hotline.cases.works import OPEN, WorkKind, WorkState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import works
from hotline.store.transaction import Nudge, Transaction

AT_ONCE = 5  # pieces of unfinished work of one person
SHOWN = 50
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WorkView:
    """One piece of work, for who asked for it."""

    id: int
    kind: str
    state: str
    asked_at: datetime
    asked: Mapping[str, Any]
    done: int
    total: int | None
    cancelling: bool
    finished_at: datetime | None
    cause: str | None
    told: Mapping[str, Any]
    name: str | None  # of the file, while it can be taken
    mime: str | None
    keep_until: datetime | None

    @property
    def ended(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state not in OPEN


async def start_work(
    rt: Runtime,
    viewer: Viewer,
    kind: WorkKind,
    asked: Mapping[str, Any],
    *,
    file: bytes | None = None,
    locale: str = "",
    once: str = "",
) -> int:
    """Promise the work; return its id. The same `once` of the same person is the same work.

    Something else asked with it is other work: a page one goes back to has other buttons.
    `asked` holds codes, dates, ids and numbers: it is kept and logged. A `file` is sealed.
    Errors: NotFound for who may not ask, RuleForbids.
    """
    wanted = _checked(viewer, kind, asked)
    key = _key(once, kind, wanted) if once else None
    async with rt.transaction(viewer) as tx:
        await works.in_turn(tx, viewer.person_id)
        before = await works.by_key(tx, viewer.person_id, key) if key else None
        if before is not None:
            return before
        return await _promised(
            rt, tx, viewer, kind, wanted, file=file, locale=locale, key=key
        )


async def promise_work(
    rt: Runtime, tx: Transaction, viewer: Viewer, kind: WorkKind, asked: Mapping[str, Any]
) -> int:
    """Promise work in the transaction that makes what it works on; return its id.

    Errors: NotFound for who may not ask, RuleForbids.
    """
    wanted = _checked(viewer, kind, asked)
    await works.in_turn(tx, viewer.person_id)
    return await _promised(rt, tx, viewer, kind, wanted)


async def _promised(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    kind: WorkKind,
    wanted: Any,
    *,
    file: bytes | None = None,
    locale: str = "",
    key: str | None = None,
) -> int:
    if await works.count_open(tx, viewer.person_id) >= AT_ONCE:
        raise RuleForbids("wait until something of yours is done", code="too_many_works")
    work_id = await rt.numbers.take(tx.now)
    values = {
        "id": work_id,
        "kind": kind,
        "asked_by": viewer.person_id,
        "asked_as": sight(viewer),
        "asked_at": tx.now,
        "asked": wanted,
        "locale": locale or viewer.locale,
        "key": key,
        "state": WorkState.QUEUED,
    }
    await works.add(tx, values, file)
    tx.promise(JobName.RUN_WORK, QueueName.BULK, [work_id])
    tx.record("work_asked", data={"work": work_id, "kind": kind, "asked": wanted})
    tx.nudge(Nudge("work", person_id=viewer.person_id))
    return work_id


def _checked(viewer: Viewer, kind: WorkKind, asked: Mapping[str, Any]) -> Any:
    """Return what may be asked, as it is kept. Errors: NotFound, RuleForbids."""
    known = KINDS[kind]
    if viewer.role not in known.roles:
        raise NotFound("no such work")
    try:
        return msgspec.to_builtins(msgspec.convert(dict(asked), known.asks))
    except msgspec.ValidationError as error:
        raise RuleForbids("this cannot be asked", code="bad_work") from error


def _key(once: str, kind: WorkKind, wanted: Any) -> str:
    """Return the mark of one wish of one form."""
    said = msgspec.json.encode([once, kind, wanted], order="sorted")
    return sha256(said).hexdigest()[:40]


def sight(viewer: Viewer) -> str:
    """Return as whom somebody asks: what they may see of others' work rests on it."""
    return " ".join((viewer.role, viewer.region or "-", *sorted(viewer.bodies)))


async def my_works(rt: Runtime, viewer: Viewer) -> list[WorkView]:
    """Return the newest work that the viewer asked for."""
    async with rt.transaction(viewer) as tx:
        return [
            _view(viewer, row) for row in await works.of_person(tx, viewer.person_id, SHOWN)
        ]


async def work_of(rt: Runtime, viewer: Viewer, work_id: int) -> WorkView:
    """Return one piece of one's own work. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        return _view(viewer, await works.own(tx, viewer.person_id, work_id))


async def cancel_work(rt: Runtime, viewer: Viewer, work_id: int) -> WorkView:
    """End one's own work: at once while it waits, else between two steps. Errors: NotFound."""
    async with rt.transaction(viewer) as tx:
        await works.own(tx, viewer.person_id, work_id)
        row = await works.lock(tx, work_id)
        if row is not None and row.state == WorkState.QUEUED:
            await end(tx, row, {"state": WorkState.CANCELLED})
        elif row is not None and row.state == WorkState.RUNNING and row.cancel_at is None:
            await works.change(tx, work_id, {"cancel_at": tx.now})
            tx.nudge(Nudge("work", person_id=viewer.person_id))
        return _view(viewer, await works.own(tx, viewer.person_id, work_id))


async def take_result(rt: Runtime, viewer: Viewer, work_id: int) -> tuple[WorkView, bytes]:
    """Return one's own work and the file that it made; that it was taken is kept.

    Errors: NotFound, also once the file went, for who may not ask for it any more, and for
    who sees otherwise since: a file of another region is not theirs to take along.
    """
    async with rt.transaction(viewer) as tx:
        row = await works.own(tx, viewer.person_id, work_id)
        view = _view(viewer, row)
        if view.keep_until is None or view.keep_until <= tx.now or view.name is None:
            raise NotFound("no such file")
        content = await works.result_of(tx, work_id)
        tx.record("work_taken", data={"work": work_id, "kind": view.kind})
        return view, content


async def end(tx: Transaction, row: Any, values: Mapping[str, Any]) -> None:
    """Write how work ended, tell who asked for it, and let its files go in a day."""
    kept = {"finished_at": tx.now, "keep_until": tx.now + KEPT_FOR, **values}
    await works.change(tx, row.id, kept)
    undone = KINDS[WorkKind(row.kind)].undone
    if undone is not None and kept["state"] != WorkState.DONE:
        await undone(tx, row.asked, kept)
    told = {name: values[name] for name in ("state", "cause", "told") if name in values}
    known = {"work": row.id, "kind": row.kind, "asked": row.asked}
    tx.record("work_ended", data={**known, **told})
    tx.nudge(Nudge("work", person_id=row.asked_by))


def _view(viewer: Viewer, row: Any) -> WorkView:
    """Return work as its owner sees it now; a file that is not theirs any more has no name."""
    same = "id kind state asked_at asked done total finished_at cause told mime keep_until"
    theirs = viewer.role in KINDS[WorkKind(row.kind)].roles and row.asked_as == sight(
        viewer
    )
    return WorkView(
        cancelling=row.cancel_at is not None,
        name=row.name if theirs else None,
        **{name: getattr(row, name) for name in same.split()},
    )
