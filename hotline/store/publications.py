"""Public figures: the counts of a month, and what was published of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    Row,
    Text,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from hotline.cases.apart import OWN_QUEUE
from hotline.cases.terms import ClockName, ClockState
from hotline.errors import NotFound
from hotline.quality.reports import Period
from hotline.store import report_scope as scope
from hotline.store.tables import cases, clocks, people
from hotline.store.tables_work import publications
from hotline.store.transaction import Transaction

_COLUMNS = {
    "topic": cases.c.category,
    "channel": cases.c.channel,
    "language": cases.c.language,
}


def _counted(period: Period) -> tuple[Any, ...]:
    """Return what is counted: cases of the period that keep nobody out.

    Else who is complained of would find, beside their own report, one more than they know of:
    a person, a body, a commissioner who knows every other case of the region.
    """
    own = bindparam(None, [OWN_QUEUE], ARRAY(Text), unique=True)
    nobody = cases.c.apart.bool_op("<@")(own)  # 111 as a whole is kept out of nothing
    begin, end = scope.moment(period.from_), scope.moment(period.to)
    return (
        cases.c.received_at >= begin,
        cases.c.received_at < end,
        or_(cases.c.apart.is_(None), nobody),
    )


async def counts(tx: Transaction, period: Period, by: str) -> list[tuple[str, str, int]]:
    """Return (region, code, how many)."""
    region = func.coalesce(cases.c.region, "")
    rows = await tx.rows(
        select(region.label("region"), _COLUMNS[by].label("code"), func.count().label("n"))
        .where(*_counted(period))
        .group_by(region, _COLUMNS[by])
    )
    return [(row.region, row.code, int(row.n)) for row in rows]


async def judged(tx: Transaction, period: Period) -> dict[str, tuple[int, int]]:
    """Return by region how many offers were answered in time, of how many that were due."""
    region = func.coalesce(cases.c.region, "")
    late = clocks.c.breached_at.is_not(None)
    rows = await tx.rows(
        select(
            region.label("region"),
            func.count().filter(~late).label("met"),
            func.count().label("n"),
        )
        .join(cases, cases.c.id == clocks.c.case_id)
        .where(
            clocks.c.name == ClockName.ACCEPTANCE,
            clocks.c.state != literal(ClockState.CANCELLED.value),
            or_(clocks.c.met_at.is_not(None), late),
            *_counted(period),
        )
        .group_by(region)
    )
    return {row.region: (int(row.met), int(row.n)) for row in rows}


async def add(tx: Transaction, month: date, content: Any, by: int) -> int:
    """Keep a proposal; return its id."""
    values = {"month": month, "content": content, "proposed_by": by, "proposed_at": tx.now}
    row = await tx.one(insert(publications).values(values).returning(publications.c.id))
    if row is None:
        raise RuntimeError("a publication was not stored")
    return int(row.id)


async def lock(tx: Transaction, publication_id: int) -> Row[Any]:
    """Return one that was not dropped, locked. Errors: NotFound."""
    row = await tx.one(
        select(publications)
        .where(publications.c.id == publication_id, publications.c.dropped_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no such publication")
    return row


async def change(tx: Transaction, publication_id: int, **values: Any) -> None:
    """Set columns of a proposal."""
    mine = publications.c.id == publication_id
    await tx.run(update(publications).where(mine).values(**values))


async def standing(tx: Transaction, most: int) -> Sequence[Row[Any]]:
    """Return proposals and publications with who made them, the newest month first."""
    by, confirmed = people.alias("by"), people.alias("confirmed")
    return await tx.rows(
        select(
            publications,
            by.c.display_name.label("by"),
            confirmed.c.display_name.label("confirmed"),
        )
        .join(by, by.c.id == publications.c.proposed_by)
        .outerjoin(confirmed, confirmed.c.id == publications.c.confirmed_by)
        .where(publications.c.dropped_at.is_(None))
        .order_by(publications.c.month.desc())
        .limit(most)
    )


async def published(tx: Transaction, most: int) -> Sequence[Row[Any]]:
    """Return what everybody may read, the newest month first."""
    return await tx.rows(
        select(publications.c.month, publications.c.content, publications.c.published_at)
        .where(publications.c.published_at.is_not(None))
        .order_by(publications.c.month.desc())
        .limit(most)
    )
