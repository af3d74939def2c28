"""What two people enabled reaches every process, and a conflicted person learns nothing of it."""

import pytest

from hotline.actions.follow_policy import Followed, follow_policy
from hotline.actions.try_policy import trial_of
from hotline.config.load import load
from hotline.runtime import open_runtime
from hotline.store.tables_routing import policy_trials
from hotline.workers.pulse import Pulse
from tests.whatif.past import TODAY
from tests.whatif.test_try_policy import a_case, enabled, tried


@pytest.fixture
async def other(rt, settings, clock, config):
    """Another process's runtime over the same database."""
    found = open_runtime(settings, clock=clock, config=config)
    yield found
    await found.stop()


async def test_a_process_follows_with_its_first_heartbeat(story, other):
    await enabled(story)
    assert other.config.referral.version != "tried-1"
    await Pulse(other, "web", "start-1").beat()
    assert other.config.referral.version == "tried-1"
    assert other.trial_id is not None


async def test_within_a_minute_nobody_asks_twice(story, other, database):
    pulse = Pulse(other, "web", "start-1")
    await pulse.beat()
    await enabled(story)
    await pulse.beat()
    assert other.trial_id is None  # it asks once a minute
    pulse._looked_at -= 60
    await pulse.beat()
    assert other.trial_id is not None


async def test_what_cannot_be_read_leaves_what_ran_before(story, other):
    """A release that no longer knows a key of an enabled file goes on with its own files."""
    made = await enabled(story)
    async with story.rt.transaction(story.who("admin")) as tx:
        row = await tx.one(policy_trials.select().where(policy_trials.c.id == made))
        broken = {name: text + "\nunknown_key: 1\n" for name, text in row.files.items()}
        await tx.run(policy_trials.update().values(state="ended"))
        values = {**row._asdict(), "files": broken, "state": "enabled"}
        values.pop("id")
        await tx.run(policy_trials.insert().values(values))
    assert await follow_policy(other) is Followed.UNREADABLE
    assert other.config == load(other.settings.config_dir, TODAY)


async def test_a_conflicted_supervisor_finds_no_line_of_the_case(story, database):
    number = await a_case(story)
    made = await tried(story)
    supervisor = story.who("supervisor")
    await database.execute(
        "UPDATE cases SET apart = ARRAY[$1::text] WHERE number = $2",
        min(supervisor.keys),
        number,
    )
    mine = await trial_of(story.rt, supervisor, made)
    theirs = await trial_of(story.rt, story.who("second supervisor"), made)
    assert number not in {one.case for one in mine.found.changes}
    assert number in {one.case for one in theirs.found.changes}
