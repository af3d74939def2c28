"""Use case (a job): who may have written before, and whether many tell of one event.

Suggestions for people at 111 and nothing else: no case is joined, no urgency, clock or state
of a contact changes here. Queue: bulk. Safe to run twice, even at once: the outbox rows are
claimed inside the transaction that compares, and a contact with a sketch is passed over.
"""

import asyncio
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hotline.actions.steps.gather_incident import gather_incidents
from hotline.actions.steps.suggest_links import suggest_links
from hotline.cases.terms import ContactState, JobName
from hotline.identity.viewer import TRIAGE
from hotline.routing.incident import Message, Place
from hotline.routing.likeness import bands, common_stems, sketch_of
from hotline.runtime import Runtime
from hotline.store import contacts, keys, outbox, sketches
from hotline.store.sealing import OwnerKey
from hotline.store.sketches import NewSketch, danger_rules
from hotline.store.transaction import Transaction

_common = lru_cache(maxsize=4)(common_stems)


async def compare_contacts(rt: Runtime, outbox_ids: Sequence[int]) -> int:
    """Compare the triaged contacts that outbox rows promise; return how many were open.

    Bounded for each batch whatever lies in the store (docs/adr/0014). Errors: Unavailable.
    """
    async with rt.transaction(TRIAGE) as tx:
        claimed = await outbox.claim(tx, JobName.COMPARE_CONTACT, outbox_ids)
        if claimed:
            await _compare(rt, tx, [promise.subject_id for promise in claimed])
            await outbox.finish(tx, [promise.id for promise in claimed])
        return len(claimed)


async def _compare(rt: Runtime, tx: Transaction, contact_ids: Sequence[int]) -> None:
    wanted = await sketches.missing(tx, contact_ids)
    rows = [row for row in await contacts.by_ids(tx, wanted) if _comparable(row)]
    owners = await keys.load(tx, [row.id for row in rows])
    rows = [row for row in rows if row.id in owners]
    if not rows:
        return
    known = await sketches.traces_of(tx, [row.id for row in rows])
    senders = {row.id: _sender(row, known.get(row.id, {})) for row in rows}
    found = await asyncio.to_thread(_read, rt, rows, owners, senders)
    await sketches.put(tx, found, owners)
    gathered = await gather_incidents(rt, tx, [one.message for one in found])
    await suggest_links(rt, tx, [row.id for row in rows], gathered)


def _comparable(row: Any) -> bool:
    return row.triaged_at is not None and row.state != ContactState.SPAM


def _sender(row: Any, traces: dict[str, frozenset[bytes]]) -> bytes | None:
    """Return a keyed hash that tells senders apart: the account, else the number."""
    if row.thread_hash is not None:
        return bytes(row.thread_hash)
    return min(traces.get("phone", ()), default=None)


def _read(
    rt: Runtime,
    rows: Sequence[Any],
    owners: dict[int, OwnerKey],
    senders: dict[int, bytes | None],
) -> list[NewSketch]:
    """Return the sketches of contacts; in a thread, beside whatever else the worker does."""
    word_key = rt.sealer.derive("words")
    common = _common(rt.config.incident.common)
    found = []
    for row in rows:
        key = owners[row.id]
        text = key.open_text("narrative", row.sealed_narrative)
        known = json.loads(key.open_text("identity", row.sealed_identity) or "{}")
        sketch = sketch_of(text, word_key, common)
        triaged = row.triage or {}
        message = Message(
            row.id,
            row.received_at,
            Place(
                triaged.get("region") or row.region_hint,
                triaged.get("district"),
                row.site or _named_site(rt, known.get("site")),
            ),
            triaged.get("subcategory") or "INF.OTH",
            sketch,
            senders[row.id],
            row.urgency,
            row.danger_score,
            danger_rules(one["rule"] for one in triaged.get("reasons") or ()),
        )
        banded = tuple(rt.sealer.trace("text", band) for band in bands(sketch))
        found.append(NewSketch(message, banded))
    return found


def _named_site(rt: Runtime, site: str | None) -> str | None:
    """Return a partner's site as a keyed code: its name may tell of a person."""
    if not site or not site.strip():
        return None
    return rt.sealer.trace("site", site.strip().casefold()).hex()
