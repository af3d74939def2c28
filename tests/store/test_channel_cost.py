"""What is done every second, and what a page asks, reads few rows among years of them."""

from datetime import timedelta

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from sqlalchemy import event, text

from benchmarks.loading import people
from hotline.actions.deliver_hooks import promise_due
from hotline.actions.fetch_recording import sweep_recordings
from hotline.actions.reconcile_calls import close_calls
from hotline.actions.set_presence import settle_presence
from hotline.actions.watch_channels import watch_channels
from hotline.store import (
    call_bar,
    call_figures,
    callback_list,
    callbacks,
    calls,
    conservation,
    contact_lists,
    follow_ups,
    hooks,
    media,
    media_view,
    outbound,
    presence,
    recordings,
    signs,
    thread_view,
    threads,
)
from tests.store.case_rows import a_viewer
from tests.store.channel_rows import GROWN, grow_channels

CONTACTS = 20_000  # one a minute; each with a call, a recording, an answer, a picture ...
FEW = 400  # rows: some pages of a list, or two hours of calls
TWO_HOURS = timedelta(hours=2)
WEEKS = timedelta(days=28)
HALF_HOUR = timedelta(minutes=30)

EVERY_SECOND = {
    "calls that are over": lambda tx, _: calls.overdue(tx, timedelta(hours=9), 100),
    "recordings whose end nobody heard": lambda tx, _: recordings.forgotten_ends(
        tx, HALF_HOUR
    ),
    "recordings whose time is over": lambda tx, _: recordings.drop_due(tx),
    "events for partners": lambda tx, _: hooks.due(tx, 100),
    "who forgot to leave": lambda tx, _: presence.run_out(tx, tx.now - WEEKS),
    "open calls of an exchange": lambda tx, _: calls.open_of(tx, "measured"),
    "who may be rung": lambda tx, _: calls.ready_operators(tx),
    "the equation of intake": lambda tx, _: conservation.balances(tx),
    "a channel of few messages": lambda tx, _: signs.moments(tx, "viber", WEEKS),
    "a channel of none": lambda tx, _: signs.moments(tx, "sms", WEEKS),
}
FOR_A_CALL = {
    "an operator's calls": lambda tx, at: calls.of_operator(tx, at.call.operator_id),
    "a call on the bar": lambda tx, at: call_bar.of_row(tx, at.viewer, at.call),
    "who called before": lambda tx, at: calls.earlier(tx, at.call.caller_hash, None),
    "a call-back of late": lambda tx, at: callbacks.recent(tx, at.call, HALF_HOUR),
    "got through since": lambda tx, at: callbacks.through_since(
        tx, at.call.caller_hash, at.call
    ),
    "end call-backs": lambda tx, at: callbacks.cancel(tx, at.call.caller_hash, "x"),
    "open call-backs": lambda tx, at: callback_list.waiting(tx, at.viewer),
    "forget a caller": lambda tx, at: calls.forget(tx, at.call.contact_id),
    "recordings of a call": lambda tx, at: recordings.of_call(tx, at.call.id),
    "figures of two hours": lambda tx, at: call_figures.incoming(
        tx, at.viewer, tx.now - TWO_HOURS, tx.now
    ),
    "spans of two hours": lambda tx, _: call_figures.spans(tx, tx.now - TWO_HOURS, tx.now),
}
FOR_A_PAGE = {
    "the head of the queue": lambda tx, at: contact_lists.first_waiting(tx, at.viewer, 10),
    "media of a contact": lambda tx, at: media.of_contact(tx, at.root),
    "who opened a picture": lambda tx, at: media_view._openings(tx, [at.call.id]),
    "what is unsettled": lambda tx, at: thread_view.unsettled(tx, at.viewer),
    "when a thread was heard": lambda tx, at: thread_view.heard_at(tx, at.chat),
    "how to write to a thread": lambda tx, at: thread_view.policy_row(tx, at.chat),
    "a web thread's words": lambda tx, at: threads.written(tx, at.root),
    "a web thread's answers": lambda tx, at: threads.answered(tx, at.root),
    "whether a web thread moved": lambda tx, at: threads.version(tx, at.root),
    "what contacts go on from": lambda tx, at: follow_ups.roots(tx, [at.chat.id, at.last]),
    "a whole thread": lambda tx, at: follow_ups.whole(tx, at.root),
    "who waits after a root": lambda tx, at: follow_ups.waiting_after(tx, [at.root]),
    "when a thread was told": lambda tx, at: outbound.told_at(tx, at.chat.thread_hash),
}
READ = text(
    "SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) AS n"
    " FROM pg_stat_xact_user_tables"
)


class At:
    """Whom and what is asked for."""

    def __init__(self, viewer, last):
        self.viewer, self.last = viewer, last
        self.root = self.call = self.chat = None

    async def find(self, tx):
        [self.call] = await tx.rows(text("SELECT * FROM calls ORDER BY id DESC LIMIT 1"))
        [self.chat] = await tx.rows(
            text(f"SELECT * FROM contacts WHERE id = {self.last - 3}")
        )
        [web] = await tx.rows(
            text("SELECT max(follows_id) AS id FROM contacts WHERE follows_id IS NOT NULL")
        )
        self.root = web.id


@pytest.fixture
async def grown(rt, database, clock):
    for table in GROWN:  # a vacuum that comes by would change a plan in between
        await database.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    operator, _ = await people(database)
    last = await grow_channels(database, CONTACTS, operator, clock.now())
    found = At(a_viewer("operator", person=operator), last)
    async with rt.transaction(found.viewer) as tx:
        await found.find(tx)
    return found


async def read(tx, doing):
    """Return the rows that `doing` read in each table, once every plan is settled."""
    for _ in range(6):
        await doing()
    before = {row.relname: row.n for row in await tx.rows(READ)}
    await doing()
    after = {row.relname: row.n for row in await tx.rows(READ)}
    return {name: n - before.get(name, 0) for name, n in after.items() if name in GROWN}


@pytest.mark.slow
async def test_among_years_of_rows_each_question_reads_few(rt, grown):
    asked = EVERY_SECOND | FOR_A_CALL | FOR_A_PAGE
    too_many = {}
    for what, doing in asked.items():
        async with rt.transaction(grown.viewer) as tx:
            found = await read(tx, lambda doing=doing, tx=tx: doing(tx, grown))
        if sum(found.values()) > FEW:
            too_many[what] = found
    assert too_many == {}


DUTIES = {  # statements of one turn, BEGIN and COMMIT aside
    close_calls: 1,
    sweep_recordings: 2,
    promise_due: 1,
    settle_presence: 1,
    watch_channels: 11,  # one of signs, and one a channel
}


async def test_a_turn_of_the_supervisor_that_finds_nothing_is_few_statements(rt):
    told = []

    @event.listens_for(rt.engine.sync_engine, "before_cursor_execute")
    def count(_connection, _cursor, statement, *_):
        told.append(statement)

    found = {}
    for duty in DUTIES:
        await duty(rt)  # connected, and what it makes at first made
        told.clear()
        await duty(rt)
        found[duty] = len(told)
    assert found == DUTIES
