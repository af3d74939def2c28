"""What those at the telephone have in hand: the contact or case of a call, and its language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, contacts
from hotline.store.tables_channels import calls
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to


@dataclass(frozen=True, slots=True)
class InHand:
    """What a call is about, as far as the viewer may know."""

    case: str | None
    receipt: str | None
    language: str | None


async def at_work(
    tx: Transaction, viewer: Viewer, operators: Sequence[Any]
) -> Mapping[int, InHand]:
    """Return by person what they have in hand; nothing of what complains of the viewer."""
    by_call = {one.call_id: one.person_id for one in operators if one.call_id is not None}
    if not by_call:
        return {}
    language = func.coalesce(contacts.c.language, calls.c.language)
    rows = await tx.rows(
        select(calls.c.id, cases.c.number, contacts.c.receipt, language.label("language"))
        .join(contacts, contacts.c.id == calls.c.contact_id)
        .outerjoin(cases, cases.c.id == contacts.c.case_id)
        .where(calls.c.id.in_(list(by_call)), open_to(viewer, contacts))
    )
    return {by_call[row.id]: InHand(row.number, row.receipt, row.language) for row in rows}
