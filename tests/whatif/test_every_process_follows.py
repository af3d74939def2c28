"""What two people enabled reaches every process, and a conflicted person learns nothing of it."""

from datetime import timedelta

import pytest

from hotline.actions.enable_policy import propose_policy, roll_back_policy
from hotline.actions.follow_policy import Followed, follow_policy
from hotline.actions.sync_bodies import rows_of
from hotline.actions.try_policy import list_trials, trial_of
from hotline.config.load import load
from hotline.runtime import open_runtime
from hotline.store.tables_routing import policy_trials
from hotline.workers.pulse import Pulse
from tests.console.console_world import signed_in
from tests.whatif.past import TODAY
from tests.whatif.test_try_policy import a_case, changed, enabled, tried


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
    running = (await list_trials(other, story.who("admin"))).running
    await roll_back_policy(
        other, story.who("supervisor"), running
    )  # leaving needs no reading
    assert (await list_trials(other, story.who("admin"))).running is None
    assert await follow_policy(other) is Followed.SAME


async def test_bodies_of_an_unreadable_directory_end_and_those_kept_by_hand_stay(
    story, other, database
):
    more = (
        '  - kind: COMM\n    id: "comm-{region}"',
        (
            '  - kind: AMB\n    id: "amb-new-{region}"\n'
            '    name: {kk: "Жаңа, {kk}", ru: "Новая, {ru}"}\n'
            "    regions: *all\n    valid_from: 2026-01-01\n"
            '  - kind: COMM\n    id: "comm-{region}"'
        ),
    )
    made = await enabled(story, changed("bodies.yaml", more))
    await database.execute("UPDATE bodies SET source = 'admin' WHERE id = 'amb-new-39'")
    await database.execute("ALTER TABLE policy_trials DISABLE TRIGGER USER")
    await database.execute(
        "UPDATE policy_trials SET files = jsonb_set(files, '{bodies.yaml}', '\"a: [\"')"
    )
    await database.execute("ALTER TABLE policy_trials ENABLE TRIGGER USER")
    await roll_back_policy(other, story.who("supervisor"), made)
    said = await database.fetch(
        "SELECT id, status FROM bodies WHERE id ~ '^amb-new-(71|39)'"
    )
    assert {row["id"]: row["status"] for row in said} == {
        "amb-new-71": "planned",
        "amb-new-39": "active",
    }
    named = [row["id"] for row in rows_of(other.config)]
    ask = "SELECT count(*) FROM bodies WHERE id = ANY($1) AND status = 'planned'"
    before = sum(row["status"] == "planned" for row in rows_of(other.config))
    assert await database.fetchval(ask, named) == before


async def test_in_a_year_that_the_tried_calendar_lacks_one_still_goes_back(
    story, client, database
):
    """Over the trial before it too, which has the same calendar: config/ is what holds."""
    short = ("years: {first: 2020, last: 2030}", "years: {first: 2020, last: 2027}")
    first = await enabled(story, changed("calendar.yaml", short))
    slower = ("2: {work: PT4H}, 3: {work_days: 1}", "2: {work: PT6H}, 3: {work_days: 1}")
    second = await enabled(story, changed("sla.yaml", slower), "admin", "supervisor")
    proposed = await tried(story, changed("referral.yaml"))
    await propose_policy(story.rt, story.who("supervisor"), proposed)
    story.clock.forward(timedelta(days=60))
    browser = await signed_in(client, story.people["admin"], lang="ru")
    await browser.get(f"/what-if/{proposed}")
    refused = await browser.post(f"/what-if/{proposed}/enable")
    assert refused.status == 422
    assert "Больше не подходит к файлам службы" in await refused.text()
    assert (await browser.post(f"/what-if/{second}/roll-back")).status == 303
    page = await list_trials(story.rt, story.who("admin"))
    assert page.running is None
    assert {one.state for one in page.items if one.id in {first, second}} == {"ended"}
    assert story.rt.config.sla.version != "tried-1"


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
    # The only case: a figure beside an empty list would tell of it.
    assert (mine.found.changed, mine.found.load) == ({}, ())
    assert theirs.found.changed["route"] >= 1
    assert theirs.found.load
