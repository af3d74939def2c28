"""What a person at 111 reads of a contact's likely duplicates."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from hotline.config.likeness import LinksConfig
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.routing.same_person import Reason, level_of
from hotline.store import contacts, links
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View


class LinkReason(View, frozen=True):
    """One trace that both contacts have: a code, and how much it says (0 to 1)."""

    code: str
    number: float


class LinkLine(View, frozen=True):
    """Another contact that may tell of the same person. `case`: its case, where it has one."""

    other: str
    channel: str
    received_at: datetime
    contact_state: str
    urgency: int
    state: str  # suggested | linked
    score: float
    level: str  # weak | likely | strong
    reasons: tuple[LinkReason, ...]
    case: str | None
    case_open: bool


class LinkPage(View, frozen=True):
    """A contact's links. `case`, `detachable`: where the contact itself stands."""

    receipt: str
    case: str | None
    detachable: bool
    items: tuple[LinkLine, ...]


async def links_view(
    tx: Transaction, viewer: Viewer, receipt: str, key: bytes, policy: LinksConfig
) -> LinkPage:
    """Return what may be linked with a contact. Errors: NotFound outside 111.

    A side that the viewer may not know of is left out without a trace.
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    row = await contacts.by_receipt(tx, receipt, key)
    found = await links.of_contact(tx, viewer, row.id)
    return LinkPage(
        receipt=receipt,
        case=await links.number_of(tx, viewer, row.case_id),
        detachable=row.attached_by is not None or row.joined_by_rule,
        items=tuple(_line(one, policy) for one in found),
    )


def _line(row: Row[Any], policy: LinksConfig) -> LinkLine:
    return LinkLine(
        other=row.other_receipt,
        channel=row.other_channel,
        received_at=row.other_received_at,
        contact_state=row.other_state,
        urgency=row.other_urgency,
        state=row.state,
        score=row.score,
        level=level_of(row.score, policy),
        reasons=tuple(LinkReason(code=r.code, number=r.number) for r in _reasons(row)),
        case=row.number,
        case_open=row.number is not None and row.status != "closed",
    )


def _reasons(row: Row[Any]) -> list[Reason]:
    """Return the reasons, what says most first; what holds back stands last."""
    read = [Reason(one["code"], float(one["number"])) for one in row.reasons]
    return sorted(read, key=lambda r: (r.code in HOLDING_BACK, -r.number))


HOLDING_BACK = ("names_differ", "elsewhere")
