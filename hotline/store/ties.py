"""Whose conflict is a person's own: their bodies now and before, all above, and the heads.

And which regions they oversee: what the offices that they are in now stand for today.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import text

from hotline.cases.apart import OWN_QUEUE, person_key
from hotline.cases.terms import BodyId
from hotline.store.transaction import Transaction

_ALMATY = ZoneInfo("Asia/Almaty")

# A body once worked in stays: who moves takes their exclusion along. UNION ends a loop.
_TIES = text("""
WITH RECURSIVE own AS (
  SELECT person_id, body_id, (from_at IS NULL OR from_at <= :now)
    AND (ended_at IS NULL OR ended_at > :now) AS current
  FROM memberships WHERE person_id = ANY(:people)
), up (person_id, id) AS (
  SELECT person_id, body_id FROM own WHERE body_id <> :centre
  UNION
  SELECT up.person_id, b.parent_id FROM up JOIN bodies AS b ON b.id = up.id
  WHERE b.parent_id IS NOT NULL AND b.parent_id <> :centre
)
SELECT person_id, 'in' AS how, body_id AS what FROM own WHERE current
UNION SELECT person_id, 'above', id FROM up
UNION SELECT up.person_id, 'head', m.person_id::text
  FROM memberships AS m JOIN up ON up.id = m.body_id
  WHERE m.position IN ('head', 'deputy') AND (m.from_at IS NULL OR m.from_at <= :now)
    AND (m.ended_at IS NULL OR m.ended_at > :now)
UNION SELECT own.person_id, 'over', b.region
  FROM own JOIN bodies AS b ON b.id = own.body_id
  WHERE own.current AND b.kind = 'COMM' AND b.status = 'active' AND b.region IS NOT NULL
    AND b.valid_from <= :day AND (b.valid_to IS NULL OR b.valid_to > :day)
""")


@dataclass(frozen=True, slots=True)
class Ties:
    """What a person is tied to now."""

    bodies: frozenset[BodyId] = frozenset()  # in which they are
    keys: frozenset[str] = frozenset()  # that keep them out of a case
    overseen: frozenset[str] = (
        frozenset()
    )  # regions of the commissioners' offices among them


async def of_each(tx: Transaction, person_ids: Collection[int]) -> dict[int, Ties]:
    """Return the bodies of each person now, their keys and the regions of oversight."""
    asked = {"people": list(person_ids), "now": tx.now, "centre": OWN_QUEUE}
    rows = await tx.rows(_TIES, {**asked, "day": tx.now.astimezone(_ALMATY).date()})
    told: dict[int, dict[str, set[str]]] = {}
    for row in rows:
        of_them = told.setdefault(row.person_id, {})
        of_them.setdefault(row.how, set()).add(row.what)
    return {person: _ties(told.get(person, {})) for person in person_ids}


def _ties(told: Mapping[str, AbstractSet[str]]) -> Ties:
    nothing: AbstractSet[str] = frozenset()
    heads = (person_key(int(head)) for head in told.get("head", nothing))
    return Ties(
        frozenset(BodyId(body) for body in told.get("in", nothing)),
        frozenset({*told.get("above", nothing), *heads}),
        frozenset(told.get("over", nothing)),
    )


async def of_people(tx: Transaction, person_ids: Sequence[int]) -> Ties:
    """Return the same of several people together: what any of them is tied to."""
    each = (await of_each(tx, person_ids)).values()
    return Ties(
        frozenset().union(*(one.bodies for one in each)),
        frozenset().union(*(one.keys for one in each)),
        frozenset().union(*(one.overseen for one in each)),
    )
