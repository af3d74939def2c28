"""From a search word to ids: by number, and at 111 by phone or full name (keyed hashes).

What is sealed is found by whole names alone, however they are spelt: no part of one is kept.
"""

from sqlalchemy import select

from hotline.cases.numbers import id_from
from hotline.identity.folding import fold_phone, name_spellings
from hotline.identity.viewer import Viewer
from hotline.store.tables import cases, contact_traces, contacts
from hotline.store.transaction import Transaction

MOST = 500  # cases of one number or name; a common name is no way to search
_PHONE_DIGITS = 7


async def case_ids(tx: Transaction, viewer: Viewer, q: str, number_key: bytes) -> list[int]:
    """Return ids of cases that `q` may mean. Who may see them is asked elsewhere."""
    word = q.strip()
    number = id_from(word, number_key)
    if number is not None:
        return await _by_number(tx, viewer, number)
    if not viewer.at_111:
        return []
    if sum(c.isdigit() for c in word) >= _PHONE_DIGITS:
        phone = fold_phone(word)
        kind, forms = "phone", [phone] if phone else []
    else:
        kind, forms = "name", name_spellings(word)
    if not forms:
        return []
    rows = await tx.rows(
        select(contacts.c.case_id)
        .join(contact_traces, contact_traces.c.contact_id == contacts.c.id)
        .where(
            contact_traces.c.kind == kind,
            contact_traces.c.trace_hash.in_([tx.sealer.trace(kind, one) for one in forms]),
            contacts.c.case_id.is_not(None),
        )
        .limit(MOST)
    )
    return sorted({row.case_id for row in rows})


async def _by_number(tx: Transaction, viewer: Viewer, number: int) -> list[int]:
    """Return the case of a case number or, at 111, of a receipt: both look alike."""
    known = await tx.one(select(cases.c.id).where(cases.c.id == number))
    if known is not None:
        return [number]
    if not viewer.at_111:
        return []
    row = await tx.one(select(contacts.c.case_id).where(contacts.c.id == number))
    return [row.case_id] if row is not None and row.case_id is not None else []
