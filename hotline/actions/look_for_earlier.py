"""Use case: while a call is written down, who called before, and what may be the same event.

Only looked up: no sketch, link or trace of unsaved words is stored (docs/adr/0014).
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from hotline.actions.receive_contact import traces_of
from hotline.cases.inbound import Identity
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.routing.likeness import NO_WORDS, Sketch, bands, common_stems, sketch_of
from hotline.routing.same_person import Likeness, Traces, best
from hotline.runtime import Runtime
from hotline.store import alike, calls, links
from hotline.store.alike import Earlier
from hotline.store.transaction import Transaction

YEAR = timedelta(days=365)
_WORDS = 40  # characters: a greeting is like every other greeting
_common = lru_cache(maxsize=4)(common_stems)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form so far."""

    text: str
    identity: Identity
    region: str | None = None
    district: str | None = None
    subcategory: str = ""
    call_id: int | None = None  # its own contact is no earlier one
    not_same: Collection[str] = ()  # receipts that the operator has judged


@dataclass(frozen=True, slots=True)
class Found:
    """What may matter to whoever takes the call."""

    calls: int  # contacts from this number within a year
    from_number: tuple[Earlier, ...]
    alike: tuple[tuple[Earlier, Likeness], ...]


async def look_for_earlier(rt: Runtime, viewer: Viewer, written: Written) -> Found:
    """Return earlier contacts from the number, and those that may tell of the same.

    Errors: NotFound outside 111.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    sketch = await asyncio.to_thread(_sketch, rt, written.text)
    known = traces_of(rt, written.identity)
    by_text = [("text", rt.sealer.trace("text", band)) for band in bands(sketch)]
    looked = [pair for pair in known if pair[0] in ("phone", "sound")]
    phone = next((hashed for kind, hashed in known if kind == "phone"), None)
    async with rt.transaction(viewer) as tx:
        own = await _own(tx, written.call_id)
        count, from_number = 0, tuple[Earlier, ...]()
        if phone is not None:
            since = tx.now - YEAR
            count, from_number = await alike.earlier_from(tx, viewer, phone, since, own)
        others = [one for one in await alike.sharing(tx, [*looked, *by_text]) if one != own]
        traces = await links.traces(tx, others)
        new = _traces(written, known, sketch, tx.now)
        near = best(new, traces.values(), rt.config.links)
        shown = await alike.shown_of(tx, viewer, [one.other_id for one in near])
    by_id = {one.other_id: one for one in near}
    pairs = tuple((one, by_id[one.id]) for one in shown)
    return Found(count, from_number, tuple(p for p in pairs if _open(p[0], written)))


def _open(one: Earlier, written: Written) -> bool:
    return one.receipt not in written.not_same


async def _own(tx: Transaction, call_id: int | None) -> int | None:
    call = await calls.by_id(tx, call_id) if call_id is not None else None
    return call.contact_id if call is not None else None


def _sketch(rt: Runtime, text: str) -> Sketch:
    if len(text.strip()) < _WORDS:
        return NO_WORDS
    common = _common(rt.config.incident.common)
    return sketch_of(text, rt.sealer.derive("words"), common)


def _traces(
    written: Written,
    known: Collection[tuple[str, bytes]],
    sketch: Sketch,
    now: datetime,
) -> Traces:
    def of(kind: str) -> frozenset[bytes]:
        return frozenset(hashed for name, hashed in known if name == kind)

    return Traces(
        contact_id=0,
        at=now,
        phones=of("phone"),
        name_pairs=of("sound"),
        name_words=of("sound_word"),
        region=written.region,
        district=written.district,
        category=written.subcategory.partition(".")[0] or None,
        sketch=sketch,
    )
