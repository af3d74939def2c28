"""Contacts: single reads and writes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update

from hotline.cases.numbers import id_from
from hotline.errors import NotFound
from hotline.store.tables import contacts
from hotline.store.transaction import Transaction

# Lists and decisions never need the raw body; it can be megabytes.
BRIEF = [column for column in contacts.c if column.name != "sealed_raw"]


async def by_receipt(
    tx: Transaction, receipt: str, number_key: bytes, *, lock: bool = False
) -> Row[Any]:
    """Return one contact. Errors: NotFound for anything that is no receipt of ours."""
    contact_id = id_from(receipt, number_key)
    found = None
    if contact_id is not None:
        statement = select(*BRIEF).where(contacts.c.id == contact_id)
        found = await tx.one(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound("no such contact")
    return found


async def by_ids(
    tx: Transaction, ids: Iterable[int], *, lock: bool = False
) -> Sequence[Row[Any]]:
    """Return contacts in order of id."""
    statement = select(*BRIEF).where(contacts.c.id.in_(list(ids))).order_by(contacts.c.id)
    return await tx.rows(statement.with_for_update() if lock else statement)


async def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the contacts attached to a case, oldest first."""
    return await tx.rows(
        select(*BRIEF).where(contacts.c.case_id == case_id).order_by(contacts.c.id)
    )


async def change(tx: Transaction, contact_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one contact; its version goes up."""
    await tx.run(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(version=contacts.c.version + 1, **values)
    )
