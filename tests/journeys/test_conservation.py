"""What came in still stands somewhere, whatever people and machines did with it."""

from datetime import timedelta

import pytest

from hotline.actions.close_contact import close_contact
from hotline.actions.fold_counters import fold_counters
from hotline.actions.verify_intake import verify_intake
from hotline.actions.watch_channels import watch_channels
from hotline.cases.terms import Channel
from hotline.identity.viewer import Machine
from hotline.store import signs
from tests.builders import DANGER, QUESTION, a_call, a_contact, everybody


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def balance(rt, channel):
    found = await verify_intake(rt)
    assert found.faults == ()
    [one] = [one for one in found.balances if one.channel == channel]
    assert one.difference == 0
    return one


async def test_a_day_of_work_adds_up(rt, people):
    operator = people["operator"].viewer
    for _ in range(3):
        await a_contact(rt, QUESTION, channel=Channel.TELEGRAM)
    await a_contact(rt, DANGER, channel=Channel.TELEGRAM)  # triage opens a case
    spam = await a_contact(rt, QUESTION, channel=Channel.TELEGRAM)
    asked = await a_contact(rt, QUESTION, channel=Channel.TELEGRAM)
    await close_contact(rt, operator, spam, "spam")
    await close_contact(rt, operator, asked, "information_given")
    await a_call(rt, people["operator"], urgency=2)
    await fold_counters(rt)
    one = await balance(rt, "telegram")
    assert (one.received, one.new, one.spam, one.pending) == (6, 2, 1, 3)
    assert (await balance(rt, "phone")).new == 1


async def test_a_row_changed_past_the_use_cases_is_named(rt, people, database):
    await a_contact(rt, QUESTION, channel=Channel.SMS, triaged=False)
    await database.execute("UPDATE counter_deltas SET n = n + 1 WHERE name = 'received'")
    found = await verify_intake(rt)
    assert not found.holds
    assert [one.difference for one in found.balances] == [1]


async def test_a_contact_without_what_came_in_is_named(rt, people, database):
    await a_contact(rt, QUESTION, channel=Channel.SMS, triaged=False)
    await database.execute("UPDATE contacts SET sealed_raw = NULL")
    found = await verify_intake(rt)
    assert not found.holds
    assert [fault.partition(": ")[2] for fault in found.faults] == [
        "kept without what came in"
    ]


async def busy_days(rt, clock, days=4):
    """Every ten minutes for ten hours of each day; nothing at night."""
    for _ in range(days):
        for _ in range(60):
            await a_contact(rt, QUESTION, channel=Channel.SMS, triaged=False)
            clock.forward(timedelta(minutes=10))
        clock.forward(timedelta(hours=14))


async def test_a_busy_channel_that_falls_silent_is_told_once(rt, clock, people):
    await busy_days(rt, clock)  # until ten in the morning, when the next should come
    assert await watch_channels(rt) == []
    clock.forward(timedelta(hours=2))
    assert await watch_channels(rt) == ["sms:silent"]
    assert await watch_channels(rt) == []
    await a_contact(rt, QUESTION, channel=Channel.SMS)
    assert await watch_channels(rt) == []
    async with rt.transaction(Machine("test")) as tx:
        [sms] = await signs.view(tx)
    assert (sms.name, sms.state) == ("sms", "ok")


async def test_a_flood_does_not_blind_the_watch(rt, clock, people, database):
    await busy_days(rt, clock)
    await database.execute("SET session_replication_role = replica")
    await database.execute(
        "INSERT INTO contacts (id, receipt, channel, account, external_id, state, received_at,"
        " danger, danger_score, urgency)"
        " SELECT 26900000000 + n, 'f-' || n, 'sms', 'flood', n::text, 'received',"
        " $1::timestamptz + n * interval '100 ms', false, 0, 3 FROM generate_series(1, 6000) n",
        clock.now(),
    )
    clock.forward(timedelta(minutes=15))
    assert await watch_channels(rt) == []
    clock.forward(timedelta(hours=2))
    assert await watch_channels(rt) == ["sms:silent"]


async def test_one_busy_day_is_no_habit(rt, clock, people):
    await busy_days(rt, clock, days=1)
    clock.forward(timedelta(hours=8))
    assert await watch_channels(rt) == []


async def test_a_connection_that_fails_is_told_until_it_answers(rt, clock):
    async def note(what, *said):
        async with rt.transaction(Machine("test")) as tx:
            await what(tx, "imap", *said)

    await note(signs.heard)
    assert await watch_channels(rt) == []
    clock.forward(timedelta(minutes=1))
    await note(signs.failed, "login_refused")
    assert await watch_channels(rt) == ["imap:failing"]
    clock.forward(timedelta(minutes=1))
    await note(signs.heard)
    assert await watch_channels(rt) == []
