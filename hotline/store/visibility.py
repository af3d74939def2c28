"""Who sees which case and which part of it: the rules of identity.roles, as SQL and as scope.

A test compares the predicate with `roles.sees` on generated rows; a list or a count that
asks anything else would tell of cases that its reader may not know of.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ARRAY, Row, Text, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import ReferralStatus, Role
from hotline.errors import NotFound
from hotline.identity.roles import LIVE_FOR_BODY, oversees, own_bodies, sees
from hotline.identity.viewer import Viewer
from hotline.store.cases import OpenedCase
from hotline.store.tables import cases, contacts, notices, referrals
from hotline.store.transaction import Transaction

LIVE = tuple(sorted(LIVE_FOR_BODY))


class Scope(StrEnum):
    """From where a viewer looks at one case; each sees less than the one before."""

    CENTRE = "centre"  # 111
    OVERSIGHT = "oversight"  # the commissioner of the region
    LEAD = "lead"
    HELPER = "helper"


def scope_of(viewer: Viewer, case: OpenedCase) -> Scope:
    """Return from where `viewer` looks at `case`. Errors: NotFound for who may not know."""
    access = case.access
    if not sees(viewer, access):
        raise NotFound("no such case")
    if viewer.at_111:
        return Scope.CENTRE
    if oversees(viewer, access):
        return Scope.OVERSIGHT
    return Scope.LEAD if access.lead in own_bodies(viewer, access) else Scope.HELPER


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `cases` under which `viewer` may know of a row."""
    if viewer.role is Role.ADMIN:
        return false()
    if viewer.at_111:
        return open_to(viewer)
    seen: list[ColumnElement[bool]] = [offered_to(viewer.bodies)]
    if viewer.role is Role.COMMISSIONER and viewer.region is not None:
        seen.append(and_(*overseen_by(viewer)))
    return and_(open_to(viewer), or_(*seen))


def overseen_by(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Return what holds for the cases of a commissioner's oversight, conflicts aside."""
    return cases.c.region == viewer.region, cases.c.shown_at.is_not(None)


def open_to(viewer: Viewer, table: Any = cases) -> ColumnElement[bool]:
    """Return whether nothing keeps `viewer` out of a row of cases or contacts."""
    return or_(table.c.apart.is_(None), ~closed_to(viewer, table))


def open_to_actor(tx: Transaction, table: Any) -> ColumnElement[bool]:
    """Return `open_to` for the person who acts in `tx`; the machine reads everything."""
    return open_to(tx.actor, table) if isinstance(tx.actor, Viewer) else true()


def closed_to(viewer: Viewer, table: Any = cases) -> ColumnElement[bool]:
    """Return whether the row complains of the viewer, their bodies or who is above them."""
    keys = bindparam(None, sorted(viewer.keys), ARRAY(Text), unique=True)
    return cast("ColumnElement[bool]", table.c.apart.bool_op("&&")(keys))


def open_contacts_only(viewer: Viewer, contact_id: Any) -> ColumnElement[bool]:
    """Return whether a row tells of no contact that is closed to `viewer`."""
    closed = select(contacts.c.id).where(closed_to(viewer, contacts))
    return or_(contact_id.is_(None), contact_id.not_in(closed))


def notices_open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether a notice tells of nothing that `viewer` may not know of.

    At 111 that is what complains of them; elsewhere also a case that went out of sight.
    """
    told = notices.c.case_id
    known: ColumnElement[bool]
    if viewer.at_111:
        known = told.not_in(select(cases.c.id).where(closed_to(viewer)))
    else:
        seen = select(cases.c.id).where(cases.c.id == told, visible_to(viewer))
        known = exists(seen.correlate(notices))
    return and_(
        or_(told.is_(None), known), open_contacts_only(viewer, notices.c.contact_id)
    )


def offered_to(bodies: Sequence[str] | frozenset[Any]) -> ColumnElement[bool]:
    """Return whether the newest referral to one of `bodies` is live for it."""
    if not bodies:
        return false()
    own = referrals.alias("own")
    return exists(
        select(own.c.id).where(
            own.c.case_id == cases.c.id,
            own.c.body_id.in_(sorted(bodies)),
            own.c.status.in_(LIVE),
            ~superseded(own),
        )
    )


def superseded(referral: Any) -> ColumnElement[bool]:
    """Return whether the same body has a newer referral of the same case."""
    newer = referrals.alias("newer")
    return exists(
        select(newer.c.id).where(
            newer.c.case_id == referral.c.case_id,
            newer.c.body_id == referral.c.body_id,
            newer.c.id > referral.c.id,
        )
    )


def shown_referrals(viewer: Viewer, case: OpenedCase, scope: Scope) -> list[Row[Any]]:
    """Return the referrals that the viewer may know of.

    What was never offered is sealed inside 111. A co-executor knows its own and the lead's.
    """
    if scope is Scope.CENTRE:
        return list(case.referrals)
    offered = [r for r in case.referrals if r.offered_at is not None]
    offered = [r for r in offered if r.status != ReferralStatus.PROPOSED]
    if scope is not Scope.HELPER:
        return offered
    lead = case.access.lead
    return [
        r for r in offered if r.body_id in viewer.bodies or (r.lead and r.body_id == lead)
    ]
