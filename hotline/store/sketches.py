"""What contacts are compared by: sealed sketches, keyed traces, and who stands near.

Every statement serves a whole batch and ends after a bounded number of rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, insert
from sqlalchemy.types import BigInteger, Text

from hotline.errors import NotFound
from hotline.routing.incident import Message, Place
from hotline.routing.likeness import NO_WORDS, Sketch, unpacked
from hotline.store.sealing import OwnerKey, Sealer
from hotline.store.tables import Moment, contact_traces
from hotline.store.tables_routing import sketches
from hotline.store.transaction import Transaction

PART = "sketch"
SHOWING = ("phone", "sound", "sound_word")  # traces by which people compare
_PUT_TRACES = text(
    """
    INSERT INTO contact_traces (kind, trace_hash, contact_id)
    SELECT 'text', hash, id FROM unnest(:ids, :hashes) AS t(id, hash) ON CONFLICT DO NOTHING
    """
).bindparams(
    bindparam("ids", type_=ARRAY(BigInteger)), bindparam("hashes", type_=ARRAY(BYTEA))
)
_NEAR = text(
    """
    SELECT s.*, k.wrapped, c.urgency, c.danger_score,
      jsonb_path_query_array(c.triage, '$.reasons[*].rule') AS rules
    FROM unnest(:regions) AS r(code)
    CROSS JOIN LATERAL (
      SELECT * FROM sketches AS s WHERE s.region = r.code AND s.at >= :since
        AND NOT EXISTS (SELECT FROM incident_contacts AS i
                        WHERE i.contact_id = s.contact_id AND i.left_at IS NULL)
      ORDER BY s.at DESC LIMIT :most
    ) AS s
    JOIN contacts AS c ON c.id = s.contact_id
    JOIN keyring.keys AS k ON k.owner_id = s.contact_id AND k.wrapped IS NOT NULL
    ORDER BY s.at, s.contact_id
    """
).bindparams(
    bindparam("regions", type_=ARRAY(Text)),
    bindparam("since", type_=Moment),
    bindparam("most", type_=BigInteger),
)


@dataclass(frozen=True, slots=True)
class NewSketch:
    """What is kept of one contact to compare it by."""

    message: Message
    bands: tuple[bytes, ...]  # keyed


async def missing(tx: Transaction, contact_ids: Collection[int]) -> list[int]:
    """Return those of `contact_ids` that have no sketch yet."""
    rows = await tx.rows(
        select(sketches.c.contact_id).where(sketches.c.contact_id.in_(list(contact_ids)))
    )
    known = {row.contact_id for row in rows}
    return [contact_id for contact_id in contact_ids if contact_id not in known]


async def put(
    tx: Transaction, found: Sequence[NewSketch], keys: Mapping[int, OwnerKey]
) -> None:
    """Keep sketches sealed, and what an index finds alike texts by."""
    if not found:
        return
    rows = [_row(one.message, keys[one.message.contact_id]) for one in found]
    await tx.run(insert(sketches).on_conflict_do_nothing(), rows)
    traces = [(one.message.contact_id, band) for one in found for band in one.bands]
    if traces:
        ids, hashes = zip(*traces, strict=True)
        await tx.run(_PUT_TRACES, {"ids": list(ids), "hashes": list(hashes)})


def _row(message: Message, key: OwnerKey) -> dict[str, Any]:
    return {
        "contact_id": message.contact_id,
        "at": message.at,
        "region": message.place.region,
        "district": message.place.district,
        "site": message.place.site,
        "subcategory": message.subcategory,
        "sender_hash": message.sender,
        "sealed_sketch": key.seal(PART, message.sketch.packed()),
    }


async def traces_of(
    tx: Transaction, contact_ids: Iterable[int]
) -> dict[int, dict[str, frozenset[bytes]]]:
    """Return the traces of contacts by kind."""
    rows = await tx.rows(
        select(contact_traces).where(
            contact_traces.c.contact_id.in_(list(contact_ids)),
            contact_traces.c.kind.in_(SHOWING),
        )
    )
    found: dict[int, dict[str, frozenset[bytes]]] = {}
    for row in rows:
        kinds = found.setdefault(row.contact_id, {})
        kinds[row.kind] = kinds.get(row.kind, frozenset()) | {bytes(row.trace_hash)}
    return found


async def near(
    tx: Transaction, regions: Collection[str], *, since: datetime, most: int
) -> list[Message]:
    """Return the newest contacts of these regions that are in no incident, oldest first."""
    rows = await tx.rows(_NEAR, {"regions": sorted(regions), "since": since, "most": most})
    return [message_of(tx.sealer, row) for row in rows]


def message_of(sealer: Sealer, row: Row[Any]) -> Message:
    """Return a row of sketches joined with its key as grouping reads it."""
    return Message(
        row.contact_id,
        row.at,
        Place(row.region, row.district, row.site),
        row.subcategory,
        sketch_in(sealer, row.contact_id, row.wrapped, row.sealed_sketch),
        bytes(row.sender_hash) if row.sender_hash is not None else None,
        row.urgency,
        row.danger_score,
        danger_rules(row.rules or ()),
    )


def danger_rules(rules: Iterable[str]) -> frozenset[str]:
    """Return the rules of danger among the reasons of triage."""
    return frozenset(rule for rule in rules if rule.startswith("danger:"))


def sketch_in(
    sealer: Sealer, contact_id: int, wrapped: bytes | None, sealed: bytes | None
) -> Sketch:
    """Return an opened sketch; one of a forgotten person, or of another key, is empty."""
    if wrapped is None or sealed is None:
        return NO_WORDS
    try:
        return unpacked(sealer.open_key(contact_id, wrapped).open(PART, sealed))
    except NotFound:
        return NO_WORDS


async def forget(tx: Transaction, contact_id: int) -> None:
    """Remove a contact's sketch; its traces go with `contacts.forget_traces`."""
    await tx.run(delete(sketches).where(sketches.c.contact_id == contact_id))
