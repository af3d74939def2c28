"""The complaints of a case, for people at 111 whom it does not complain of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from hotline.errors import NotAllowed
from hotline.identity.viewer import Viewer
from hotline.store import bodies, cases, complaints
from hotline.store.opened_parts import OpenedParts, opened
from hotline.store.people import people_names
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import Scope, scope_of


class ComplaintView(View, frozen=True):
    """Who is out of a case, who said so, and how far setting it aside has come."""

    id: int
    kind: str
    body: str | None
    name_kk: str | None  # of the body, or of the person, or as it was said
    name_ru: str | None
    person: str | None  # user name
    shuts_out: bool  # a name that nobody in the directory has shuts nobody out
    reason: str | None
    declared_by: str | None  # None: the report itself
    at: datetime
    lift_reason: str | None
    lift_proposed_by: str | None
    lift_confirmed_by: str | None
    lifted_at: datetime | None


async def of_case(
    tx: Transaction, viewer: Viewer, number: str, number_key: bytes
) -> tuple[ComplaintView, ...]:
    """Return the complaints, oldest first. Errors: NotFound; NotAllowed outside 111."""
    case = await cases.read(tx, viewer, number, number_key)
    if scope_of(viewer, case) is not Scope.CENTRE:
        raise NotAllowed("people at 111 read whom a case complains of")
    rows = await complaints.of_case(tx, case.id)
    who = ("person_id", "declared_by", "lifted_by", "lifted_second")
    ids = {getattr(row, name) for row in rows for name in who} - {None}
    people = await people_names(tx, ids)
    named = await bodies.names(tx) if any(row.body_id for row in rows) else {}
    parts = await opened(tx, [case.id]) if rows else None
    return tuple(_view(row, people, named, parts) for row in rows)


def _view(
    row: Row[Any],
    people: Mapping[int, tuple[str, str]],
    named: Mapping[str, tuple[str, str]],
    parts: OpenedParts | None,
) -> ComplaintView:
    def words(sealed: bytes | None) -> str | None:
        return parts.text(row.case_id, "complaint", sealed) if parts and sealed else None

    def user(person: int | None) -> str | None:
        return None if person is None else people.get(person, (None,))[0]

    said = words(row.sealed_name)
    kk = ru = people[row.person_id][1] if row.person_id in people else said
    if row.body_id in named:
        kk, ru = named[row.body_id]
    return ComplaintView(
        id=row.id,
        kind=row.kind,
        body=row.body_id,
        name_kk=kk,
        name_ru=ru,
        person=user(row.person_id),
        shuts_out=row.lifted_at is None and bool(row.body_id or row.person_id),
        reason=words(row.sealed_reason),
        declared_by=user(row.declared_by),
        at=row.at,
        lift_reason=words(row.sealed_lift_reason),
        lift_proposed_by=user(row.lifted_by),
        lift_confirmed_by=user(row.lifted_second),
        lifted_at=row.lifted_at,
    )
