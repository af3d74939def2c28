"""However a replay ends, its trial says so: nothing waits for ever, nothing repeats for ever."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from hotline.actions.replay_past import replay_past
from hotline.actions.try_policy import AT_ONCE_WITHIN, refuse_trials, trial_of, try_policies
from hotline.cases.terms import QueueName
from hotline.config.load import load
from hotline.identity.viewer import TRIAGE
from hotline.store import outbox
from tests.console.console_world import signed_in
from tests.whatif.past import TODAY
from tests.whatif.test_try_policy import a_case, tried


async def owed(story):
    """Return the ids of promised work that a relay would send now."""
    async with story.rt.transaction(TRIAGE) as tx:
        sent = await outbox.lease(tx, QueueName.BULK, limit=99, span=AT_ONCE_WITHIN)
    return [one.id for one in sent if one.job == "try_policy"]


async def seen(story, trial_id):
    return await trial_of(story.rt, story.who("supervisor"), trial_id)


@asynccontextmanager
async def in_the_midst(database, coroutine):
    """Run a replay up to the clocks, which it reads last; it goes on after the block."""
    async with database.transaction():
        await database.execute("LOCK TABLE clock_events IN ACCESS EXCLUSIVE MODE")
        replay = asyncio.create_task(coroutine)
        while not await database.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
        ):
            await asyncio.sleep(0.01)
        yield replay


async def broken_off(story, database):
    """A trial whose request ends while the past is being read; return its id."""
    async with in_the_midst(database, tried(story)) as asked:
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
    return await database.fetchval("SELECT max(id) FROM policy_trials")


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
    async with in_the_midst(database, try_policies(story.rt, [row])) as replay:
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


async def test_what_is_written_while_the_past_is_read_is_not_half_counted(story, database):
    """A replay reads decisions first and clocks later: both as they were when it began."""
    await a_case(story)
    before = await story.count("clocks")
    same = load(story.rt.settings.config_dir, TODAY)
    async with in_the_midst(database, replay_past(story.rt, same, 30)) as replay:
        await database.execute("SET LOCAL session_replication_role = replica")
        await database.execute(
            """
            INSERT INTO clocks SELECT (jsonb_populate_record(c, '{"id": 987654321}')).*
            FROM clocks c ORDER BY c.id LIMIT 1
            """
        )
    assert await story.count("clocks") == before + 1
    assert sum(one.replayed for one in (await replay).clocks) == before
