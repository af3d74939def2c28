"""Step: judged contacts as examples: sealed words are opened, read and let go, batch by batch.

Words live in this process's memory for one batch only; what goes on is numbers and labels.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.errors import Unavailable
from hotline.identity.viewer import Viewer
from hotline.model.fit import Example
from hotline.routing.reading import Reader
from hotline.runtime import Runtime
from hotline.store import judged
from hotline.store.opened_parts import OpenedParts, opened

BATCH = 32
PERIOD = timedelta(days=365)
MOST = 20_000  # contacts; the newest
FIFTH = 5
Told = Callable[[int, int | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One judged contact. `text` only where it was asked for and released."""

    contact_id: int
    example: Example
    language: str
    channel: str
    machine: dict[str, Any]
    text: str | None = None


def held_out(contact_id: int) -> bool:
    """Return whether a contact is kept for comparing: a fifth, for ever, of every batch."""
    digest = hashlib.sha256(f"held out {contact_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % FIFTH == 0


async def labelled(
    rt: Runtime,
    viewer: Viewer,
    reader: Reader,
    *,
    wanted: Callable[[int], bool] = lambda _: True,
    limit: int = MOST,
    with_text: Collection[int] = (),
    told: Told | None = None,
    after: int = 0,
) -> list[Labelled]:
    """Return the newest judged contacts as `reader` reads them; the forgotten are left out.

    `told` hears how many of how many are read, with `after` steps more for what comes then.
    Errors: Unavailable when the model cannot read now.
    """
    async with rt.transaction(viewer) as tx:
        rows = await judged.newest(tx, since=tx.now - PERIOD, limit=MOST)
        rows = [row for row in rows if wanted(row.contact_id)][:limit]
        parts = await opened(tx, [row.contact_id for row in rows])
    found: list[Labelled] = []
    for first in range(0, len(rows), BATCH):
        found += await _read(rt, reader, parts, rows[first : first + BATCH], with_text)
        if told is not None:
            await told(min(first + BATCH, len(rows)), len(rows) + after)
    return found


async def _read(
    rt: Runtime,
    reader: Reader,
    parts: OpenedParts,
    rows: list[Any],
    with_text: Collection[int],
) -> list[Labelled]:
    words = [
        (row, parts.text(row.contact_id, "narrative", row.sealed_narrative)) for row in rows
    ]
    known = [(row, text) for row, text in words if text and text.strip()]
    if not known:
        return []
    readings = await asyncio.to_thread(reader.read, [text for _, text in known])
    if readings is None:
        raise Unavailable("the model cannot read now", code="no_model")
    return [
        Labelled(
            row.contact_id,
            Example(reading, row.code if row.code in rt.codes else None, int(row.urgency)),
            row.language or "other",
            row.channel,
            {
                name: (row.triage or {}).get(name)
                for name in ("subcategory", "urgency", "model_version")
            },
            text if row.contact_id in with_text else None,
        )
        for (row, text), reading in zip(known, readings, strict=True)
    ]
