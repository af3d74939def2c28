"""Who looked at what, from the history and the sign-ins, as far as the reader may know of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    Text,
    and_,
    cast,
    literal,
    not_,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.identity.viewer import Viewer
from hotline.store.tables import case_events, cases, contacts, people
from hotline.store.tables_admin import sign_ins
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to, open_contacts_only, visible_to

SHOWN = 60
_OPENED = ("media_opened", "recording_opened", "file_opened")
_LOOKED = ("viewed", "revealed", *_OPENED)
_FAILED = ("wrong_password", "wrong_code", "locked")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of the log. `person`, `case_id`: ids; `kind`: of codes' AUDIT."""

    person: int | None = None
    case_id: int | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str, int] | None = None  # the last row of the page before
    limit: int = SHOWN


def _of_kind(kind: str, event: Any) -> ColumnElement[bool]:
    out: ColumnElement[bool] = or_(
        event.in_(("taken_along", "work_taken")),
        event.like("%exported"),
        event.like("%printed"),
        event.like("%downloaded"),
    )
    opened = event.in_(_OPENED)
    conditions: dict[str, ColumnElement[bool]] = {
        "viewed": event == "viewed",
        "revealed": event == "revealed",
        "opened": opened,
        "exported": out,
        "changed": and_(event.not_in((*_LOOKED, "audit_read")), not_(out)),
    }
    everything: ColumnElement[bool] = event.is_not(None)
    return conditions.get(kind, everything)


async def read(tx: Transaction, viewer: Viewer, asked: Asked) -> Sequence[Row[Any]]:
    """Return rows, newest first: at, source, id, person, what, and of which case or contact.

    Without a row that tells of what complains of the reader.
    """
    parts = []
    if asked.kind not in ("signed_in", "failed"):
        parts.append(_events(viewer, asked))
    if asked.kind in ("", "signed_in", "failed") and asked.case_id is None:
        parts.append(_sign_ins(asked))
    if not parts:
        return []
    whole = union_all(*parts).subquery()
    order = (whole.c.at.desc(), whole.c.source.desc(), whole.c.id.desc())
    found = (
        select(
            whole,
            people.c.display_name,
            people.c.username,
            cases.c.number,
            contacts.c.receipt,
        )
        .outerjoin(people, people.c.id == whole.c.person_id)
        .outerjoin(cases, cases.c.id == whole.c.case_id)
        .outerjoin(contacts, contacts.c.id == whole.c.contact_id)
        .order_by(*order)
        .limit(asked.limit + 1)
    )
    return await tx.rows(found)


async def visible(tx: Transaction, viewer: Viewer, ids: Collection[int]) -> frozenset[int]:
    """Return those of some cases that the viewer may know of now."""
    rows = await tx.rows(
        select(cases.c.id).where(cases.c.id.in_(sorted(ids)), visible_to(viewer))
    )
    return frozenset(int(row.id) for row in rows)


def _window(asked: Asked, table: Any, source: str) -> list[ColumnElement[bool]]:
    told: list[ColumnElement[bool]] = []
    if asked.since is not None:
        told.append(table.c.at >= asked.since)
    if asked.until is not None:
        told.append(table.c.at < asked.until)
    if asked.after is not None:
        row = tuple_(table.c.at, cast(literal(source), Text), table.c.id)
        told.append(row < tuple_(*map(literal, asked.after)))
    return told


def _events(viewer: Viewer, asked: Asked) -> Any:
    closed = select(cases.c.id).where(closed_to(viewer))
    told = [
        case_events.c.actor_id.is_not(None),
        or_(case_events.c.case_id.is_(None), case_events.c.case_id.not_in(closed)),
        open_contacts_only(viewer, case_events.c.contact_id),
        _of_kind(asked.kind, case_events.c.event),
        *_window(asked, case_events, "event"),
    ]
    if asked.person is not None:
        told.append(case_events.c.actor_id == asked.person)
    if asked.case_id is not None:
        told.append(case_events.c.case_id == asked.case_id)
    return (
        select(
            case_events.c.at,
            cast(literal("event"), Text).label("source"),
            case_events.c.id,
            case_events.c.actor_id.label("person_id"),
            case_events.c.event.label("what"),
            case_events.c.case_id,
            case_events.c.contact_id,
            cast(literal(""), Text).label("device"),
        )
        .where(*told)
        .order_by(case_events.c.id.desc())
        .limit(asked.limit + 1)
        .subquery()
        .select()
    )


def _sign_ins(asked: Asked) -> Any:
    told = _window(asked, sign_ins, "sign_in")
    if asked.kind:
        failed = sign_ins.c.outcome.in_(_FAILED)
        told.append(failed if asked.kind == "failed" else not_(failed))
    if asked.person is not None:
        told.append(sign_ins.c.person_id == asked.person)
    nothing = cast(null(), BigInteger)
    return (
        select(
            sign_ins.c.at,
            cast(literal("sign_in"), Text).label("source"),
            sign_ins.c.id,
            sign_ins.c.person_id,
            sign_ins.c.outcome.label("what"),
            nothing.label("case_id"),
            nothing.label("contact_id"),
            sign_ins.c.device,
        )
        .where(*told)
        .order_by(sign_ins.c.id.desc())
        .limit(asked.limit + 1)
        .subquery()
        .select()
    )
