"""Who is given a case: least loaded, present, on duty; and on at once when they cannot go on."""

import json
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.add_absence import Away, add_absence
from hotline.actions.import_members import import_members
from hotline.actions.verify_decisions import verify_decisions
from hotline.demo import seed
from hotline.identity.viewer import TRIAGE
from hotline.routing.replay import ANSWER, decided_again
from hotline.store import bodies, decisions

WORK = ("uzpd-71", "offered")


async def case_for_the_department(story, **said):
    """Return the number of a case that 111 offered to the department of region 71."""
    receipt = await story.message("Сосед бьёт ребёнка, слышно каждый вечер")
    given = {"subcategory": "VIO.PHY", "urgency": 2, "region": "71", **said}
    number = await story.confirm(receipt, **given)
    assert (await story.lead(number)) == WORK
    return number


async def given_to(story, number):
    """Return the user name to whom the live lead's referral is suggested."""
    return await story.database.fetchval(
        "SELECT p.username FROM referrals r JOIN cases k ON k.id = r.case_id"
        " LEFT JOIN people p ON p.id = r.assignee_id"
        " WHERE k.number = $1 AND r.lead AND r.status IN ('offered', 'accepted')",
        number,
    )


async def goes_away(story, who, *, hours=8, deputy=None):
    now = story.clock.now()
    away = Away(now, now + timedelta(hours=hours), "leave", deputy)
    await add_absence(story.rt, story.who("supervisor"), who, away)


async def choices(story):
    """Return every stored choice of bodies and people."""
    rows = await story.database.fetch(
        "SELECT * FROM decisions WHERE kind IN ('route', 'person') ORDER BY id"
    )
    return [
        {name: json.loads(row[name]) for name in ("facts", *ANSWER)} | {"kind": row["kind"]}
        for row in rows
    ]


async def test_each_case_goes_to_whoever_has_least(story):
    people = [await given_to(story, await case_for_the_department(story)) for _ in range(4)]
    assert sorted(people[:2]) == sorted(people[2:]) == ["guardian", "second guardian"]


async def test_the_chosen_person_is_told_and_a_colleague_may_accept_all_the_same(story):
    number = await case_for_the_department(story)
    first = await given_to(story, number)
    other = {"guardian": "second guardian", "second guardian": "guardian"}[first]
    assert (await story.told(number))[("uzpd-71", "suggested")] == 1
    await accept_referral(story.rt, story.who(other), number, None)
    assert await given_to(story, number) == other


async def test_who_goes_away_hands_on_at_once_and_is_given_nothing_back(story):
    numbers = [await case_for_the_department(story) for _ in range(2)]
    accepted = numbers[0]
    holder = await given_to(story, accepted)
    other = {"guardian": "second guardian", "second guardian": "guardian"}[holder]
    await story.accept(accepted, holder)
    before = await story.clocks(accepted)
    await goes_away(story, holder, hours=2)
    assert {await given_to(story, number) for number in numbers} == {other}
    assert (await story.case(accepted))["assignee_id"] == story.who(other).person_id
    assert (await story.history(accepted))["reassigned"] == 1
    after = await story.clocks(accepted)
    assert [(c["started_at"], c["due_at"]) for c in after.values()] == [
        (c["started_at"], c["due_at"]) for c in before.values()
    ]
    await story.later(hours=3)
    assert {await given_to(story, number) for number in numbers} == {other}
    assert await given_to(story, await case_for_the_department(story)) == holder


async def test_with_everybody_away_the_next_body_is_asked_and_111_hears_of_it(story):
    number = await case_for_the_department(story)
    due = (await story.acceptance(number))["due_at"]
    await goes_away(story, "guardian")
    await goes_away(story, "second guardian")
    body, status = await story.lead(number)
    assert (body, status) != WORK
    assert status == "proposed" or body == "own-111"
    assert (await story.told(number))[("111", "nobody_there")] == 1
    assert (await story.acceptance(number))["due_at"] == due
    receipt = await story.message("Соседка бьёт ребёнка каждый вечер")
    fresh = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    assert (await story.lead(fresh))[0] not in ("uzpd-71", "guard-71")


async def test_an_offer_that_runs_out_goes_to_the_next_person_once_each(story):
    number = await case_for_the_department(story)
    first = await given_to(story, number)
    due = (await story.acceptance(number))["due_at"]
    await story.later(hours=9)
    second = await given_to(story, number)
    assert {first, second} == {"guardian", "second guardian"}
    assert (await story.acceptance(number))["due_at"] == due
    await story.later(days=5)
    assert await given_to(story, number) == second
    assert (await story.lead(number)) == WORK


@pytest.mark.parametrize("urgency", [0, 2])
async def test_every_stored_choice_is_made_again_from_its_facts_alone(story, urgency):
    number = await case_for_the_department(story, urgency=urgency)
    await story.decline(number)
    await goes_away(story, "guardian")
    await case_for_the_department(story)
    stored = await choices(story)
    assert {row["kind"] for row in stored} == {"route", "person"}
    for row in stored:
        again = json.loads(json.dumps(decided_again(row["kind"], row["facts"])))
        assert {name: row[name] for name in ANSWER} == {
            name: again[name] for name in ANSWER
        }
        assert again["facts"] == row["facts"]


async def test_a_choice_holds_ids_and_codes_and_nobody_s_name(story):
    await case_for_the_department(story)
    said = json.dumps(await choices(story), ensure_ascii=False)
    for name in ("Guardian", 'guardian"', "Гульнара", "Сосед", "7017654518"):
        assert name not in said


async def test_a_choice_that_was_tampered_with_is_found(story):
    await case_for_the_department(story)
    whole = await verify_decisions(story.rt)
    assert (whole.older, whole.differences) == (0, ())
    await story.database.execute("ALTER TABLE decisions DISABLE TRIGGER USER")
    await story.database.execute(
        "UPDATE decisions SET choice = jsonb_set(choice, '{lead}', '\"comm-71\"')"
        " WHERE kind = 'route'"
    )
    await story.database.execute(
        "UPDATE decisions SET facts = facts - 'norm' WHERE kind = 'person'"
    )
    await story.database.execute("ALTER TABLE decisions ENABLE TRIGGER USER")
    found = (await verify_decisions(story.rt)).differences
    assert len([line for line in found if line.endswith("(route): choice")]) == 1
    assert any(line.endswith("(person): facts") for line in found)


async def test_everything_that_the_demo_s_past_decided_is_decided_so_again(
    rt, database, monkeypatch
):
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "a-demo-password")
    await seed(rt, empty=False)
    found = await verify_decisions(rt)
    assert found.decisions > 50
    assert (found.older, found.differences) == (0, ())


async def test_decisions_of_an_older_format_are_counted_apart(story):
    async with story.rt.transaction(TRIAGE) as tx:
        older = {"facts": {"lead": "GUARD"}, "policy_version": "1", "model_version": "none"}
        empty = {"candidates": [], "exclusions": [], "reasons": [], "choice": {}}
        decisions.store(tx, [{"kind": "route", **older, **empty}])
    found = await verify_decisions(story.rt)
    assert (found.decisions, found.older, found.differences) == (0, 1, ())


async def test_who_leaves_a_body_hands_on_what_they_hold_for_it(story):
    number = await case_for_the_department(story)
    first = await given_to(story, number)
    other = {"guardian": "second guardian", "second guardian": "guardian"}[first]
    async with story.rt.transaction(TRIAGE) as tx:
        stay = [r for r in await bodies.members(tx) if r.username != first]
    rows = [f"{row.body_id};{row.username};{row.position}" for row in stay]
    table = "\n".join(["body;username;position", *rows]).encode()
    await import_members(story.rt, story.who("admin"), table, "people.csv", whole=True)
    assert await given_to(story, number) == other
    assert (await story.history(number))["reassigned"] == 1
