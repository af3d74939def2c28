"""Contacts: single reads and writes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hotline.cases.numbers import id_from
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, contact_traces, contacts
from hotline.store.transaction import Transaction

# Lists and decisions never need the raw body; it can be megabytes.
BRIEF = [column for column in contacts.c if column.name != "sealed_raw"]


async def by_receipt(
    tx: Transaction, receipt: str, number_key: bytes, *, lock: bool = False
) -> Row[Any]:
    """Return one contact. Errors: NotFound for anything that is no receipt of ours.

    So for a person of whom the contact or its case complains: they may not know of it.
    """
    contact_id = id_from(receipt, number_key)
    found = None
    if contact_id is not None:
        statement = select(*BRIEF).where(contacts.c.id == contact_id)
        found = await tx.one(statement.with_for_update() if lock else statement)
    if found is None or keeps_out(tx, found):
        raise NotFound("no such contact")
    return found


def keeps_out(tx: Transaction, row: Row[Any]) -> bool:
    """Return whether a contact complains of the person who acts in this transaction."""
    actor = tx.actor
    return isinstance(actor, Viewer) and not actor.keys.isdisjoint(row.apart or ())


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


async def put(
    tx: Transaction, values: Mapping[str, Any], traces: Iterable[tuple[str, bytes]]
) -> None:
    """Insert one contact with its traces; the door's many go through `intake_batch`."""
    await tx.run(insert(contacts).values(dict(values)))
    await add_traces(tx, values["id"], traces)


async def add_traces(
    tx: Transaction, contact_id: int, traces: Iterable[tuple[str, bytes]]
) -> None:
    """Let a contact be found by what became known of who wrote or called."""
    rows = [
        {"kind": kind, "trace_hash": found, "contact_id": contact_id}
        for kind, found in traces
    ]
    if rows:
        await tx.run(upsert(contact_traces).on_conflict_do_nothing(), rows)


async def case_number(tx: Transaction, account: str, external_id: str) -> str | None:
    """Return the number of the case that a contact of this door was attached to."""
    row = await tx.one(
        select(cases.c.number)
        .join(contacts, contacts.c.case_id == cases.c.id)
        .where(contacts.c.account == account, contacts.c.external_id == external_id)
    )
    return None if row is None else str(row.number)


async def receipt_of(tx: Transaction, account: str, external_id: str) -> str | None:
    """Return the receipt of the contact that came by this door under this id."""
    row = await tx.one(
        select(contacts.c.receipt).where(
            contacts.c.account == account, contacts.c.external_id == external_id
        )
    )
    return None if row is None else str(row.receipt)


async def forget_traces(tx: Transaction, contact_id: int) -> None:
    """Remove what a phone or name could find, and the thread's keyed hash."""
    await tx.run(delete(contact_traces).where(contact_traces.c.contact_id == contact_id))
    await tx.run(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(thread_hash=None, pin_hash=None)
    )
