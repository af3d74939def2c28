"""Hand-overs of shifts: what who goes says to who comes, sealed; and who took it over."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import keys
from hotline.store.opened_parts import opened
from hotline.store.people import people_names
from hotline.store.tables import cases, contacts
from hotline.store.tables_queue import handovers
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import closed_to

KEPT = timedelta(days=3)  # on the page
CHANGE = timedelta(hours=1)  # who goes and who comes: not all sign at once
SHOWN = 10
_PART = "remarks"
# However somebody types a number: with another dash, a space, or nothing between.
_GAP = "[ .\u00a0\u202f\u2010-\u2015\u2212-]?"
_NUMBER = re.compile(rf"(?<!\d)(\d{{2}}){_GAP}(\d{{6}}){_GAP}(\d)(?!\d)")


class HandoverView(View, frozen=True):
    """One hand-over. `remarks`: without what the reader may not know of; `mine`: I wrote it."""

    id: int
    by: str
    mine: bool
    made_at: datetime
    remarks: str | None
    taken_by: str | None
    taken_at: datetime | None


async def began(tx: Transaction) -> datetime | None:
    """Return when the shift began: the last time that somebody took over.

    While a shift changes it is still the one that goes: who signs second reads all of it.
    """
    over = handovers.c.taken_at <= tx.now - CHANGE
    row = await tx.one(select(func.max(handovers.c.taken_at).label("at")).where(over))
    return None if row is None else row.at


async def open_of(tx: Transaction, person_id: int) -> Row[Any] | None:
    """Return the person's own hand-over that nobody has taken yet, locked."""
    return await tx.one(
        select(handovers)
        .where(
            handovers.c.person_id == person_id,
            handovers.c.taken_at.is_(None),
            handovers.c.made_at > tx.now - KEPT,
        )
        .order_by(handovers.c.id.desc())
        .limit(1)
        .with_for_update()
    )


async def write(
    tx: Transaction, handover_id: int, person_id: int, began_at: datetime, remarks: str
) -> None:
    """Keep a new hand-over with a key of its own."""
    key = await keys.create(tx, handover_id)
    await tx.run(
        insert(handovers).values(
            id=handover_id,
            person_id=person_id,
            began_at=began_at,
            made_at=tx.now,
            sealed_remarks=key.seal_text(_PART, remarks),
        )
    )


async def rewrite(tx: Transaction, handover_id: int, remarks: str) -> None:
    """Replace what a hand-over says, while nobody has taken it."""
    key = await keys.load_one(tx, handover_id)
    fresh = {"made_at": tx.now, "sealed_remarks": key.seal_text(_PART, remarks)}
    await tx.run(update(handovers).where(handovers.c.id == handover_id).values(**fresh))


async def locked(tx: Transaction, handover_id: int) -> Row[Any]:
    """Return one hand-over, locked. Errors: NotFound."""
    row = await tx.one(
        select(handovers).where(handovers.c.id == handover_id).with_for_update()
    )
    if row is None:
        raise NotFound("no such hand-over")
    return row


async def sign(tx: Transaction, handover_id: int, person_id: int) -> None:
    """Keep who took a shift over."""
    signed = {"taken_by": person_id, "taken_at": tx.now}
    await tx.run(update(handovers).where(handovers.c.id == handover_id).values(**signed))


async def shown(tx: Transaction, viewer: Viewer) -> tuple[HandoverView, ...]:
    """Return the hand-overs of late, newest first, as the viewer may read them."""
    rows = await tx.rows(
        select(handovers)
        .where(handovers.c.made_at > tx.now - KEPT)
        .order_by(handovers.c.made_at.desc())
        .limit(SHOWN)
    )
    parts = await opened(tx, [row.id for row in rows])
    people = {row.person_id for row in rows} | {row.taken_by for row in rows}
    names = await people_names(tx, people - {None})
    told = [parts.text(row.id, _PART, row.sealed_remarks) for row in rows]
    hidden = await _closed(tx, viewer, told)
    return tuple(
        HandoverView(
            id=row.id,
            by=names[row.person_id][1],
            mine=row.person_id == viewer.person_id,
            made_at=row.made_at,
            remarks=_without(text, hidden),
            taken_by=names.get(row.taken_by, (None, None))[1],
            taken_at=row.taken_at,
        )
        for row, text in zip(rows, told, strict=True)
    )


async def _closed(tx: Transaction, viewer: Viewer, texts: Sequence[str | None]) -> set[str]:
    """Return the numbers in these texts that the viewer may not know of."""
    named = {one for text in texts for one in _numbers(text or "")}
    if not named:
        return set()
    of_cases = select(cases.c.number).where(cases.c.number.in_(named), closed_to(viewer))
    of_contacts = select(contacts.c.receipt).where(
        contacts.c.receipt.in_(named), closed_to(viewer, contacts)
    )
    rows = [*await tx.rows(of_cases), *await tx.rows(of_contacts)]
    return {row[0] for row in rows}


def _numbers(text: str) -> list[str]:
    """Return the numbers of cases and contacts in a text, as they are written here."""
    return ["-".join(parts) for parts in _NUMBER.findall(text)]


async def remarks_of_many(
    tx: Transaction, rows: Sequence[Row[Any]]
) -> dict[int, frozenset[str]]:
    """Return the numbers of cases and contacts that the remarks of these hand-overs name."""
    parts = await opened(tx, [row.id for row in rows])
    told = {row.id: parts.text(row.id, _PART, row.sealed_remarks) for row in rows}
    return {row_id: frozenset(_numbers(text or "")) for row_id, text in told.items()}


def _without(text: str | None, hidden: set[str]) -> str | None:
    """Return the text less each line that names one of `hidden`."""
    if text is None:
        return None
    lines = [line for line in text.splitlines() if hidden.isdisjoint(_numbers(line))]
    return "\n".join(lines).strip() or None
