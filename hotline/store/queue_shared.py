"""The queue of 111 read once for all who watch it.

What differs from one person to the next is put in afterwards, from the same rows. Whose
conflict anything that waits may be gets nothing of it: their list is read for them alone,
with `open_to` in every statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select, union_all

from hotline.identity.viewer import Viewer
from hotline.store import contact_lists, queue_lists
from hotline.store.desk_settings import who_shows_graphic
from hotline.store.list_parts import COUNTED
from hotline.store.queue_cases import NONE, QueueCases, keys_apart, queue_cases
from hotline.store.queue_lists import LIVE, SPOKEN, TABS, QueuePage, Talk
from hotline.store.queue_rows import SharedLine, shared_lines
from hotline.store.tables import contacts
from hotline.store.tables_channels import calls
from hotline.store.tables_queue import contact_holds
from hotline.store.transaction import Transaction, one_snapshot

# Rows beyond those shown, in place of what one holds oneself, and rows of all hands together:
# who has more in hand is read for by themselves.
_BEYOND, _IN_HANDS = 12, 400


@dataclass(frozen=True, slots=True)
class SharedQueue:
    """One tab as it was at one moment. `whole`: nothing stands behind its rows."""

    tab: str
    at: datetime
    rows: tuple[SharedLine, ...]
    whole: bool
    counts: Mapping[int | None, Mapping[str, int]]  # by who has them in hand
    talks: tuple[Talk, ...]
    apart: frozenset[str]  # the keys of all whom anything of it complains of
    opening: frozenset[int]  # who wants hard words open
    cases: QueueCases = NONE

    def of(self, viewer: Viewer, limit: int) -> QueuePage | None:
        """Return the tab as `viewer` may see it; None where it must be read for them alone."""
        if not viewer.at_111 or viewer.keys & self.apart:
            return None
        person = viewer.person_id
        theirs = self.rows
        if self.tab in ("mine", "shared"):
            mine = self.tab == "mine"
            theirs = tuple(row for row in theirs if (row.holder == person) == mine)
        if not self.whole and len(theirs) <= limit:
            return None
        opens = person in self.opening
        return QueuePage(
            tab=self.tab,
            items=tuple(row.seen_by(person, opens=opens) for row in theirs[:limit]),
            counts=self._counts(person),
            talks=self.talks,
            more=len(theirs) > limit,
            cases=self.cases,
        )

    def _counts(self, person: int) -> dict[str, int]:
        """Return the same as `queue_page` counts, out of what each has in hand."""
        own = self.counts.get(person, {})
        every = {tab: sum(of_one[tab] for of_one in self.counts.values()) for tab in TABS}
        return every | {
            "mine": own.get("mine", 0),
            "shared": every["shared"] - own.get("shared", 0),
        }


async def shared_queue(
    tx: Transaction, tab: str, limit: int, codes: Mapping[str, str]
) -> SharedQueue:
    """Return one tab for all of 111, as it is at one moment. Begins its transaction."""
    await one_snapshot(tx)
    anybody = exists(
        select(contact_holds.c.contact_id).where(
            contact_holds.c.contact_id == contacts.c.id
        )
    )
    most = _IN_HANDS if tab == "mine" else limit + 1 + _BEYOND
    if tab == "shared":
        under = and_(~queue_lists.waits_later(tx), ~queue_lists.running())
    else:
        under = queue_lists.of_tab(tx, tab, anybody)
    ids = await queue_lists.head(tx, under, most)
    return SharedQueue(
        tab=tab,
        at=tx.now,
        rows=await shared_lines(tx, ids, codes),
        whole=len(ids) < most,
        counts=await _counts(tx),
        talks=await queue_lists.talks(tx) if tab == "shared" else (),
        apart=await apart_now(tx),
        opening=await who_shows_graphic(tx),
        cases=await queue_cases(tx) if tab == "shared" else NONE,
    )


async def apart_now(tx: Transaction) -> frozenset[str]:
    """Return the keys of all whom anything complains of that waits, or is talked of now.

    Of cases: all that 111 may have to decide or to watch.
    """
    talked = contacts.c.id.in_(select(calls.c.contact_id).where(calls.c.state.in_(LIVE)))
    parts = [
        select(func.unnest(contacts.c.apart).label("key")).where(
            part, contacts.c.apart.is_not(None)
        )
        for part in (*contact_lists.waiting_parts(), talked)
    ]
    keys = union_all(*parts, keys_apart()).subquery()
    return frozenset(row.key for row in await tx.rows(select(keys.c.key).distinct()))


async def _counts(tx: Transaction) -> dict[int | None, dict[str, int]]:
    """Return how many stand under each tab, up to COUNTED, by who has them in hand."""
    later = queue_lists.waits_later(tx)
    told = {
        "mine": and_(contact_holds.c.person_id.is_not(None), ~later),
        "shared": and_(~later, ~queue_lists.running()),
        "put_off": later,
        "messages": and_(contacts.c.channel.not_in(SPOKEN), ~later),
    }
    parts = [
        select(
            contact_holds.c.person_id.label("holder"),
            *(under.label(tab) for tab, under in told.items()),
        )
        .outerjoin(contact_holds, contact_holds.c.contact_id == contacts.c.id)
        .where(part)
        .limit(COUNTED)
        .subquery()
        .select()
        for part in contact_lists.waiting_parts()
    ]
    both = union_all(*parts).subquery()
    counted = (func.count().filter(both.c[tab]).label(tab) for tab in TABS)
    rows = await tx.rows(select(both.c.holder, *counted).group_by(both.c.holder))
    return {row.holder: {tab: int(getattr(row, tab)) for tab in TABS} for row in rows}
