"""The main job: a frightened message becomes a case that is worked on and closed."""

import pytest

from hotline.errors import RuleForbids
from hotline.routing.office import OWN_QUEUE


async def test_a_frightened_message_is_confirmed_accepted_helped_checked_and_closed(story):
    receipt = await story.message()
    contact = await story.contact(receipt)
    assert (contact["state"], contact["danger"], contact["urgency"] <= 1) == (
        "attached", True, True,
    )  # fmt: skip
    case = await story.case_of(receipt)
    number = case["number"]
    assert (case["status"], case["shown_at"], case["urgency_by"]) == (
        "triage", None, "machine",
    )  # fmt: skip
    assert set((await story.referrals(number)).values()) == {"proposed"}

    await story.later(seconds=50)
    assert await story.confirm(receipt, subcategory="VIO.PHY") == number
    assert (await story.case(number))["status"] == "offered"
    assert await story.lead(number) == ("uzpd-71", "offered")
    assert (await story.clocks(number))["human_eyes"]["state"] == "met"

    await story.later(minutes=3)
    await story.accept(number)
    case = await story.case(number)
    assert (case["status"], case["assignee_id"]) == (
        "accepted", story.who("guardian").person_id,
    )  # fmt: skip
    assert (await story.acceptance(number))["state"] == "met"

    await story.later(hours=1)  # nobody has spoken with the child: 30 minutes have passed
    first_contact = (await story.clocks(number))["first_contact"]
    assert first_contact["state"] == "breached"
    assert first_contact["breached_at"] == first_contact["due_at"]
    assert (await story.told(number))[("uzpd-71", "clock_late")] >= 1

    with pytest.raises(RuleForbids) as refused:
        await story.close(number)
    assert refused.value.code == "assistance_and_check_missing"
    await story.outcome(number)
    await story.close(number)
    case = await story.case(number)
    assert (case["status"], case["closed_at"]) == ("closed", story.clock.now())
    still_ticking = "SELECT count(*) FROM clocks WHERE next_look_at IS NOT NULL"
    assert await story.database.fetchval(still_ticking) == 0

    seen = await story.history(number)
    for event in (
        "contact_received", "contact_triaged", "case_opened", "contact_confirmed",
        "case_closed", "referral_accepted", "outcome_recorded",
    ):  # fmt: skip
        assert seen[event] == 1, event
    assert seen["clock_breached"] == await story.count("breaches") > 0


async def test_a_breach_walks_the_ladder_from_the_due_moment(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="VIO.PHY", urgency=1)
    await story.later(minutes=61)
    late = await story.acceptance(number)
    assert late["state"] == "breached"
    assert (late["judged_at"] - late["due_at"]).total_seconds() == 60
    ledger = await story.database.fetchrow(
        "SELECT * FROM breaches WHERE clock_id = $1", late["id"]
    )
    assert (ledger["body_id"], ledger["region"], ledger["due_at"]) == (
        "uzpd-71", "71", late["due_at"],
    )  # fmt: skip
    await story.later(minutes=30)  # 150 %: commissioner and department
    await story.later(minutes=30)  # 200 %: the ombudsman
    steps = await story.database.fetch(
        "SELECT percent, audience FROM escalations WHERE clock_id = $1 ORDER BY id",
        late["id"],
    )
    assert [row["percent"] for row in steps] == [50, 80, 100, 150, 200]
    assert "OMB" in steps[-1]["audience"]


async def test_a_question_is_closed_by_one_person_and_never_becomes_a_case(story):
    from hotline.actions.close_contact import close_contact
    from tests.builders import QUESTION

    receipt = await story.message(QUESTION)
    assert await story.case_of(receipt) is None
    await close_contact(story.rt, story.who("operator"), receipt, "information_given")
    contact = await story.contact(receipt)
    assert (contact["state"], contact["wrap_up"]) == ("closed", "information_given")
    assert await story.count("cases") == 0
    eyes = await story.database.fetchval(
        "SELECT state FROM clocks WHERE name = 'human_eyes'"
    )
    assert eyes == "met"


async def test_a_case_without_a_known_region_goes_to_111_s_own_queue(story):
    receipt = await story.message(
        "Отчим прямо сейчас избивает ребёнка, помогите", region_hint=None, identity=None
    )
    number = (await story.case_of(receipt))["number"]
    assert await story.lead(number) == (OWN_QUEUE, "proposed")
    await story.confirm(receipt)
    assert await story.lead(number) == (OWN_QUEUE, "offered")
    await story.accept(number, "duty")
    assert (await story.case(number))["status"] == "accepted"


async def test_111_s_own_people_hand_a_case_on_once_the_region_is_known(story):
    receipt = await story.message(
        "Отчим прямо сейчас избивает ребёнка, помогите", region_hint=None, identity=None
    )
    number = (await story.case_of(receipt))["number"]
    await story.later(minutes=3)  # human_eyes breached: 111's own duty queue gets it
    await story.accept(number, "duty")
    await story.confirm(receipt, subcategory="VIO.PHY", region="71")
    assert await story.lead(number) == ("uzpd-71", "offered")
    assert (await story.referrals(number))[OWN_QUEUE] == "withdrawn"
    assert (await story.case(number))["status"] == "offered"
