"""The notes of a case, for one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from hotline.identity.viewer import Viewer
from hotline.store.cases import OpenedCase
from hotline.store.opened_parts import OpenedParts
from hotline.store.tables import case_notes, memberships, people
from hotline.store.transaction import Transaction
from hotline.store.view_parts import NoteView
from hotline.store.visibility import Scope

# What co-executors work with; the rest explains decisions of 111 and of the lead.
INSIDE = ("earlier_extract",)  # what another body was told before is 111's to know
WORK = ("note", "first_contact", "check", "safety")


async def notes_for(
    tx: Transaction, viewer: Viewer, case: OpenedCase, scope: Scope, parts: OpenedParts
) -> tuple[NoteView, ...]:
    """Return the notes, oldest first; a co-executor reads its own and the lead's."""
    rows = await tx.rows(
        select(case_notes, people.c.username, people.c.display_name)
        .join(people, people.c.id == case_notes.c.author_id)
        .where(case_notes.c.case_id == case.id)
        .order_by(case_notes.c.id)
    )
    if scope is not Scope.CENTRE:
        rows = [row for row in rows if row.kind not in INSIDE]
    if scope is Scope.HELPER:
        near = await known_authors(tx, viewer, case)
        rows = [row for row in rows if row.kind in WORK and near.did(row.author_id, row.at)]
    return tuple(_note(row, parts) for row in rows)


@dataclass(frozen=True, slots=True)
class Near:
    """Whose work a co-executor may know of, and until when they were there (None: still)."""

    until: Mapping[int, datetime | None]

    def did(self, person_id: int | None, at: datetime) -> bool:
        """Return whether somebody did it while they were there."""
        if person_id is None or person_id not in self.until:
            return False
        left = self.until[person_id]
        return left is None or at < left


async def known_authors(tx: Transaction, viewer: Viewer, case: OpenedCase) -> Near:
    """Return the people whose work a co-executor may know of: its own and the lead's.

    What somebody did before they left stays; what they do elsewhere is another body's.
    """
    lead = case.access.lead
    near = [*viewer.bodies, lead] if lead else [*viewer.bodies]
    rows = await tx.rows(
        select(memberships.c.person_id, memberships.c.ended_at)
        .where(memberships.c.body_id.in_(near))
        .order_by(memberships.c.ended_at.nulls_last())
    )
    # In order: the last that is said of a person is the longest that they stayed.
    stayed = {int(row.person_id): row.ended_at for row in rows}
    return Near({**stayed, viewer.person_id: None})


def _note(row: Row[Any], parts: OpenedParts) -> NoteView:
    return NoteView(
        id=row.id,
        at=row.at,
        author=row.username,
        author_name=row.display_name,
        kind=row.kind,
        text=parts.text(row.case_id, "note", row.sealed_text),
    )
