"""Who has a contact in hand, as its page shows it."""

from datetime import datetime

from hotline.cases.putting_off import may_put_off
from hotline.identity.viewer import Viewer
from hotline.store import contacts, holds
from hotline.store.people import display_name
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View


class HoldView(View, frozen=True):
    """Who has it, and until when it waits; both may be nobody and never."""

    mine: bool
    held_by: str | None
    until: datetime | None
    why: str | None


async def hold_of(
    tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes
) -> HoldView:
    """Return who has the contact in hand. Errors: NotFound."""
    row = await contacts.by_receipt(tx, receipt, number_key)
    held = await holds.of_contact(tx, row.id)
    calm = may_put_off(row.urgency, danger=row.danger)  # what became danger waits no more
    later = await holds.put_off_until(tx, row.id) if calm else None
    return HoldView(
        mine=held is not None and held.person_id == viewer.person_id,
        held_by=await display_name(tx, held.person_id) if held is not None else None,
        until=later.until if later is not None else None,
        why=later.reason if later is not None else None,
    )
