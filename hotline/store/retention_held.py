"""What a legal hold keeps, as conditions of other tables: of a case, of a contact in one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from hotline.store.tables import cases, contacts
from hotline.store.tables_admin import legal_holds
from hotline.store.transaction import Transaction


def held_case(case_id: Any) -> ColumnElement[bool]:
    """Return the condition that a hold keeps the case with this id."""
    return exists().where(
        legal_holds.c.case_id == case_id, legal_holds.c.lifted_at.is_(None)
    )


def held_contact(contact_id: Any) -> ColumnElement[bool]:
    """Return the condition that the contact with this id is of a held case."""
    return exists().where(
        contacts.c.id == contact_id,
        contacts.c.case_id == legal_holds.c.case_id,
        legal_holds.c.lifted_at.is_(None),
    )


async def held_numbers(tx: Transaction, numbers: Collection[str]) -> frozenset[str]:
    """Return those of some numbers that are of held cases, or of contacts in one."""
    if not numbers:
        return frozenset()
    named = sorted(numbers)
    of_cases = select(cases.c.number).where(
        cases.c.number.in_(named), held_case(cases.c.id)
    )
    of_contacts = select(contacts.c.receipt).where(
        contacts.c.receipt.in_(named), held_case(contacts.c.case_id)
    )
    rows = [*await tx.rows(of_cases), *await tx.rows(of_contacts)]
    return frozenset(row[0] for row in rows)
