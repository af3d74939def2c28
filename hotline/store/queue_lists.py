"""The queue of 111 in the order of danger: mine, everybody's, put off, and what is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.graphic import graphic
from hotline.cases.terms import CallState, Channel
from hotline.errors import NotFound, RejectedInbound
from hotline.identity.viewer import Viewer
from hotline.store import contact_lists, looking
from hotline.store.desk_settings import shows_graphic
from hotline.store.list_parts import COUNTED, ContactLine
from hotline.store.opened_parts import OpenedParts, identity_of, mask_phone, opened
from hotline.store.people import people_names
from hotline.store.tables import contacts, people
from hotline.store.tables_channels import calls, media, recordings
from hotline.store.tables_queue import contact_holds, postponements
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

TABS = ("mine", "shared", "put_off", "messages")
SPOKEN = (Channel.PHONE, Channel.CALL_NOTE, Channel.PARTNER)  # nobody writes on there
_LIVE = (CallState.CONNECTED, CallState.HELD, CallState.WRAP_UP)


class QueueLine(View, frozen=True):
    """One row: the contact, and who is on it. `who`: masked; `put_off`: until when and why."""

    contact: ContactLine
    who: str | None
    anonymous: bool
    pictures: int
    sounds: int
    held_by: str | None
    mine: bool
    lookers: tuple[str, ...]
    put_off: datetime | None
    put_off_why: str | None
    covered: str | None  # what kind of hard words it holds; None: none, or wanted open


class Talk(View, frozen=True):
    """A call that runs: nobody has written anything of it yet."""

    operator: str
    since: datetime
    writing: bool


class QueuePage(View, frozen=True):
    """One tab of the queue with the counts of all; `total`: of this tab."""

    tab: str
    items: tuple[QueueLine, ...]
    counts: Mapping[str, int]
    talks: tuple[Talk, ...]
    more: bool

    @property
    def total(self) -> int:
        """Return how many stand under this tab."""
        return self.counts[self.tab]


async def queue_page(
    tx: Transaction, viewer: Viewer, tab: str, limit: int, codes: Mapping[str, str]
) -> QueuePage:
    """Return the head of one tab. `codes`: the topic of each danger rule.

    Errors: NotFound outside 111; RejectedInbound.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    if tab not in TABS:
        raise RejectedInbound("no such tab", code="unknown_tab", field="tab")
    rows = await tx.rows(_head(tx, viewer, tab, limit + 1))
    ids = [row.id for row in rows[:limit]]
    return QueuePage(
        tab=tab,
        items=await _lines(tx, viewer, ids, codes),
        counts=await _counts(tx, viewer),
        talks=await _talks(tx, viewer) if tab == "shared" else (),
        more=len(rows) > limit,
    )


def _waits_later(tx: Transaction) -> ColumnElement[bool]:
    """Return whether a contact was put off; whatever became danger since is not."""
    later = exists(
        select(postponements.c.contact_id).where(
            postponements.c.contact_id == contacts.c.id, postponements.c.until > tx.now
        )
    )
    return and_(later, contacts.c.urgency > 1, ~contacts.c.danger)


def _held_by(viewer: Viewer) -> ColumnElement[bool]:
    return exists(
        select(contact_holds.c.contact_id).where(
            contact_holds.c.contact_id == contacts.c.id,
            contact_holds.c.person_id == viewer.person_id,
        )
    )


def _running() -> ColumnElement[bool]:
    """Return whether the contact is a call that somebody is still talking on."""
    return and_(
        contacts.c.channel == Channel.PHONE,
        exists(
            select(calls.c.id).where(
                calls.c.contact_id == contacts.c.id, calls.c.state.in_(_LIVE)
            )
        ),
    )


def _of_tab(tx: Transaction, viewer: Viewer, tab: str) -> ColumnElement[bool]:
    if tab == "mine":
        return and_(_held_by(viewer), ~_waits_later(tx))
    if tab == "put_off":
        return _waits_later(tx)
    if tab == "messages":
        return and_(contacts.c.channel.not_in(SPOKEN), ~_waits_later(tx))
    return and_(~_held_by(viewer), ~_waits_later(tx), ~_running())


def _head(tx: Transaction, viewer: Viewer, tab: str, limit: int) -> Any:
    c = contacts.c
    parts = [
        select(c.id, c.urgency, contact_lists.BEHIND.label("behind"), c.danger_score)
        .where(part, _of_tab(tx, viewer, tab), open_to(viewer, contacts))
        .order_by(c.urgency, contact_lists.BEHIND, c.danger_score.desc(), c.id)
        .limit(limit)
        .subquery()
        .select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    order = (both.c.urgency, both.c.behind, both.c.danger_score.desc(), both.c.id)
    return select(both).order_by(*order).limit(limit)


async def _counts(tx: Transaction, viewer: Viewer) -> dict[str, int]:
    """Return how many stand under each tab, up to COUNTED."""
    told = [_of_tab(tx, viewer, tab).label(tab) for tab in TABS]
    parts = [
        select(*told)
        .where(part, open_to(viewer, contacts))
        .limit(COUNTED)
        .subquery()
        .select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    row = await tx.one(
        select(*(func.count().filter(both.c[tab]).label(tab) for tab in TABS))
    )
    return {tab: int(getattr(row, tab)) for tab in TABS}


async def _talks(tx: Transaction, viewer: Viewer) -> tuple[Talk, ...]:
    """Return who is talking now; a call that complains of the viewer is not among them."""
    rows = await tx.rows(
        select(
            calls.c.state, calls.c.answered_at, calls.c.started_at, people.c.display_name
        )
        .join(people, people.c.id == calls.c.operator_id)
        .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
        .where(
            calls.c.state.in_(_LIVE),
            or_(contacts.c.id.is_(None), open_to(viewer, contacts)),
        )
        .order_by(calls.c.id)
        .limit(40)
    )
    return tuple(
        Talk(
            operator=row.display_name,
            since=row.answered_at or row.started_at,
            writing=row.state == CallState.WRAP_UP,
        )
        for row in rows
    )


async def _lines(
    tx: Transaction, viewer: Viewer, ids: Sequence[int], codes: Mapping[str, str]
) -> tuple[QueueLine, ...]:
    if not ids:
        return ()
    lines = await contact_lists.lines(tx, ids)
    more = {row.id: row for row in await _more(tx, ids)}
    parts = await opened(tx, ids)
    seen = await looking.others(tx, viewer, looking.CONTACT, ids)
    names = await people_names(tx, {row.held_by for row in more.values()} - {None})
    marks = await _marks(tx, ids)
    wants_open = await shows_graphic(tx, viewer.person_id)
    return tuple(
        QueueLine(
            contact=line,
            who=_who(more[i], parts),
            anonymous=more[i].anonymous,
            pictures=marks.get((i, False), 0),
            sounds=marks.get((i, True), 0),
            held_by=names.get(more[i].held_by, (None, None))[1],
            mine=more[i].held_by == viewer.person_id,
            lookers=tuple(seen.get(i, ())),
            put_off=more[i].until,
            put_off_why=more[i].reason,
            covered=None if wants_open else graphic(more[i].triage, codes),
        )
        for i, line in zip(ids, lines, strict=True)
    )


async def _more(tx: Transaction, ids: Sequence[int]) -> Sequence[Row[Any]]:
    c = contacts.c
    later = and_(
        postponements.c.contact_id == c.id,
        postponements.c.until > tx.now,
        c.urgency > 1,
        ~c.danger,
    )
    return await tx.rows(
        select(
            c.id,
            c.anonymous,
            c.triage,
            c.sealed_identity,
            contact_holds.c.person_id.label("held_by"),
            postponements.c.until,
            postponements.c.reason,
        )
        .outerjoin(contact_holds, contact_holds.c.contact_id == c.id)
        .outerjoin(postponements, later)
        .where(c.id.in_(ids))
    )


async def _marks(tx: Transaction, ids: Sequence[int]) -> dict[tuple[int, bool], int]:
    """Return how many pictures or files (False) and sounds (True) each contact has."""
    sound = media.c.kind.in_(("voice", "audio"))
    rows = await tx.rows(
        select(media.c.contact_id, sound.label("sound"), func.count().label("n"))
        .where(media.c.contact_id.in_(ids))
        .group_by(media.c.contact_id, sound)
    )
    found = {(row.contact_id, bool(row.sound)): int(row.n) for row in rows}
    heard = await tx.rows(
        select(recordings.c.contact_id, func.count().label("n"))
        .where(recordings.c.contact_id.in_(ids), recordings.c.state == "stored")
        .group_by(recordings.c.contact_id)
    )
    for row in heard:
        key = (row.contact_id, True)
        found[key] = found.get(key, 0) + int(row.n)
    return found


def _who(row: Row[Any], parts: OpenedParts) -> str | None:
    """Return who it is from, masked: enough to tell two rows apart."""
    known = parts.known(row.id, "identity", row.sealed_identity)
    phone = identity_of(known).phone if known.get("identity") else None
    return mask_phone(phone)
