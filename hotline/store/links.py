"""Links: two contacts that may tell of one person, what is suggested and what people say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import BigInteger, Interval, Text

from hotline.identity.viewer import Viewer
from hotline.routing.same_person import Likeness, Traces
from hotline.store.sketches import sketch_in, traces_of
from hotline.store.tables import cases, contacts, keys
from hotline.store.tables_routing import links, sketches
from hotline.store.transaction import Transaction
from hotline.store.visibility import open_to

SUGGESTED, LINKED, DISMISSED, UNDONE = "suggested", "linked", "dismissed", "undone"
SHOWN = 20  # links of one contact
_MOST_COMPARED = 40  # others a contact, whatever an index finds
_BY_TEXT = 5  # others of one band: a chain letter has thousands
_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_CANDIDATES = text(
    """
    SELECT m.contact_id AS id, o.contact_id AS other FROM contact_traces AS m
    CROSS JOIN LATERAL (
      SELECT contact_id FROM contact_traces AS o
      WHERE o.kind = m.kind AND o.trace_hash = m.trace_hash AND o.contact_id <> m.contact_id
      ORDER BY contact_id DESC LIMIT CASE m.kind WHEN 'text' THEN :texts ELSE :most END
    ) AS o
    WHERE m.contact_id = ANY(:ids) AND m.kind IN ('phone', 'sound', 'text')
    UNION ALL
    SELECT c.id, e.id FROM contacts AS c
    CROSS JOIN LATERAL (
      SELECT id FROM contacts AS e WHERE e.thread_hash = c.thread_hash AND e.id <> c.id
      ORDER BY id DESC LIMIT :most
    ) AS e
    WHERE c.id = ANY(:ids) AND c.thread_hash IS NOT NULL
    """
).bindparams(
    _IDS, bindparam("most", type_=BigInteger), bindparam("texts", type_=BigInteger)
)
# Strong traces only: the same account, the same number under the same name, or a person's
# word. A number alone never makes a repeat.
_REPEATS = text(
    """
    SELECT c.id FROM contacts AS c WHERE c.id = ANY(:ids) AND EXISTS (
      SELECT FROM contacts AS e LEFT JOIN cases AS k ON k.id = e.case_id
      WHERE e.id IN (
        WITH strong AS (
          SELECT c.id
          UNION ALL
          SELECT id FROM contacts AS t WHERE t.thread_hash = c.thread_hash
          UNION ALL
          SELECT p2.contact_id FROM contact_traces AS p
            JOIN contact_traces AS p2 ON p2.kind = 'phone' AND p2.trace_hash = p.trace_hash
            JOIN contact_traces AS s ON s.kind = 'sound' AND s.contact_id = c.id
            JOIN contact_traces AS s2 ON s2.kind = 'sound' AND s2.trace_hash = s.trace_hash
              AND s2.contact_id = p2.contact_id
            WHERE p.contact_id = c.id AND p.kind = 'phone'
        )
        SELECT id FROM strong
        UNION ALL
        SELECT l.other_id FROM strong JOIN links AS l ON l.contact_id = strong.id
          WHERE l.state = 'linked'
        UNION ALL
        SELECT l.contact_id FROM strong JOIN links AS l ON l.other_id = strong.id
          WHERE l.state = 'linked'
      )
      AND e.id <> c.id AND e.state <> 'spam'
      AND e.received_at BETWEEN c.received_at - :days AND c.received_at - :gap
      AND coalesce(e.wrap_up, '') NOT IN
        ('prank', 'silent', 'wrong_number', 'test', 'thanks', 'duplicate')
      AND split_part(coalesce(k.subcategory, e.triage->>'subcategory'), '.', 1) = ANY(:tops)
    )
    """
).bindparams(
    _IDS,
    bindparam("tops", type_=ARRAY(Text)),
    bindparam("days", type_=Interval),
    bindparam("gap", type_=Interval),
)


async def candidates(
    tx: Transaction, contact_ids: Collection[int], most: int
) -> dict[int, list[int]]:
    """Return for each contact whom it shares a trace with: those that share most, first."""
    rows = await tx.rows(
        _CANDIDATES, {"ids": list(contact_ids), "most": most, "texts": _BY_TEXT}
    )
    shared: dict[int, dict[int, int]] = {}
    for row in rows:
        others = shared.setdefault(row.id, {})
        others[row.other] = others.get(row.other, 0) + 1
    return {
        contact_id: sorted(others, key=lambda o: (-others[o], -o))[:_MOST_COMPARED]
        for contact_id, others in shared.items()
    }


async def traces(tx: Transaction, contact_ids: Collection[int]) -> dict[int, Traces]:
    """Return what contacts are compared by; spam is left out."""
    wanted = list(contact_ids)
    if not wanted:
        return {}
    rows = await tx.rows(
        select(
            contacts.c.id,
            contacts.c.received_at,
            contacts.c.thread_hash,
            *(
                sketches.c[name]
                for name in ("region", "district", "site", "subcategory", "sealed_sketch")
            ),
            keys.c.wrapped,
        )
        .outerjoin(sketches, sketches.c.contact_id == contacts.c.id)
        .outerjoin(keys, keys.c.owner_id == contacts.c.id)
        .where(contacts.c.id.in_(wanted), contacts.c.state != "spam")
    )
    kinds = await traces_of(tx, wanted)
    return {row.id: _traces(tx, row, kinds.get(row.id, {})) for row in rows}


def _traces(
    tx: Transaction, row: Row[Any], kinds: Mapping[str, frozenset[bytes]]
) -> Traces:
    return Traces(
        row.id,
        row.received_at,
        bytes(row.thread_hash) if row.thread_hash is not None else None,
        kinds.get("phone", frozenset()),
        kinds.get("sound", frozenset()),
        kinds.get("sound_word", frozenset()),
        row.region,
        row.district,
        row.site,
        row.subcategory.partition(".")[0] if row.subcategory else None,
        sketch_in(tx.sealer, row.id, row.wrapped, row.sealed_sketch),
    )


async def suggest(tx: Transaction, found: Iterable[tuple[int, Likeness]]) -> int:
    """Keep suggestions; what a person has decided of a pair stands. Return how many are new."""
    rows = [
        {
            "contact_id": min(contact_id, likeness.other_id),
            "other_id": max(contact_id, likeness.other_id),
            "score": likeness.score,
            "reasons": [{"code": r.code, "number": r.number} for r in likeness.reasons],
            "state": SUGGESTED,
            "at": tx.now,
        }
        for contact_id, likeness in found
    ]
    once = {(row["contact_id"], row["other_id"]): row for row in rows}
    if not once:
        return 0
    ordered = [once[pair] for pair in sorted(once)]
    statement = insert(links).values(ordered).on_conflict_do_nothing()
    return await tx.run(statement)


async def repeats(
    tx: Transaction,
    contact_ids: Sequence[int],
    *,
    days: int,
    hours: int,
    tops: Collection[str],
) -> set[int]:
    """Return the contacts whose sender was here within `days`, by strong traces or a link.

    Units: what came within `hours` before belongs to the same conversation. `tops` are the
    topics in which a repeat raises urgency: an earlier question or thanks is no repeat.
    """
    if not contact_ids:
        return set()
    spans = {"days": timedelta(days=days), "gap": timedelta(hours=hours)}
    rows = await tx.rows(
        _REPEATS, {"ids": list(contact_ids), "tops": sorted(tops), **spans}
    )
    return {row.id for row in rows}


async def of_contact(
    tx: Transaction, viewer: Viewer, contact_id: int
) -> Sequence[Row[Any]]:
    """Return a contact's links with the other side, best first.

    A side that complains of the viewer, or whose person was forgotten, is not there.
    """
    other = contacts.alias("other")
    pair = or_(
        and_(links.c.contact_id == contact_id, other.c.id == links.c.other_id),
        and_(links.c.other_id == contact_id, other.c.id == links.c.contact_id),
    )
    columns = ("receipt", "channel", "received_at", "state", "urgency", "language")
    return await tx.rows(
        select(
            links.c.id,
            links.c.score,
            links.c.reasons,
            links.c.state,
            links.c.decided_at,
            *(other.c[name].label(f"other_{name}") for name in columns),
            other.c.id.label("other_contact"),
            other.c.attached_by.label("other_attached_by"),
            cases.c.number,
            cases.c.status,
        )
        .join(other, pair)
        .join(keys, and_(keys.c.owner_id == other.c.id, keys.c.wrapped.is_not(None)))
        .outerjoin(cases, cases.c.id == other.c.case_id)
        .where(
            links.c.state.in_((SUGGESTED, LINKED)),
            open_to(viewer, other),
            or_(cases.c.id.is_(None), open_to(viewer)),
        )
        .order_by((links.c.state == LINKED).desc(), links.c.score.desc(), links.c.id.desc())
        .limit(SHOWN)
    )


async def number_of(tx: Transaction, viewer: Viewer, case_id: int | None) -> str | None:
    """Return the number of a case that the viewer may know of, or None."""
    if case_id is None:
        return None
    row = await tx.one(select(cases.c.number).where(cases.c.id == case_id, open_to(viewer)))
    return str(row.number) if row is not None else None


async def between(tx: Transaction, one: int, other: int) -> Row[Any] | None:
    """Return the link between two contacts, locked, or None."""
    pair = (min(one, other), max(one, other))
    return await tx.one(
        select(links)
        .where(links.c.contact_id == pair[0], links.c.other_id == pair[1])
        .with_for_update()
    )


async def linked_with_case(tx: Transaction, contact_id: int, case_id: int) -> bool:
    """Return whether a person linked the contact with one that belongs to the case."""
    other = contacts.alias("other")
    pair = or_(
        and_(links.c.contact_id == contact_id, other.c.id == links.c.other_id),
        and_(links.c.other_id == contact_id, other.c.id == links.c.contact_id),
    )
    found = await tx.one(
        select(links.c.id)
        .join(other, pair)
        .where(links.c.state == LINKED, other.c.case_id == case_id)
        .limit(1)
    )
    return found is not None


async def decide(tx: Transaction, one: int, other: int, state: str, event: str) -> None:
    """Keep what the acting person says of two contacts, and the `event` for the record.

    The event names neither contact: who reads one side's history may not know of the other.
    """
    said = {
        "state": state,
        "decided_by": tx.actor.person_id,
        "decided_at": tx.now,
    }
    fresh = {"score": 1.0, "reasons": [{"code": "by_hand", "number": 1.0}], "at": tx.now}
    statement = insert(links).values(
        contact_id=min(one, other), other_id=max(one, other), **fresh, **said
    )
    pair = ["contact_id", "other_id"]
    put = statement.on_conflict_do_update(index_elements=pair, set_=said)
    row = await tx.one(put.returning(links.c.id))
    tx.record(event, data={"link": row.id if row is not None else None})


async def forget(tx: Transaction, contact_id: int) -> None:
    """Take the reasons from a forgotten person's links, and end their suggestions."""
    mine = or_(links.c.contact_id == contact_id, links.c.other_id == contact_id)
    await tx.run(update(links).where(mine).values(reasons=[], score=0.0))
    ended = {
        "state": DISMISSED,
        "decided_by": tx.actor.person_id,
        "decided_at": tx.now,
    }
    await tx.run(update(links).where(mine, links.c.state == SUGGESTED).values(ended))
