"""Use case: a person at 111 opens a picture, voice message or file, and says why.

First the opening is committed, then the first byte leaves: nobody looks without a trace.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from hotline.cases.media import OPENING_REASONS, shown_as
from hotline.cases.terms import MediaState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import keys, media_openings, media_view
from hotline.store.transaction import Transaction

OPEN_FOR = timedelta(minutes=15)  # then the person says again why


@dataclass(frozen=True, slots=True)
class OpenedMedium:
    """What one opening shows."""

    opening_id: int
    medium_id: int
    receipt: str
    mime: str
    shown: str
    size: int
    content: bytes = field(default=b"", repr=False)


async def open_media(
    rt: Runtime, viewer: Viewer, receipt: str, medium_id: int, reason: str
) -> int:
    """Return the number of a new opening, kept for good. Errors: NotFound, RuleForbids."""
    if reason not in OPENING_REASONS:
        raise RuleForbids("say why it is opened", code="reason_missing", field="reason")
    async with rt.transaction(viewer) as tx:
        row = await media_view.openable(tx, viewer, receipt, rt.number_key, medium_id)
        if row.state != MediaState.KEPT or row.intimate_at is not None:
            raise NotFound("it cannot be opened")
        opening_id = await media_openings.note(tx, row, viewer.person_id, reason)
        tx.record(
            "media_opened",
            contact_id=row.contact_id,
            data={"medium": row.id, "reason": reason},
        )
    return opening_id


async def opened_medium(
    rt: Runtime, viewer: Viewer, opening_id: int, *, with_content: bool = False
) -> OpenedMedium:
    """Return what a person's own opening shows, for as long as it lasts.

    Errors: NotFound: not theirs, too long ago, marked intimate, forgotten, or a conflict.
    """
    async with rt.transaction(viewer) as tx:
        row = await media_openings.read(tx, opening_id, viewer.person_id)
        if row.at + OPEN_FOR <= tx.now or row.intimate_at is not None:
            raise NotFound("the opening has ended")
        await media_view.openable(tx, viewer, row.receipt, rt.number_key, row.id)
        content = await _content(tx, row.contact_id, row.id) if with_content else b""
        return OpenedMedium(
            opening_id=opening_id,
            medium_id=row.id,
            receipt=row.receipt,
            mime=row.mime,
            shown=shown_as(row.mime),
            size=row.size,
            content=content,
        )


async def _content(tx: Transaction, contact_id: int, medium_id: int) -> bytes:
    return await media_openings.content(tx, medium_id, await keys.load_one(tx, contact_id))
