"""What a contact is about, as its page begins with: its case's word before triage's."""

from dataclasses import dataclass
from typing import Any

from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Matter:
    """Topic, place and level that stand in the form until a person changes them."""

    subcategory: str
    urgency: int
    region: str
    district: str


async def matter_of(rt: Runtime, tx: Transaction, viewer: Viewer, contact: Any) -> Matter:
    """Return the matter of a contact's view.

    In a case that is open already a person may have chosen some of it: what triage read
    does not take the place of that.
    """
    seen = contact.triage
    if contact.case and not contact.goes_on:
        row = (await cases.read(tx, viewer, contact.case, rt.number_key)).row
        return Matter(row.subcategory, row.urgency, row.region or "", row.district or "")
    return Matter(
        (seen.subcategory if seen else "") or "",
        contact.urgency,
        (seen.region if seen else None) or contact.region_hint or "",
        (seen.district if seen else None) or "",
    )
