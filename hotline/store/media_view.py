"""What people at 111 see of a contact's media: everything but what they hold."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from hotline.cases.media import shown_as
from hotline.cases.terms import MediaState, Role
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.store import contacts, keys, media
from hotline.store.contact_view import in_hand
from hotline.store.tables import people
from hotline.store.tables_channels import openings
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View

_LONGEST_NAME = 120
# Marks that turn the reading direction make "exe.gpj" of "jpg.exe".
_TURNING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


class MediumView(View, frozen=True):
    """One picture, voice message or file. Units: `size` in bytes.

    `openable`: this reader may open it now; `missing`: may have it asked for again.
    `intimate`: nobody may, ever.
    """

    id: int
    kind: str
    state: str
    reason: str | None
    shown: str  # image | audio | video | file
    mime: str | None
    size: int | None
    name: str | None
    openable: bool
    markable: bool
    missing: bool
    intimate: bool
    openings: tuple[tuple[str, datetime], ...]  # who opened it last, and when


async def media_view(
    tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes
) -> tuple[MediumView, ...]:
    """Return the media of a contact; none of a forgotten person. Errors: NotFound."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    row = await contacts.by_receipt(tx, receipt, number_key)
    found = await media.of_contact(tx, row.id)
    key = (await keys.load(tx, [row.id])).get(row.id) if found else None
    if key is None:
        return ()
    mine = may_open(viewer, row)
    opened = await _openings(tx, [one.id for one in found])

    def name_of(one: Row[Any]) -> str | None:
        return safe_name(key.open_text(media.NAME, one.sealed_name)) or None

    return tuple(
        _view(one, name_of(one), mine=mine, opened=opened.get(one.id, ())) for one in found
    )


def _view(
    one: Row[Any], name: str | None, *, mine: bool, opened: tuple[tuple[str, datetime], ...]
) -> MediumView:
    intimate = one.intimate_at is not None
    reason = "http" if (one.reason or "").startswith("http_") else one.reason
    return MediumView(
        id=one.id,
        kind=one.kind,
        state=one.state,
        reason=reason,
        shown=shown_as(one.mime),
        mime=one.mime,
        size=one.size,
        name=None if intimate else name,
        openable=mine and one.state == MediaState.KEPT and not intimate,
        markable=mine and not intimate,
        missing=mine and media.missing(one),
        intimate=intimate,
        openings=opened,
    )


def may_open(viewer: Viewer, contact: Row[Any]) -> bool:
    """Return whether a person may open media of `contact`, which they can read."""
    return viewer.role is Role.SUPERVISOR or in_hand(viewer, contact)


async def openable(
    tx: Transaction, viewer: Viewer, receipt: str, number_key: bytes, medium_id: int
) -> Row[Any]:
    """Return one medium, locked, for who may open or mark it. Errors: NotFound for all others."""
    if not viewer.at_111:
        raise NotFound("no such contact")
    contact = await contacts.by_receipt(tx, receipt, number_key)
    if not may_open(viewer, contact):
        raise NotFound("no such medium")
    return await media.read(tx, contact.id, medium_id)


def safe_name(name: str) -> str:
    """Return a claimed name as text that reads as it is: no path, no marks that turn it."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _TURNING.sub("", last.encode("utf-8", "replace").decode())
    return plain.strip()[:_LONGEST_NAME]


async def _openings(
    tx: Transaction, medium_ids: Sequence[int]
) -> Mapping[int, tuple[tuple[str, datetime], ...]]:
    """Return who opened each medium, newest first."""
    rows = await tx.rows(
        select(openings.c.media_id, openings.c.at, people.c.display_name)
        .join(people, people.c.id == openings.c.person_id)
        .where(openings.c.media_id.in_(medium_ids))
        .order_by(openings.c.id.desc())
    )
    found: dict[int, tuple[tuple[str, datetime], ...]] = {}
    for row in rows:
        found[row.media_id] = (*found.get(row.media_id, ()), (row.display_name, row.at))
    return found
