"""What a helping body is not told by name: the topic and the district, by its purpose."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, any_, exists, literal, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.routing.extract import DISTRICT, hidden
from hotline.store.cases import OpenedCase
from hotline.store.tables import cases, referrals
from hotline.store.visibility import LIVE, Scope


def closed_facts(viewer: Viewer, case: OpenedCase, scope: Scope) -> dict[str, None]:
    """Return the columns of a case that are closed to `viewer`, each with None."""
    if scope is not Scope.HELPER:
        return {}
    return closed_to_helper(viewer, case.row.subcategory, case.referrals)


def closed_to_helper(
    viewer: Viewer, subcategory: str, related: Iterable[Row[Any]]
) -> dict[str, None]:
    """Return the same for a viewer who neither leads nor oversees.

    Somebody of two bodies knows what either of them was told.
    """
    newest = {r.body_id: r for r in related if r.body_id in viewer.bodies}
    own = [r for r in newest.values() if r.status in LIVE]
    if not own:
        return {}
    closed: dict[str, None] = {}
    if all(hidden(r.hides, subcategory) for r in own):
        closed |= {"category": None, "subcategory": None}
    if all(DISTRICT in r.hides for r in own):
        closed["district"] = None
    return closed


def topic_is_told(bodies: Sequence[str] | frozenset[Any]) -> ColumnElement[bool]:
    """Return whether no referral to `bodies` closes the topic: a filter must not tell it."""
    r = referrals.alias("told")
    topic = array([cases.c.category, cases.c.subcategory])
    return ~exists(
        select(r.c.id).where(
            r.c.case_id == cases.c.id,
            r.c.body_id.in_(sorted(bodies)),
            r.c.hides.bool_op("&&")(topic),
        )
    )


def district_is_told(bodies: Sequence[str] | frozenset[Any]) -> ColumnElement[bool]:
    """Return the same of the district."""
    r = referrals.alias("told_where")
    return ~exists(
        select(r.c.id).where(
            r.c.case_id == cases.c.id,
            r.c.body_id.in_(sorted(bodies)),
            literal(DISTRICT) == any_(r.c.hides),
        )
    )
