"""A body that has the case already comes to lead it: it is asked anew, under clocks."""

import pytest

from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.decline_referral import decline_referral
from hotline.actions.edit_extract import release_referral
from hotline.actions.steps.accused import About
from hotline.actions.transfer_referral import transfer_referral
from tests.builders import a_case, a_contact
from tests.story import REASON

OFFER_CLOCKS = {"acceptance", "redirect"}


async def row_of(story, number, body):
    return await story.database.fetchrow(
        "SELECT r.* FROM referrals r JOIN cases k ON k.id = r.case_id"
        " WHERE k.number = $1 AND body_id = $2 ORDER BY r.id DESC LIMIT 1",
        number,
        body,
    )


async def running(story, referral):
    rows = await story.database.fetch(
        "SELECT name FROM clocks WHERE referral_id = $1 AND state = 'running'",
        referral["id"],
    )
    return {row["name"] for row in rows}


async def a_case_with_a_helper(story, urgency):
    """The family centre leads, the guardianship helps; both have accepted."""
    number = await a_case(
        story.rt,
        story.people["operator"],
        subcategory="FAM.DOC",
        urgency=urgency,
        region="39",
    )
    await story.accept(number, "other family")
    await story.accept(number, "other guardian")
    return number


async def test_a_helper_that_leads_after_the_lead_gave_back_has_its_clocks(story):
    number = await a_case_with_a_helper(story, 2)
    await story.later(hours=2)
    await story.give_back(number, "other family")
    assert await story.lead(number) == ("guard-39", "offered")
    row = await row_of(story, number, "guard-39")
    assert await running(story, row) == OFFER_CLOCKS
    assert row["offered_at"] == story.clock.now()
    await story.later(days=30)
    assert await running(story, row) == set()  # judged late, as any lead's
    assert (await story.clocks(number))["acceptance"]["state"] == "breached"


async def test_a_helper_that_is_to_lead_a_grave_case_is_woken(story):
    number = await a_case_with_a_helper(story, 1)
    helping = await row_of(story, number, "guard-39")
    asked = f"SELECT count(*) FROM pages WHERE referral_id = {helping['id']}"
    before = await story.database.fetchval(asked)
    await story.later(minutes=2)
    await story.database.execute("UPDATE pages SET state = 'withdrawn', next_at = NULL")
    await story.give_back(number, "other family")
    assert await story.lead(number) == ("guard-39", "offered")
    assert await story.database.fetchval(asked) == before + 1


async def test_a_helper_s_hand_over_ends_when_it_is_to_lead(story):
    number = await a_case_with_a_helper(story, 2)
    helping = await row_of(story, number, "guard-39")
    await transfer_referral(
        story.rt,
        story.who("operator"),
        number,
        helping["id"],
        text="К вам",
        to_body="edu-39",
    )
    assert (await story.referrals(number))["edu-39"] == "offered"
    await story.give_back(number, "other family")
    assert await story.lead(number) == ("guard-39", "offered")
    assert (await story.referrals(number))["edu-39"] == "withdrawn"


async def handed_over(story, *, shown):
    """uzpd-71 has the case and hands it over to edu-71; 111 has shown it, or not yet."""
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    await transfer_referral(
        story.rt, story.who("guardian"), number, None, text="Передаю", to_body="edu-71"
    )
    if shown:
        row = await row_of(story, number, "edu-71")
        await release_referral(story.rt, story.who("operator"), number, row["id"])
    return number


@pytest.mark.parametrize("shown", [True, False])
async def test_a_hand_over_ends_with_a_giver_that_is_complained_of(story, shown):
    number = await handed_over(story, shown=shown)
    about = [About("body", "uzpd-71")]
    await declare_conflict(story.rt, story.who("operator"), number, about)
    assert await story.lead(number) == ("edu-71", "proposed")
    await story.later(days=10)
    assert await story.lead(number) == ("edu-71", "proposed")
    told = await story.told(number)
    assert told[("uzpd-71", "handover_returned")] == 0
    assert told[("111", "handover_returned")] == 0


async def test_who_was_to_take_over_a_part_and_leads_instead_keeps_the_case(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    await story.accept(number, "police")  # as a helper
    helping = await row_of(story, number, "police-71")
    await transfer_referral(
        story.rt,
        story.who("operator"),
        number,
        helping["id"],
        text="К вам",
        to_body="guard-71",
    )
    leads = await row_of(story, number, "uzpd-71")
    await decline_referral(
        story.rt, story.who("guardian"), number, leads["id"],
        code="not_our_matter", text=REASON, giving_back=True,
    )  # fmt: skip
    assert await story.lead(number) == ("guard-71", "offered")
    await story.later(days=10)
    assert await story.lead(number) == ("guard-71", "offered")


async def test_a_correction_asks_a_helper_to_lead_and_does_not_take_it_for_granted(story):
    receipt = await a_contact(story.rt)
    said = {"subcategory": "NEG.CARE", "urgency": 2, "region": "71"}
    number = await story.confirm(receipt, **said)
    await story.accept(number, "family")  # as a helper
    await story.decline(number)
    clock = await story.acceptance(number)
    await story.confirm(receipt, subcategory="FAM.DOC", region="71")
    assert await story.lead(number) == ("fsc-71", "offered")
    assert (await story.case(number))["status"] == "offered"
    assert (await story.acceptance(number))["id"] == clock["id"]
    await story.accept(number, "family")
    case = await story.case(number)
    assert (case["status"], case["assignee_id"]) == (
        "accepted", story.who("family").person_id,
    )  # fmt: skip
    assert (await story.acceptance(number))["state"] == "met"
    await story.outcome(number, "family")
