"""The notes of a case, for one reader."""

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
        rows = [row for row in rows if row.kind in WORK and row.author_id in near]
    return tuple(_note(row, parts) for row in rows)


async def known_authors(tx: Transaction, viewer: Viewer, case: OpenedCase) -> set[int]:
    """Return the people whose work a co-executor may know of: its own and the lead's."""
    lead = case.access.lead
    near = [*viewer.bodies, lead] if lead else [*viewer.bodies]
    rows = await tx.rows(
        select(memberships.c.person_id).where(memberships.c.body_id.in_(near))
    )
    return {viewer.person_id, *(row.person_id for row in rows)}


def _note(row: Row[Any], parts: OpenedParts) -> NoteView:
    return NoteView(
        id=row.id,
        at=row.at,
        author=row.username,
        author_name=row.display_name,
        kind=row.kind,
        text=parts.text(row.case_id, "note", row.sealed_text),
    )
