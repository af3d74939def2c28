"""However a replay ends, its trial says so: nothing waits for ever, nothing repeats for ever."""

import asyncio
from contextlib import suppress

import pytest

from hotline.actions.try_policy import AT_ONCE_WITHIN, refuse_trials, trial_of, try_policies
from hotline.cases.terms import QueueName
from hotline.identity.viewer import TRIAGE
from hotline.store import outbox
from tests.console.console_world import signed_in
from tests.whatif.test_try_policy import a_case, tried


async def owed(story):
    """Return the ids of promised work that a relay would send now."""
    async with story.rt.transaction(TRIAGE) as tx:
        sent = await outbox.lease(tx, QueueName.BULK, limit=99, span=AT_ONCE_WITHIN)
    return [one.id for one in sent if one.job == "try_policy"]


async def seen(story, trial_id):
    return await trial_of(story.rt, story.who("supervisor"), trial_id)


async def broken_off(story, engine_line):
    """A trial whose request ends while the past is being read; return its id."""
    async with engine_line.transaction():
        await engine_line.execute("LOCK TABLE clock_events IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(tried(story))
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not await engine_line.fetchval(waits):
            await asyncio.sleep(0.01)
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
    return await engine_line.fetchval("SELECT max(id) FROM policy_trials")


async def test_a_trial_whose_request_ended_early_is_replayed_by_a_job(story, database):
    await a_case(story)
    made = await broken_off(story, database)
    assert (await seen(story, made)).state == "waiting"
    assert await owed(story) == []  # the request might yet be at it
    story.clock.forward(AT_ONCE_WITHIN)
    (row,) = await owed(story)
    assert await try_policies(story.rt, [row]) == 1
    assert (await seen(story, made)).found.changed["route"] >= 1


async def test_what_was_replayed_at_once_is_promised_to_nobody(story):
    await a_case(story)
    await tried(story)
    story.clock.forward(AT_ONCE_WITHIN)
    assert await owed(story) == []


async def test_a_replay_that_takes_too_long_is_refused_and_not_begun_again(
    story, database, client, monkeypatch
):
    await a_case(story)
    made = await broken_off(story, database)
    story.clock.forward(AT_ONCE_WITHIN)
    monkeypatch.setattr("hotline.actions.try_policy.LONGEST_S", 0.0)
    (row,) = await owed(story)
    assert await try_policies(story.rt, [row]) == 1
    after = await seen(story, made)
    assert (after.state, after.refused, after.found) == ("refused", "too_long", None)
    assert await try_policies(story.rt, [row]) == 0
    browser = await signed_in(client, story.people["supervisor"], lang="ru")
    await browser.get(f"/what-if/{made}")
    assert "Пересчёт длился слишком долго" in browser.html
    assert 'data-testid="trial-waits"' not in browser.html


async def test_while_a_replay_goes_on_no_relay_sends_its_row_again(story, database):
    """A relay's lease is a minute; a replay may take ten."""
    await a_case(story)
    await broken_off(story, database)
    story.clock.forward(AT_ONCE_WITHIN)
    (row,) = await owed(story)
    async with database.transaction():
        await database.execute("LOCK TABLE clock_events IN ACCESS EXCLUSIVE MODE")
        replay = asyncio.create_task(try_policies(story.rt, [row]))
        while not await database.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ):
            await asyncio.sleep(0.01)
        story.clock.forward(AT_ONCE_WITHIN * 2)
        assert await owed(story) == []
    assert await replay == 1


@pytest.mark.parametrize("twice", [False, True])
async def test_a_replay_that_died_leaves_its_trial_refused(story, database, twice):
    await a_case(story)
    made = await broken_off(story, database)
    story.clock.forward(AT_ONCE_WITHIN)
    (row,) = await owed(story)
    if twice:  # it died after all had been written
        await try_policies(story.rt, [row])
    await refuse_trials(story.rt, [row], "failed")
    after = await seen(story, made)
    expected = ("tried", None) if twice else ("refused", "failed")
    assert (after.state, after.refused) == expected
    assert await try_policies(story.rt, [row]) == 0
