"""The other order of a list of cases: what was opened last comes first, open or closed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from hotline.store.case_sources import CLOSED, DONE, OPEN, Source, at_work
from hotline.store.tables import cases, referrals
from hotline.store.visibility import superseded


def newest_page(
    sources: Sequence[Source], before: int | None, limit: int, *, opened: bool, closed: bool
) -> Select[tuple[int]]:
    """Return the statement of ids below `before`, newest first; ids grow with time."""
    parts = [_part(one, before, limit, opened=opened, closed=closed) for one in sources]
    both = union_all(*(part.subquery().select() for part in parts)).subquery()
    return select(both.c.id).distinct().order_by(both.c.id.desc()).limit(limit)


def _part(
    source: Source, before: int | None, limit: int, *, opened: bool, closed: bool
) -> Select[Any]:
    below = true() if before is None else cases.c.id < before
    ids = select(cases.c.id).order_by(cases.c.id.desc()).limit(limit)
    if source.bodies is None:
        return ids.where(_ended(OPEN, CLOSED, opened, closed), below, *source.open_rows)
    r = referrals.alias("r")
    over = and_(r.c.status == DONE, or_(CLOSED, ~at_work(source)))
    wanted = _ended(and_(r.c.status != DONE, OPEN), over, opened, closed)
    return ids.join(r, r.c.case_id == cases.c.id).where(
        r.c.body_id.in_(source.bodies),
        r.c.status.in_(source.states),
        ~superseded(r),
        wanted,
        below,
        *source.open_rows,
    )


def _ended(
    running: ColumnElement[bool], over: ColumnElement[bool], opened: bool, closed: bool
) -> ColumnElement[bool]:
    if opened and closed:
        return or_(running, over)
    return running if opened else over
