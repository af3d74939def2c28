"""Whose conflict is a person's own: their bodies now and before, all above, and the heads.

And which regions they oversee: what the offices that they are in now stand for today.
"""

from collections.abc import Sequence
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
  SELECT body_id, (from_at IS NULL OR from_at <= :now)
    AND (ended_at IS NULL OR ended_at > :now) AS current
  FROM memberships WHERE person_id = ANY(:people)
), up (id) AS (
  SELECT body_id FROM own WHERE body_id <> :centre
  UNION
  SELECT b.parent_id FROM up JOIN bodies AS b ON b.id = up.id
  WHERE b.parent_id IS NOT NULL AND b.parent_id <> :centre
)
SELECT coalesce((SELECT array_agg(body_id) FROM own WHERE current), '{}') AS bodies,
  coalesce((SELECT array_agg(id) FROM up), '{}') AS above,
  coalesce((SELECT array_agg(DISTINCT m.person_id)
    FROM memberships AS m JOIN up ON up.id = m.body_id
    WHERE m.position IN ('head', 'deputy') AND (m.from_at IS NULL OR m.from_at <= :now)
      AND (m.ended_at IS NULL OR m.ended_at > :now)), '{}') AS heads,
  coalesce((SELECT array_agg(DISTINCT b.region)
    FROM own JOIN bodies AS b ON b.id = own.body_id
    WHERE own.current AND b.kind = 'COMM' AND b.status = 'active' AND b.region IS NOT NULL
      AND b.valid_from <= :day AND (b.valid_to IS NULL OR b.valid_to > :day)), '{}') AS overseen
""")


@dataclass(frozen=True, slots=True)
class Ties:
    """What a person is tied to now."""

    bodies: frozenset[BodyId] = frozenset()  # in which they are
    keys: frozenset[str] = frozenset()  # that keep them out of a case
    overseen: frozenset[str] = (
        frozenset()
    )  # regions of the commissioners' offices among them


async def of_person(tx: Transaction, person_id: int) -> Ties:
    """Return the bodies of a person now, their keys and the regions of oversight."""
    return await of_people(tx, [person_id])


async def of_people(tx: Transaction, person_ids: Sequence[int]) -> Ties:
    """Return the same of several people together: what any of them is tied to."""
    asked = {"people": list(person_ids), "now": tx.now, "centre": OWN_QUEUE}
    row = await tx.one(_TIES, {**asked, "day": tx.now.astimezone(_ALMATY).date()})
    if row is None:
        return Ties()
    keys = {*row.above, *(person_key(head) for head in row.heads)}
    bodies = frozenset(BodyId(body) for body in row.bodies)
    return Ties(bodies, frozenset(keys), frozenset(row.overseen))
