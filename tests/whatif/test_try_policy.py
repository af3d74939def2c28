"""A configuration is tried on real stored decisions, enabled by two, taken back by one."""

import pytest

from hotline.actions.enable_policy import enable_policy, propose_policy, roll_back_policy
from hotline.actions.follow_policy import Followed, follow_policy
from hotline.actions.replay_past import replay_past
from hotline.actions.try_policy import list_trials, trial_of, try_policy
from hotline.config.load import load
from hotline.errors import NotAllowed, NotFound, RuleForbids, Stale
from tests.whatif.past import FILES, TODAY

CHAIN = ("GUARD: [UZPD, GUARD]", "GUARD: [COMM, UZPD, GUARD]")


def changed(file="referral.yaml", change=CHAIN, version="tried-1"):
    """One file as somebody would change it, with a version of its own."""
    assert change[0] in FILES[file]
    lines = FILES[file].replace(*change).splitlines(keepends=True)
    return {
        file: "".join(
            f'version: "{version}"\n' if line.startswith("version:") and version else line
            for line in lines
        )
    }


async def a_case(story, **said):
    receipt = await story.message()
    given = {"subcategory": "NEG.CARE", "urgency": 2, "region": "71", **said}
    return await story.confirm(receipt, **given)


async def tried(story, files=None, who="supervisor", days=30):
    return await try_policy(story.rt, story.who(who), files or changed(), days)


async def enabled(story, files=None, who="supervisor", other="admin"):
    made = await tried(story, files, who)
    await propose_policy(story.rt, story.who(who), made)
    await enable_policy(story.rt, story.who(other), made)
    return made


async def test_the_running_configuration_changes_nothing(story):
    await a_case(story)
    await story.later(days=2)
    found = await replay_past(story.rt, load(story.rt.settings.config_dir, TODAY), 30)
    assert (found.changes, found.load, found.drifted) == ((), (), 0)
    assert found.decisions >= 1
    assert sum(one.replayed for one in found.clocks) == await story.count("clocks")


async def test_a_limit_that_becomes_working_time_is_counted_in_the_hours_of_who_was_asked(
    story, database
):
    """Kept with the clock is no body: by the rules of today elapsed time counts."""
    night = '{"mon": ["00:00-24:00"], "tue": ["00:00-24:00"], "wed": ["00:00-24:00"]}'
    await database.execute(
        "UPDATE bodies SET source = 'admin', hours = $1 WHERE id LIKE '%-71'", night
    )
    await a_case(story, urgency=1)
    started = await database.fetchval(
        "SELECT started_at FROM clocks WHERE name = 'acceptance' AND body_id IS NULL"
    )
    elapsed, working = (
        "0: {clock: PT15M}, 1: {clock: PT1H}",
        "0: {clock: PT15M}, 1: {work: PT1H}",
    )
    made = await tried(story, changed("sla.yaml", (elapsed, working)))
    seen = await trial_of(story.rt, story.who("supervisor"), made)
    due = [one.after["due_at"] for one in seen.found.changes if one.what == "acceptance"]
    # It is Friday; they work on Mondays from midnight on, which is 19:00 on Sunday in UTC.
    assert started.isoformat().startswith("2026-11-20")
    assert set(due) == {"2026-11-22T20:00:00+00:00"}


async def test_a_trial_says_who_would_get_what_and_writes_nothing_to_cases(story):
    number = await a_case(story)
    before = await story.referrals(number)
    made = await tried(story)
    seen = await trial_of(story.rt, story.who("supervisor"), made)
    routes = [one for one in seen.found.changes if one.kind == "route"]
    assert routes
    assert {one.case for one in routes} == {number}
    assert routes[-1].after["lead"] == "comm-71"
    assert seen.state == "tried"
    assert seen.changed_files == ("referral.yaml",)
    assert await story.referrals(number) == before


async def test_an_administrator_gets_figures_and_no_case(story):
    await a_case(story)
    made = await tried(story, who="admin")
    seen = await trial_of(story.rt, story.who("admin"), made)
    assert seen.found.changes == ()
    assert seen.found.changed["route"] >= 1
    assert {one.body for one in seen.found.load} >= {"comm-71"}


REFUSED = [
    # what is wrong, files, days, code, field
    ("no files", {}, 30, "no_files", "files"),
    ("no day", changed(), 0, "bad_days", "days"),
    ("a file that reads words", {"danger.yaml": "x"}, 30, "not_replayed", "files.danger.yaml"),
    ("a path", {"../sla.yaml": "x"}, 30, "not_replayed", "files.../sla.yaml"),
    ("no YAML", {"sla.yaml": "a: ["}, 30, "bad_config", "files.sla.yaml"),
    ("a limit of nothing",
     changed("sla.yaml", ("{work: PT4H}", "{work: PT0S}")), 30, "bad_config", "files.sla.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "files", "days", "code", "field"), REFUSED)
async def test_what_does_not_hold_is_refused_with_its_file(
    story, told, files, days, code, field
):
    with pytest.raises(RuleForbids) as refused:
        await try_policy(story.rt, story.who("supervisor"), files, days)
    assert (refused.value.code, refused.value.facts["field"]) == (code, field), told
    assert await story.count("policy_trials") == 0


async def test_two_people_enable_and_the_next_case_follows(story):
    made = await tried(story)
    await propose_policy(story.rt, story.who("supervisor"), made)
    with pytest.raises(RuleForbids) as alone:
        await enable_policy(story.rt, story.who("supervisor"), made)
    assert alone.value.code == "same_person"
    before = await a_case(story)
    await enable_policy(story.rt, story.who("admin"), made)
    after = await a_case(story)
    assert (await story.lead(before))[0] != "comm-71"
    assert (await story.lead(after))[0] == "comm-71"
    told = await story.database.fetch(
        "SELECT event, actor FROM case_events WHERE event LIKE 'policy%' ORDER BY id"
    )
    assert [tuple(row) for row in told] == [
        ("policy_tried", "supervisor"),
        ("policy_proposed", "supervisor"),
        ("policy_enabled", "admin"),
    ]


async def test_one_person_goes_back_at_once(story):
    made = await enabled(story)
    await roll_back_policy(story.rt, story.who("supervisor"), made)
    assert (await story.lead(await a_case(story)))[0] != "comm-71"
    page = await list_trials(story.rt, story.who("admin"))
    assert (page.running, page.items[0].state) == (None, "ended")
    with pytest.raises(RuleForbids):
        await roll_back_policy(story.rt, story.who("supervisor"), made)


async def test_going_back_leads_to_what_ran_before_not_to_the_beginning(story):
    first = await enabled(story)
    slower = ("2: {work: PT4H}, 3: {work_days: 1}", "2: {work: PT6H}, 3: {work_days: 1}")
    second = await enabled(
        story, changed("sla.yaml", slower), who="admin", other="supervisor"
    )
    assert story.rt.config.sla.version == "tried-1"
    assert story.rt.config.referral.version == "tried-1"  # the first is still in it
    await roll_back_policy(story.rt, story.who("supervisor"), second)
    page = await list_trials(story.rt, story.who("admin"))
    assert page.running == first
    assert story.rt.config.sla.version != "tried-1"
    assert story.rt.config.referral.version == "tried-1"


async def test_what_was_tried_beside_another_configuration_is_tried_again(story):
    stale = await tried(story)
    await enabled(story)
    with pytest.raises(Stale) as refused:
        await propose_policy(story.rt, story.who("supervisor"), stale)
    assert refused.value.code == "try_again"


async def test_a_changed_file_under_its_old_version_is_not_proposed(story):
    made = await tried(story, changed(version=None))
    with pytest.raises(RuleForbids) as refused:
        await propose_policy(story.rt, story.who("supervisor"), made)
    assert refused.value.code == "version_unchanged"
    assert refused.value.facts["field"] == "referral.yaml"


@pytest.mark.parametrize("who", ["operator", "commissioner", "guardian", "nobody's"])
async def test_only_supervisors_and_administrators_try_rules(story, who):
    made = await tried(story)
    for act in (propose_policy, enable_policy, roll_back_policy, trial_of):
        with pytest.raises((NotAllowed, NotFound)):
            await act(story.rt, story.who(who), made)
    with pytest.raises((NotAllowed, NotFound)):
        await tried(story, who=who)


async def test_a_body_that_only_the_tried_directory_named_gets_nothing_after_going_back(
    story,
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
    ask = "SELECT status FROM bodies WHERE id = 'amb-new-71'"
    assert await story.database.fetchval(ask) == "active"
    await roll_back_policy(story.rt, story.who("supervisor"), made)
    assert await story.database.fetchval(ask) == "planned"


async def test_a_process_that_starts_later_follows(story, rt):
    await enabled(story)
    rt.adopt(load(rt.settings.config_dir, TODAY), None)  # as a process that just started
    assert await follow_policy(rt) is Followed.ADOPTED
    assert rt.config.referral.version == "tried-1"
    assert await follow_policy(rt) is Followed.SAME
