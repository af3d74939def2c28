"""A case's referrals for one reader: what each body is told, and who holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from hotline.cases.terms import BodyKind
from hotline.identity.viewer import Viewer
from hotline.store.opened_parts import OpenedParts
from hotline.store.tables import bodies
from hotline.store.transaction import Transaction
from hotline.store.view_parts import ReferralView
from hotline.store.visibility import Scope


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the referrals of one case, from where, with the parts that are open."""

    viewer: Viewer
    case_id: int
    scope: Scope
    parts: OpenedParts
    names: Mapping[int, tuple[str, str]]  # people: username, display name

    def name(self, person_id: int | None) -> str | None:
        """Return how a person on a referral is called."""
        return self.names.get(person_id or 0, (None, None))[1]


def people_of(shown: Sequence[Row[Any]]) -> set[int]:
    """Return the people who stand on referrals."""
    named = ("accepted_by", "assignee_id", "handed_to")
    return {getattr(r, name) for r in shown for name in named}


async def referral_views(
    tx: Transaction, reading: Reader, shown: Sequence[Row[Any]]
) -> tuple[ReferralView, ...]:
    """Return the referrals that the viewer may know of, each as far as it is open."""
    wanted = sorted({r.body_id for r in shown})
    listed = await tx.rows(select(bodies).where(bodies.c.id.in_(wanted))) if wanted else ()
    found = {row.id: row for row in listed}
    return tuple(_referral(reading, row, found[row.body_id]) for row in shown)


def _referral(reading: Reader, row: Row[Any], body: Row[Any]) -> ReferralView:
    mine = row.body_id in reading.viewer.bodies
    centre = reading.scope is Scope.CENTRE
    readable = mine or reading.scope in (Scope.CENTRE, Scope.OVERSIGHT)
    near = readable or reading.scope is Scope.LEAD
    case_id, parts = reading.case_id, reading.parts
    return ReferralView(
        id=row.id,
        body=row.body_id,
        kind=body.kind,
        name_kk=body.name_kk,
        name_ru=body.name_ru,
        lead=row.lead,
        status=row.status,
        mine=mine,
        offered_at=row.offered_at,
        offered_by=row.offered_by,
        accepted_at=row.accepted_at,
        accepted_by=reading.name(row.accepted_by),
        ended_at=row.ended_at,
        declined_code=row.declined_code,
        declined_text=parts.text(case_id, "declined", row.sealed_declined_text)
        if readable
        else None,
        extract=parts.text(case_id, "extract", row.sealed_extract)
        if readable and (not mine or centre or row.released_at is not None)
        else None,
        narrative_released=row.narrative_released,
        purpose=row.purpose if readable else None,
        hides=tuple(row.hides) if reading.scope is Scope.CENTRE else None,
        identity=_identity_open(row, body),
        released_at=row.released_at,
        assignee=reading.name(row.assignee_id) if near else None,
        handed_from=row.handed_from if near else None,
        handed_to=reading.name(row.handed_to) if near else None,
        handed_to_me=row.handed_to is not None
        and row.handed_to == reading.viewer.person_id,
        return_at=row.return_at if near else None,
    )


def _identity_open(row: Row[Any], body: Row[Any]) -> str:
    """Return how far who wrote is open to a body: by its part in the case, not by its extract."""
    if not row.lead:
        return "closed"
    return "open" if body.kind == BodyKind.COMM else "with_reason"
