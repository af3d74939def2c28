"""Use cases: who looked at what, for supervisors and administrators; one's own log for all.

An administrator sees no content: of a case only a mark by which rows of the same case are told
together, which leads nowhere. Who reads the log is written into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.cases.terms import Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import audit_log, cases, people
from hotline.store.audit_log import Asked
from hotline.store.transaction import Transaction

READERS = (Role.SUPERVISOR, Role.ADMIN)
MOST = 10_000  # rows of an export


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that somebody did."""

    at: datetime
    source: str  # event | sign_in
    id: int
    name: str  # of the colleague; empty: nobody has the name that was typed
    username: str
    what: str
    case: str  # a number, or a mark for who sees no content; empty: of no case
    opens: bool  # whether the reader may open it
    device: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows, newest first, and where to go on."""

    rows: Sequence[Doing]
    more: Doing | None


async def read_audit(
    rt: Runtime, viewer: Viewer, asked: Asked, *, username: str = "", number: str = "",
    export: bool = False,
) -> AuditPage:  # fmt: skip
    """Return what people did; nothing of a case that the reader may not know of.

    Errors: NotFound for others than READERS.
    """
    if viewer.role not in READERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        if username:
            row = await people.by_username(tx, username)
            asked = replace(asked, person=int(row.id) if row is not None else -1)
        if number:
            case_id = await _case(rt, tx, viewer, number)
            asked = replace(asked, case_id=case_id)
        asked = replace(asked, limit=MOST if export else audit_log.SHOWN)
        found = await audit_log.read(tx, viewer, asked)
        event = "audit_exported" if export else "audit_read"
        tx.record(event, data={"kind": asked.kind, "person": asked.person})
        return _page(rt, viewer, asked, found)


async def own_log(rt: Runtime, viewer: Viewer, asked: Asked) -> AuditPage:
    """Return what is recorded of the viewer; numbers only of what they may still open."""
    async with rt.transaction(viewer) as tx:
        mine = replace(asked, person=int(viewer.person_id), limit=audit_log.SHOWN)
        found = await audit_log.read(tx, viewer, mine)
        seen = await audit_log.visible(
            tx, viewer, {row.case_id for row in found if row.case_id is not None}
        )
    return _page(rt, viewer, mine, found, seen)


async def _case(rt: Runtime, tx: Transaction, viewer: Viewer, number: str) -> int:
    """Return the id of a case by its number; of none where nobody may know of it."""
    if not viewer.at_111:
        return -1  # an administrator asks for people and times, never for a case
    try:
        return int((await cases.read(tx, viewer, number, rt.number_key)).id)
    except NotFound:
        return -1


def _page(
    rt: Runtime, viewer: Viewer, asked: Asked, found: Sequence[Any],
    seen: frozenset[int] | None = None,
) -> AuditPage:  # fmt: skip
    rows = [_doing(rt, viewer, row, seen) for row in found[: asked.limit]]
    more = rows[-1] if rows and len(found) > asked.limit else None
    return AuditPage(rows, more)


def _doing(rt: Runtime, viewer: Viewer, row: Any, seen: frozenset[int] | None) -> Doing:
    opens = viewer.at_111 if seen is None else row.case_id in seen
    case = ""
    if row.case_id is not None:
        case = row.number if opens and row.number else _mark(rt, row.case_id)
    elif row.contact_id is not None and viewer.at_111:
        case = row.receipt or ""
    elif row.contact_id is not None:
        case = _mark(rt, row.contact_id)
    return Doing(
        row.at,
        row.source,
        int(row.id),
        row.display_name or "",
        row.username or "",
        row.what,
        case,
        opens and row.case_id is not None,
        row.device,
    )


def _mark(rt: Runtime, case_id: int) -> str:
    return "#" + rt.sealer.trace("audit_mark", str(case_id)).hex()[:6]
