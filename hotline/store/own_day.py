"""What a person has before them: own deadlines, the calendar's secret, the letter of the day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hotline.cases.terms import CaseStatus
from hotline.identity.viewer import Viewer
from hotline.store.clocks import UNMET
from hotline.store.tables import (
    cases,
    clock_events,
    clocks,
    notices,
    referrals,
)
from hotline.store.tables_field import case_tasks
from hotline.store.tables_inbox import calendar_feeds, digests
from hotline.store.transaction import Transaction
from hotline.store.visibility import visible_to

_MOST = 300
_AT_WORK = ("offered", "accepted")


async def deadlines(tx: Transaction, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return the unmet clocks of the cases in the viewer's hands, the soonest first.

    `changes` grows with whatever moves the deadline, `changed_at` is when that was last.
    """
    me = viewer.person_id
    of_case = and_(clocks.c.referral_id.is_(None), cases.c.assignee_id == me)
    of_part = and_(referrals.c.assignee_id == me, referrals.c.status.in_(_AT_WORK))
    moved = (
        select(func.count(), func.max(clock_events.c.at).label("at"))
        .where(clock_events.c.clock_id == clocks.c.id)
        .lateral("moved")
    )
    return await tx.rows(
        select(
            clocks.c.id,
            clocks.c.name,
            clocks.c.due_at,
            clocks.c.started_at,
            clocks.c.state,
            cases.c.number,
            cases.c.urgency,
            moved.c[0].label("changes"),
            func.coalesce(moved.c.at, clocks.c.started_at).label("changed_at"),
        )
        .select_from(clocks)
        .outerjoin(referrals, referrals.c.id == clocks.c.referral_id)
        .join(cases, cases.c.id == func.coalesce(clocks.c.case_id, referrals.c.case_id))
        .join(moved, text("true"))
        .where(
            clocks.c.state.in_(UNMET),
            clocks.c.met_at.is_(None),
            clocks.c.cancelled_at.is_(None),
            cases.c.status != CaseStatus.CLOSED,
            or_(of_case, of_part),
            visible_to(viewer),
        )
        .order_by(clocks.c.due_at, clocks.c.id)
        .limit(_MOST)
    )


async def mentions(tx: Transaction, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return where colleagues named the viewer and they have not looked yet."""
    return await tx.rows(
        select(notices.c.at, cases.c.number)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(
            notices.c.kind == "mentioned",
            notices.c.person_id == viewer.person_id,
            notices.c.seen_at.is_(None),
            visible_to(viewer),
        )
        .order_by(notices.c.id.desc())
        .limit(_MOST)
    )


async def tasks(tx: Transaction, viewer: Viewer) -> Sequence[Row[Any]]:
    """Return what colleagues gave the viewer to do and is not done, the soonest first."""
    return await tx.rows(
        select(case_tasks.c.id, case_tasks.c.due_at, case_tasks.c.at, cases.c.number)
        .join(cases, cases.c.id == case_tasks.c.case_id)
        .where(
            case_tasks.c.person_id == viewer.person_id,
            case_tasks.c.done_at.is_(None),
            visible_to(viewer),
        )
        .order_by(case_tasks.c.due_at, case_tasks.c.id)
        .limit(_MOST)
    )


async def make_feed(tx: Transaction, person_id: int, token_hash: bytes) -> None:
    """Keep a person's only calendar address; the one before ends."""
    await end_feed(tx, person_id)
    await tx.run(
        insert(calendar_feeds).values(
            person_id=person_id, token_hash=token_hash, made_at=tx.now
        )
    )


async def end_feed(tx: Transaction, person_id: int) -> bool:
    """End a person's calendar address; return whether there was one."""
    return bool(
        await tx.run(
            update(calendar_feeds)
            .where(
                calendar_feeds.c.person_id == person_id,
                calendar_feeds.c.revoked_at.is_(None),
            )
            .values(revoked_at=tx.now)
        )
    )


async def feed_since(tx: Transaction, person_id: int) -> datetime | None:
    """Return since when a person has a calendar address, or None."""
    row = await tx.one(
        select(calendar_feeds.c.made_at).where(
            calendar_feeds.c.person_id == person_id, calendar_feeds.c.revoked_at.is_(None)
        )
    )
    return None if row is None else row.made_at


async def feed_owner(tx: Transaction, token_hash: bytes) -> int | None:
    """Return whose calendar an address opens, or None; the person may be gone since."""
    row = await tx.one(
        select(calendar_feeds.c.person_id).where(
            calendar_feeds.c.token_hash == token_hash, calendar_feeds.c.revoked_at.is_(None)
        )
    )
    return None if row is None else int(row.person_id)


async def digest_minute(tx: Transaction, person_id: int) -> int | None:
    """Return at which minute of the day a person wants the letter, or None."""
    row = await tx.one(select(digests.c.at_minute).where(digests.c.person_id == person_id))
    return None if row is None else int(row.at_minute)


async def set_digest(tx: Transaction, person_id: int, minute: int | None) -> None:
    """Send the letter at a minute of each working day from now on; None: no letter."""
    if minute is None:
        await tx.run(delete(digests).where(digests.c.person_id == person_id))
        return
    fresh = insert(digests).values(person_id=person_id, at_minute=minute)
    again = {"at_minute": minute}
    await tx.run(
        fresh.on_conflict_do_update(index_elements=[digests.c.person_id], set_=again)
    )


_CLAIM = text("""
INSERT INTO digests_sent (person_id, day, state, tries, next_at)
SELECT d.person_id, :day, 'sending', 1, :now FROM digests d
JOIN people p ON p.id = d.person_id AND p.active
WHERE d.at_minute BETWEEN :since AND :minute
  AND NOT EXISTS (SELECT FROM digests_sent s WHERE s.person_id = d.person_id AND s.day = :day)
ORDER BY d.at_minute, d.person_id LIMIT :n
ON CONFLICT DO NOTHING RETURNING person_id
""")
_AGAIN = text("""
UPDATE digests_sent SET state = 'sending', tries = tries + 1 WHERE (person_id, day) IN (
  SELECT person_id, day FROM digests_sent
  WHERE day = :day AND state = 'waiting' AND next_at <= :now
  AND person_id IN (SELECT person_id FROM digests)
  ORDER BY next_at LIMIT :n FOR UPDATE SKIP LOCKED)
RETURNING person_id
""")
_LATE = 240  # minutes after the hour that a letter of the day still makes sense
_AGAIN_AFTER = timedelta(minutes=10)
_MOST_TRIES = 5


async def claim_digests(tx: Transaction, day: date, minute: int, limit: int) -> list[int]:
    """Return who is to get the letter of the day now: each once, whoever asks beside us."""
    told = {"day": day, "now": tx.now, "n": limit}
    window = {"since": max(0, minute - _LATE), "minute": minute}
    fresh = await tx.rows(_CLAIM, {**told, **window})
    again = await tx.rows(_AGAIN, told)
    return [int(row.person_id) for row in (*fresh, *again)]


_BOOK = text("""
UPDATE digests_sent SET next_at = :again, state = CASE
  WHEN :state = 'waiting' AND tries >= :most THEN 'failed' ELSE :state END
WHERE person_id = :person AND day = :day
""")


async def book_digest(tx: Transaction, person_id: int, day: date, state: str) -> None:
    """Keep what became of a letter: sent, waiting for another try, or failed for good."""
    told = {"person": person_id, "day": day, "state": state}
    await tx.run(_BOOK, {**told, "again": tx.now + _AGAIN_AFTER, "most": _MOST_TRIES})
