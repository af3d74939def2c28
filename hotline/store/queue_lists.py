"""The queue of 111 in the order of danger: mine, everybody's, put off, and what is written."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement

from hotline.cases.terms import CallState, Channel
from hotline.errors import NotFound, RejectedInbound
from hotline.identity.viewer import Viewer
from hotline.store import contact_lists
from hotline.store.desk_settings import shows_graphic
from hotline.store.list_parts import COUNTED
from hotline.store.queue_cases import NONE, QueueCases, queue_cases
from hotline.store.queue_rows import QueueLine, shared_lines
from hotline.store.tables import contacts, people
from hotline.store.tables_channels import calls
from hotline.store.tables_queue import contact_holds, postponements
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.store.visibility import open_to

TABS = ("mine", "shared", "put_off", "messages")
SPOKEN = (Channel.PHONE, Channel.CALL_NOTE, Channel.PARTNER)  # nobody writes on there
LIVE = (CallState.CONNECTED, CallState.HELD, CallState.WRAP_UP)


class Talk(View, frozen=True):
    """A call that runs: nobody has written anything of it yet."""

    operator: str
    since: datetime
    writing: bool


class QueuePage(View, frozen=True):
    """One tab of the queue with the counts of all; `total`: of this tab.

    `cases`: what stands above and below the contacts of the shared tab.
    """

    tab: str
    items: tuple[QueueLine, ...]
    counts: Mapping[str, int]
    talks: tuple[Talk, ...]
    more: bool
    cases: QueueCases = NONE

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
    own, known = held_by(viewer.person_id), open_to(viewer, contacts)
    ids = await head(tx, of_tab(tx, tab, own), limit + 1, known)
    opens = await shows_graphic(tx, viewer.person_id)
    rows = await shared_lines(tx, ids[:limit], codes)
    return QueuePage(
        tab=tab,
        items=tuple(row.seen_by(viewer.person_id, opens=opens) for row in rows),
        counts=await _counts(tx, own, known),
        talks=await talks(tx, known) if tab == "shared" else (),
        more=len(ids) > limit,
        cases=await queue_cases(tx, viewer) if tab == "shared" else NONE,
    )


def waits_later(tx: Transaction) -> ColumnElement[bool]:
    """Return whether a contact was put off; whatever became danger since is not."""
    later = exists(
        select(postponements.c.contact_id).where(
            postponements.c.contact_id == contacts.c.id, postponements.c.until > tx.now
        )
    )
    return and_(later, contacts.c.urgency > 1, ~contacts.c.danger)


def held_by(person_id: int) -> ColumnElement[bool]:
    """Return whether a contact is in this person's hands."""
    return exists(
        select(contact_holds.c.contact_id).where(
            contact_holds.c.contact_id == contacts.c.id,
            contact_holds.c.person_id == person_id,
        )
    )


def running() -> ColumnElement[bool]:
    """Return whether the contact is a call that somebody is still talking on."""
    return and_(
        contacts.c.channel == Channel.PHONE,
        exists(
            select(calls.c.id).where(
                calls.c.contact_id == contacts.c.id, calls.c.state.in_(LIVE)
            )
        ),
    )


def of_tab(tx: Transaction, tab: str, own: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a waiting contact stands under a tab. `own`: it is in one's hands."""
    if tab == "mine":
        return and_(own, ~waits_later(tx))
    if tab == "put_off":
        return waits_later(tx)
    if tab == "messages":
        return and_(contacts.c.channel.not_in(SPOKEN), ~waits_later(tx))
    return and_(~own, ~waits_later(tx), ~running())


async def head(
    tx: Transaction,
    under: ColumnElement[bool],
    limit: int,
    known: ColumnElement[bool] | None = None,
) -> list[int]:
    """Return the first of what waits, danger first. `known`: what the reader may know of."""
    c = contacts.c
    parts = [
        select(c.id, c.urgency, contact_lists.BEHIND.label("behind"), c.danger_score)
        .where(part, under, true() if known is None else known)
        .order_by(c.urgency, contact_lists.BEHIND, c.danger_score.desc(), c.id)
        .limit(limit)
        .subquery()
        .select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    order = (both.c.urgency, both.c.behind, both.c.danger_score.desc(), both.c.id)
    rows = await tx.rows(select(both).order_by(*order).limit(limit))
    return [row.id for row in rows]


async def _counts(
    tx: Transaction, own: ColumnElement[bool], known: ColumnElement[bool]
) -> dict[str, int]:
    """Return how many stand under each tab, up to COUNTED."""
    told = [of_tab(tx, tab, own).label(tab) for tab in TABS]
    parts = [
        select(*told).where(part, known).limit(COUNTED).subquery().select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    row = await tx.one(
        select(*(func.count().filter(both.c[tab]).label(tab) for tab in TABS))
    )
    return {tab: int(getattr(row, tab)) for tab in TABS}


async def talks(
    tx: Transaction, known: ColumnElement[bool] | None = None
) -> tuple[Talk, ...]:
    """Return who is talking now. `known`: of which contacts the reader may know."""
    rows = await tx.rows(
        select(
            calls.c.state, calls.c.answered_at, calls.c.started_at, people.c.display_name
        )
        .join(people, people.c.id == calls.c.operator_id)
        .outerjoin(contacts, contacts.c.id == calls.c.contact_id)
        .where(
            calls.c.state.in_(LIVE),
            or_(contacts.c.id.is_(None), true() if known is None else known),
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
