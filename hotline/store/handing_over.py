"""What moves when one body takes another's place: referrals, and all that hangs on them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, insert, literal, select, text, update

from hotline.store.clocks import UNMET
from hotline.store.successions import newest_live
from hotline.store.tables import cases, notices, referrals
from hotline.store.tables_routing import duty_shifts, pages
from hotline.store.transaction import Transaction


async def next_cases(tx: Transaction, body: str, limit: int) -> list[int]:
    """Return cases that the body still holds, open ones first, locked in order of id."""
    rows = await tx.rows(
        select(referrals.c.case_id)
        .where(referrals.c.body_id == body, newest_live(referrals))
        .order_by(referrals.c.status == "done", referrals.c.case_id)
        .limit(limit)
    )
    ids = sorted({int(row.case_id) for row in rows})
    held = select(cases.c.id).where(cases.c.id.in_(ids)).order_by(cases.c.id)
    await tx.rows(held.with_for_update())
    return ids


async def held_by(
    tx: Transaction, body: str, case_ids: Sequence[int]
) -> Sequence[Row[Any]]:
    """Return the body's live referrals of these cases, with what the case complains of."""
    return await tx.rows(
        select(referrals, cases.c.apart, cases.c.region)
        .join(cases, cases.c.id == referrals.c.case_id)
        .where(
            referrals.c.body_id == body,
            referrals.c.case_id.in_(case_ids),
            newest_live(referrals),
        )
        .order_by(referrals.c.case_id)
    )


async def hand_over(
    tx: Transaction, rows: Sequence[Row[Any]], to_body: str
) -> dict[int, int]:
    """Continue each referral as one of `to_body`, as it stands; return new ids by old ones.

    The old row stays as history. Everything that was so far is copied: who accepted and when,
    the extract and who released it, the purpose, the deadline.
    """
    if not rows:
        return {}
    await withdraw(tx, [row.id for row in rows])
    kept = [column.name for column in referrals.c if column.name != "id"]
    fresh = [
        {name: getattr(row, name) for name in kept} | {"body_id": to_body} for row in rows
    ]
    statement = insert(referrals).returning(referrals.c.id, sort_by_parameter_order=True)
    made = await tx.rows(statement, fresh)
    moved = {int(old.id): int(new.id) for old, new in zip(rows, made, strict=True)}
    await follow(tx, moved)
    return moved


async def withdraw(tx: Transaction, ids: Sequence[int]) -> None:
    """End the old body's referrals; nothing of them is lost."""
    gone = dict.fromkeys(("handed_to", "return_at"))
    ended = {"status": "withdrawn", "ended_at": tx.now, **gone}
    await tx.run(update(referrals).where(referrals.c.id.in_(ids)).values(**ended))


_PAIRS = "unnest(:old ::bigint[], :new ::bigint[]) AS moved(old, new)"
_CLOCKS = text(f"""
UPDATE clocks SET referral_id = moved.new FROM {_PAIRS}
WHERE clocks.referral_id = moved.old AND clocks.state = ANY(:unmet)
""")
_HANDED = text(f"""
UPDATE referrals SET handed_from = moved.new FROM {_PAIRS}
WHERE referrals.handed_from = moved.old
""")
_PAGES = text(f"""
UPDATE pages SET referral_id = moved.new FROM {_PAIRS}
WHERE pages.referral_id = moved.old AND pages.next_at IS NOT NULL
""")


async def follow(tx: Transaction, moved: Mapping[int, int]) -> None:
    """Let clocks and what waits follow from old referrals to new ones. No clock changes."""
    known = {"old": list(moved), "new": list(moved.values())}
    await tx.run(_CLOCKS, {**known, "unmet": list(UNMET)})
    await tx.run(_HANDED, known)
    await tx.run(_PAGES, known)


async def settle(
    tx: Transaction,
    case_ids: Sequence[int],
    names: tuple[str, str],
    staying: Collection[int],
) -> list[int]:
    """Finish the cases of a batch; return those whose person did not come along.

    `names`: the old and the new body. Versions go up, so that open pages are stale.
    """
    old, new = names
    alone = and_(cases.c.id.in_(case_ids), cases.c.assignee_id.in_(sorted(staying)))
    left = await tx.rows(
        update(cases).where(alone).values(assignee_id=None).returning(cases.c.id)
    )
    up = {"version": cases.c.version + 1}
    await tx.run(update(cases).where(cases.c.id.in_(case_ids)).values(**up))
    own = and_(referrals.c.case_id.in_(case_ids), referrals.c.body_id == new)
    for column in (referrals.c.assignee_id, referrals.c.handed_to):
        gone = and_(own, column.in_(sorted(staying)))
        await tx.run(update(referrals).where(gone).values({column.name: None}))
    await tx.run(
        update(notices)
        .where(
            notices.c.audience == old,
            notices.c.case_id.in_(case_ids),
            notices.c.seen_at.is_(None),
        )
        .values(audience=new)
    )
    woken = and_(pages.c.case_id.in_(case_ids), pages.c.next_at.is_not(None))
    await tx.run(update(pages).where(woken, pages.c.body_id == old).values(body_id=new))
    return sorted(int(row.id) for row in left)


async def move_shifts(tx: Transaction, people: Collection[int], old: str, new: str) -> None:
    """Let the duty that people have yet to do be done for the new body."""
    mine = and_(
        duty_shifts.c.body_id == old,
        duty_shifts.c.person_id.in_(sorted(people)),
        duty_shifts.c.cancelled_at.is_(None),
        duty_shifts.c.to_at > tx.now,
    )
    same = select(
        literal(new),
        duty_shifts.c.person_id,
        duty_shifts.c.rank,
        func.greatest(duty_shifts.c.from_at, tx.now),
        duty_shifts.c.to_at,
        duty_shifts.c.made_at,
        duty_shifts.c.made_by,
    ).where(mine)
    columns = ["body_id", "person_id", "rank", "from_at", "to_at", "made_at", "made_by"]
    await tx.run(insert(duty_shifts).from_select(columns, same))
    await tx.run(update(duty_shifts).where(mine).values(cancelled_at=tx.now))


_OWN_STATE = (
    "lead", "status", "offered_at", "offered_by", "accepted_at", "accepted_by", "ended_at",
    "assignee_id", "sealed_extract", "narrative_released", "released_by", "released_at",
    "purpose", "hides",
)  # fmt: skip


async def stand_as(tx: Transaction, there: Row[Any], row: Row[Any]) -> None:
    """Let the new body's own referral `there` stand as the old one stood, with its clocks."""
    state = {name: getattr(row, name) for name in _OWN_STATE}
    await tx.run(update(referrals).where(referrals.c.id == there.id).values(**state))
    await follow(tx, {int(row.id): int(there.id)})
