"""What a sweep writes for many clocks at once: breaches, steps of the ladder, the next look.

A statement for all clocks of a sweep, not one each: after an outage thousands are due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text, update

from hotline.store import clock_ledger
from hotline.store.cases import OpenedCase
from hotline.store.tables import cases, clocks, escalations, referrals
from hotline.store.transaction import Transaction


async def cases_of(tx: Transaction, ids: Iterable[int]) -> dict[int, OpenedCase]:
    """Return cases with their referrals, by id: two statements, however many."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await tx.rows(select(cases).where(cases.c.id.in_(wanted)))
    asked = await tx.rows(
        select(referrals).where(referrals.c.case_id.in_(wanted)).order_by(referrals.c.id)
    )
    found: dict[int, list[Row[Any]]] = {row.id: [] for row in rows}
    for referral in asked:
        found[referral.case_id].append(referral)
    return {row.id: OpenedCase(row, found[row.id]) for row in rows}


_BREACH = text("""
INSERT INTO breaches (clock_id, case_id, contact_id, name, urgency, region, body_id, law, basis,
  started_at, due_at, judged_at, policy_version, calendar_version)
SELECT c.id, c.case_id, c.contact_id, c.name, c.urgency, k.region, r.body_id, c.law, c.basis,
  c.started_at, c.due_at, :now, c.policy_version, c.calendar_version
FROM clocks c LEFT JOIN cases k ON k.id = c.case_id LEFT JOIN referrals r ON r.id = c.referral_id
WHERE c.id = ANY(:ids) ORDER BY c.id
ON CONFLICT (clock_id) DO NOTHING
""")
_LATE = text("""
UPDATE clocks SET state = 'breached', breached_at = due_at, judged_at = :now
WHERE id = ANY(:ids)
""")


async def breach_all(tx: Transaction, late: Sequence[Row[Any]]) -> None:
    """Enter breaches into the ledger that no later change can alter."""
    if not late:
        return
    known = {"ids": [row.id for row in late], "now": tx.now}
    await tx.run(_BREACH, known)
    await tx.run(_LATE, known)
    for row in late:
        due = row.due_at.isoformat()
        clock_ledger.write(tx, [(row.id, "breached", {"due_at": due})])
        tx.record(
            "clock_breached",
            case_id=row.case_id,
            contact_id=row.contact_id,
            data={"name": row.name, "due_at": due},
        )


def escalated(tx: Transaction, row: Row[Any], values: Mapping[str, Any]) -> None:
    """Enter one step into the ledger of escalations; written just before the commit."""
    known = {
        "name": row.name,
        "percent": values["percent"],
        "audience": list(values["audience"]),
    }
    owner = {"case_id": row.case_id, "contact_id": row.contact_id}
    tx.append(escalations, {"clock_id": row.id, **owner, **values})
    clock_ledger.write(tx, [(row.id, "escalated", known)])
    tx.record("escalated", **owner, data=known)


@dataclass(frozen=True, slots=True)
class Looked:
    """How far up the ladder a clock is, and when to look again."""

    clock_id: int
    told_percent: int
    look_at: datetime | None


_STEPS = text("""
UPDATE clocks c SET told_percent = x.told, next_look_at = x.look
FROM unnest(:ids ::bigint[], :told ::smallint[], :looks ::timestamptz[]) AS x(id, told, look)
JOIN clocks o ON o.id = x.id  -- as it was before
WHERE c.id = x.id RETURNING c.id, c.told_percent, o.told_percent AS before
""")


async def set_steps(tx: Transaction, looked: Sequence[Looked]) -> None:
    """Note how far up the ladder clocks are and when to look again."""
    if not looked:
        return
    rows = await tx.rows(
        _STEPS,
        {
            "ids": [one.clock_id for one in looked],
            "told": [one.told_percent for one in looked],
            "looks": [one.look_at for one in looked],
        },
    )
    climbed = [row for row in rows if row.told_percent != row.before]
    clock_ledger.write(
        tx, [(row.id, "stepped", {"told_percent": row.told_percent}) for row in climbed]
    )


async def put_off(tx: Transaction, clock_id: int, until: datetime) -> None:
    """Look at a clock again at `until`, unless somebody has looked or changed it meanwhile."""
    await tx.run(
        update(clocks)
        .where(clocks.c.id == clock_id, clocks.c.next_look_at <= tx.now)
        .values(next_look_at=until)
    )


@dataclass(frozen=True, slots=True)
class LaidStep:
    """A step of the ladder of one clock at one urgency; `waits`: for working hours."""

    name: str
    urgency: int
    percent: int
    waits: bool


_SOONER = text("""
WITH asked AS (
  SELECT name, urgency, array_agg(percent) AS percents, array_agg(waits) AS waits
  FROM unnest(:names ::text[], :levels ::smallint[], :percents ::smallint[], :waits ::boolean[])
    AS step(name, urgency, percent, waits)
  GROUP BY name, urgency
), stale AS (
  SELECT c.id, ahead.look FROM clocks c JOIN asked USING (name, urgency)
  CROSS JOIN LATERAL (
    SELECT waits, least(
      CASE WHEN c.state = 'running' THEN c.due_at END,
      c.started_at + (c.due_at - c.started_at) * percent / 100
    ) AS look FROM unnest(asked.percents, asked.waits) AS step(percent, waits)
    WHERE percent > c.told_percent ORDER BY percent LIMIT 1
  ) AS ahead
  WHERE c.state IN ('running', 'breached') AND c.cancelled_at IS NULL
    AND (c.next_look_at IS NULL OR ahead.look < c.next_look_at)
    AND (c.next_look_at IS NULL OR ahead.look > :now OR :at_work OR NOT ahead.waits)
  FOR UPDATE OF c SKIP LOCKED
)
UPDATE clocks SET next_look_at = stale.look FROM stale WHERE clocks.id = stale.id
RETURNING clocks.id
""")


async def look_sooner(tx: Transaction, steps: Sequence[LaidStep], *, at_work: bool) -> int:
    """Bring forward the looks that come after the next step's moment; return how many.

    A step that has passed and waits for working hours is left alone outside them: it may be
    held, and is found here when bodies are `at_work`.
    """
    known = {
        "names": [step.name for step in steps],
        "levels": [step.urgency for step in steps],
        "percents": [step.percent for step in steps],
        "waits": [step.waits for step in steps],
    }
    return len(await tx.rows(_SOONER, {**known, "at_work": at_work, "now": tx.now}))
