"""Pages of contacts for 111: the waiting queue with danger first, all else newest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Row,
    Select,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import ClockName, ContactState, JobName
from hotline.errors import NotFound, RejectedInbound
from hotline.identity.viewer import Viewer
from hotline.store import counters
from hotline.store.cursors import pack, unpack
from hotline.store.list_parts import CAP, COUNTED, ContactFilter, ContactLine, ContactPage
from hotline.store.opened_parts import OpenedParts, opened
from hotline.store.tables import cases, clocks, contacts, outbox
from hotline.store.transaction import Transaction
from hotline.store.visibility import closed_to, open_to

PREVIEW = 140  # characters
_STATES = frozenset({*ContactState, "pending", "waiting"})
# As in the index: attached ones wait while nobody looked, screened ones only when held.
_BEFORE_A_CASE: list[ColumnElement[str]] = [
    literal_column(f"'{s}'") for s in ("received", "unparsed", "triaged")
]
_UNSEEN = and_(
    contacts.c.seen_at.is_(None),
    or_(
        contacts.c.state.in_(_BEFORE_A_CASE),
        and_(contacts.c.state == literal_column("'attached'"), ~contacts.c.screened),
    ),
)
# One of very many at once waits behind the others, but for danger; as in the index.
BEHIND: ColumnElement[bool] = literal_column(
    "(contacts.behind AND contacts.urgency > 1)", Boolean
)
_HELD = and_(
    contacts.c.seen_at.is_(None),
    contacts.c.state == ContactState.ATTACHED,
    contacts.c.screened,
)


async def contacts_page(
    tx: Transaction,
    viewer: Viewer,
    asked: ContactFilter,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> ContactPage:
    """Return one page of contacts. Errors: NotFound outside 111; RejectedInbound."""
    if not viewer.at_111:
        raise NotFound("no such page")
    if asked.state is not None and asked.state not in _STATES:
        raise RejectedInbound("no such state", code="unknown_state", field="state")
    if asked.state == "waiting":
        rows = await tx.rows(_waiting_page(viewer, asked, cursor, limit + 1))
        key = ["urgency", "behind", "danger_score", "id"]
    else:
        before = unpack(cursor, int)[0] if cursor else None
        rows = await tx.rows(_newest(viewer, asked, before, limit + 1))
        key = ["id"]
    shown = rows[:limit]
    last = [getattr(shown[-1], name) for name in key] if len(rows) > limit else None
    return ContactPage(
        items=await lines(tx, [row.id for row in shown]),
        next_cursor=pack(*last) if last is not None else None,
        total=await _total(tx, viewer, asked),
    )


async def waiting(
    tx: Transaction, viewer: Viewer, *, urgent_only: bool = False, most: int = CAP
) -> tuple[int, Any]:
    """Return how many contacts wait for a person (up to `most`) and since when the oldest."""
    narrow = contacts.c.urgency <= 1 if urgent_only else true()
    parts = [
        select(contacts.c.received_at)
        .where(part, narrow, open_to(viewer, contacts))
        .limit(most)
        .subquery()
        .select()
        for part in waiting_parts()
    ]
    both = union_all(*parts).subquery()
    row = await tx.one(
        select(
            func.least(func.count(), most).label("n"),
            func.min(both.c.received_at).label("oldest"),
        ).select_from(both)
    )
    return (int(row.n), row.oldest) if row else (0, None)


async def first_waiting(tx: Transaction, viewer: Viewer, limit: int) -> Sequence[Row[Any]]:
    """Return the head of the waiting queue, for the board."""
    head = await tx.rows(_waiting_page(viewer, ContactFilter(), None, limit))
    wide = ("id", "receipt", "case_id", "urgency", "triage", "region_hint")
    return await tx.rows(
        select(*(contacts.c[name] for name in wide)).where(
            contacts.c.id.in_([row.id for row in head])
        )
    )


def waiting_parts() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the two conditions of what waits for a person, as the indexes are."""
    held = select(cases.c.id).where(cases.c.held, cases.c.status != "closed")
    return _UNSEEN, and_(_HELD, contacts.c.case_id.in_(held))


def _filters(asked: ContactFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.channel is not None:
        found.append(contacts.c.channel == asked.channel)
    if asked.since is not None:
        found.append(contacts.c.received_at >= asked.since)
    if asked.danger is not None:  # by urgency, as the index is; a guard keeps them one
        found.append(contacts.c.urgency <= 1 if asked.danger else contacts.c.urgency > 1)
    if asked.state == "pending":
        found.append(_owed())
    elif asked.state not in (None, "waiting"):
        found.append(contacts.c.state == asked.state)
    return found


def _owed() -> ColumnElement[bool]:
    """Return whether a promise about the contact is still open."""
    return exists(
        select(outbox.c.id).where(
            outbox.c.subject_id == contacts.c.id,
            outbox.c.job == JobName.TRIAGE_CONTACT,
            outbox.c.done_at.is_(None),
        )
    )


def _waiting_page(
    viewer: Viewer, asked: ContactFilter, cursor: str | None, limit: int
) -> Select[Any]:
    c = contacts.c
    after: ColumnElement[bool] = true()
    if cursor:
        urgency, behind, score, contact_id = unpack(cursor, int, bool, float, int)
        if urgency not in range(5):
            raise RejectedInbound("this cursor is not one of ours", code="bad_cursor")
        after = and_(
            c.urgency >= urgency,  # where the index scan begins
            or_(
                c.urgency > urgency,
                false() if behind else BEHIND,
                and_(_same(behind), c.danger_score < score),
                and_(_same(behind), c.danger_score == score, c.id > contact_id),
            ),
        )
    parts = [
        select(c.id, c.urgency, BEHIND.label("behind"), c.danger_score)
        .where(part, after, open_to(viewer, contacts), *_filters(asked))
        .order_by(c.urgency, BEHIND, c.danger_score.desc(), c.id)
        .limit(limit)
        .subquery()
        .select()
        for part in waiting_parts()
    ]
    both = union_all(*parts).subquery()
    order = (both.c.urgency, both.c.behind, both.c.danger_score.desc(), both.c.id)
    return select(both).order_by(*order).limit(limit)


def _same(behind: bool) -> ColumnElement[bool]:
    return BEHIND if behind else ~BEHIND


def _newest(
    viewer: Viewer, asked: ContactFilter, before: int | None, limit: int
) -> Select[Any]:
    below = contacts.c.id < before if before is not None else true()
    if asked.state == "pending":  # driven by what is owed, not by a million contacts
        owed = select(outbox.c.subject_id).where(
            outbox.c.job == JobName.TRIAGE_CONTACT, outbox.c.done_at.is_(None)
        )
        below = and_(below, contacts.c.id.in_(owed))
    return (
        select(contacts.c.id)
        .where(below, open_to(viewer, contacts), *_filters(asked))
        .order_by(contacts.c.id.desc())
        .limit(limit)
    )


async def _total(tx: Transaction, viewer: Viewer, asked: ContactFilter) -> int:
    if (
        asked.since is None
        and asked.danger is None
        and asked.state not in ("pending", "waiting")
    ):
        known = await _counted(tx, viewer)
        return sum(
            n
            for (channel, state, _), n in known.items()
            if asked.channel in (None, channel) and asked.state in (None, state)
        )
    if asked.state == "waiting":
        if asked.channel is None and asked.since is None and asked.danger is None:
            return (await waiting(tx, viewer, most=COUNTED))[0]
        parts = [
            select(contacts.c.id)
            .where(part, _spared(viewer), *_filters(asked))
            .limit(COUNTED)
            .subquery()
            .select()
            for part in waiting_parts()
        ]
        both = union_all(*parts).subquery()
    else:
        every = select(contacts.c.id).where(_spared(viewer), *_filters(asked))
        both = every.limit(COUNTED).subquery()
    row = await tx.one(select(func.least(func.count(), COUNTED)).select_from(both))
    return int(row[0]) if row else 0


def _spared(viewer: Viewer) -> ColumnElement[bool]:
    """Return the same as `open_to`, of the id alone: counts read no rows."""
    closed = select(contacts.c.id).where(closed_to(viewer, contacts))
    return contacts.c.id.not_in(closed)


async def _counted(tx: Transaction, viewer: Viewer) -> dict[tuple[str, ...], int]:
    """Return the counters of contacts less those that complain of the viewer."""
    known = await counters.read(tx, "contact")
    key = (contacts.c.channel, contacts.c.state, contacts.c.urgency)
    closed = select(*key, func.count()).where(closed_to(viewer, contacts)).group_by(*key)
    for channel, state, urgency, n in (tuple(row) for row in await tx.rows(closed)):
        found = (channel, state, str(urgency))
        if found in known:
            known[found] -= n
    return known


async def lines(tx: Transaction, ids: Sequence[int]) -> tuple[ContactLine, ...]:
    """Return these contacts as lists show them, in the order of `ids`."""
    if not ids:
        return ()
    eyes = clocks.alias("eyes")
    wide = (
        "id receipt state channel received_at urgency danger danger_score language triage"
        " region_hint sealed_narrative"
    )
    rows = await tx.rows(
        select(*(contacts.c[name] for name in wide.split()), cases.c.number, eyes.c.due_at)
        .outerjoin(cases, cases.c.id == contacts.c.case_id)
        .outerjoin(
            eyes,
            and_(
                eyes.c.contact_id == contacts.c.id,
                eyes.c.name == ClockName.HUMAN_EYES,
                eyes.c.state.in_(("running", "paused", "breached")),
            ),
        )
        .where(contacts.c.id.in_(ids))
    )
    found = {row.id: row for row in rows}
    parts = await opened(tx, ids)
    return tuple(_line(found[i], parts) for i in ids)


def _line(row: Row[Any], parts: OpenedParts) -> ContactLine:
    triaged = row.triage or {}
    text = parts.text(row.id, "narrative", row.sealed_narrative)
    same = "receipt state channel received_at urgency danger danger_score language"
    return ContactLine(
        **{name: getattr(row, name) for name in same.split()},
        region=triaged.get("region") or row.region_hint,
        category=triaged.get("category"),
        subcategory=triaged.get("subcategory"),
        needs_human=triaged.get("needs_human"),
        human_eyes_due_at=row.due_at,
        preview=None if text is None else " ".join(text[: 2 * PREVIEW].split())[:PREVIEW],
        case=row.number,
    )
