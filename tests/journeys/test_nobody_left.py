"""Nobody is left who could take it: 111's own queue holds the case, and no machine shows it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from hotline.actions.add_absence import Away, add_absence
from hotline.actions.offer_case import offer_case
from hotline.actions.steps.offer import offer_all
from hotline.errors import RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.routing.office import OWN_QUEUE
from tests.journeys.test_silence_and_conflict import POLICE
from tests.story import PEOPLE

OURS = (OWN_QUEUE, "offered")
OUTSIDE = [name for name, (_, _, bodies) in PEOPLE.items() if bodies and name != "duty"]


async def goes_away(story, *names, hours=8, after=0):
    """They are away from `after` hours on; who is away already now has begun to be."""
    begins = story.clock.now() + timedelta(hours=after)
    away = Away(begins, begins + timedelta(hours=hours), "sick")
    for name in names:
        await add_absence(story.rt, story.who("supervisor"), name, away)


async def who_heard(story, number):
    return {audience for audience, _ in await story.told(number)}


async def change(story, sql):
    """Change the directory; the runtime reads it again after five seconds."""
    async with story.rt.transaction(TRIAGE) as tx:
        await tx.run(text(sql))
    story.clock.forward(timedelta(seconds=6))


async def test_with_the_duty_away_a_case_without_a_region_is_offered_to_111_all_the_same(
    story,
):
    await goes_away(story, "duty")
    receipt = await story.message("Сосед бьёт ребёнка", region_hint=None)
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=1)
    assert (await story.case(number))["region"] is None
    assert await story.referrals(number) == dict([OURS])
    assert (await story.told(number))[("111", "nobody_there")] == 1
    assert (await story.history(number))["duty_unanswered"] == 1


async def test_with_the_duty_away_silence_shows_a_held_case_to_nobody_outside(story):
    await goes_away(story, "duty")
    number = (await story.case_of(await story.message(POLICE)))["number"]
    await story.later(minutes=2)
    assert await story.lead(number) == OURS
    offered = {b for b, s in (await story.referrals(number)).items() if s == "offered"}
    assert offered == {OWN_QUEUE}
    assert (await story.case(number))["shown_at"] is None
    await story.later(days=2)
    assert await who_heard(story, number) == {"111", OWN_QUEUE}
    assert (await story.clocks(number))["human_eyes"]["state"] == "breached"


async def test_no_machine_offers_what_is_held_whoever_asks_it_to(story):
    case = await story.case_of(await story.message(POLICE))
    for by in ("fail_safe", "screened_source"):
        async with story.rt.transaction(TRIAGE) as tx:
            assert await offer_all(story.rt, tx, case["id"], by=by) == []
    assert set((await story.referrals(case["number"])).values()) == {"proposed"}


async def test_what_111_s_duty_holds_stays_with_111_when_they_go_away(story):
    number = (await story.case_of(await story.message(POLICE)))["number"]
    await story.later(minutes=2)
    before = await story.acceptance(number)
    await goes_away(story, "duty")
    assert await story.lead(number) == OURS
    assert (await story.told(number))[("111", "nobody_there")] == 1
    assert (await story.acceptance(number))["due_at"] == before["due_at"]
    assert await who_heard(story, number) == {"111", OWN_QUEUE}


async def test_a_body_that_declines_leaves_the_case_with_111_though_its_duty_is_away(story):
    await goes_away(story, "duty", "commissioner", "family")
    receipt = await story.message("Сосед бьёт ребёнка, слышно каждый вечер")
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    await story.decline(number, code="too_little")
    assert await story.lead(number) == OURS


async def test_a_body_without_a_login_is_rung_up_though_its_people_are_away(story):
    await change(story, "UPDATE bodies SET has_login = false WHERE region = '71'")
    await goes_away(story, *OUTSIDE)
    number = (await story.case_of(await story.message()))["number"]
    await story.later(minutes=2)  # nobody at 111 looks, so that a machine offers it
    assert await story.lead(number) == ("uzpd-71", "offered")
    assert (await story.told(number))[("111", "nobody_there")] >= 1


async def test_offering_to_a_body_whose_people_left_meanwhile_asks_the_next_one(story):
    receipt = await story.message("Сосед бьёт ребёнка, слышно каждый вечер")
    number = await story.confirm(receipt, subcategory="GRD.INST", urgency=2, region="71")
    await story.decline(number, "commissioner")
    assert await story.lead(number) == ("uzpd-71", "proposed")
    await goes_away(story, "guardian", "second guardian")
    assert await offer_case(story.rt, story.who("operator"), number) == []
    lead, status = await story.lead(number)
    assert lead not in ("uzpd-71", "guard-71")
    assert status == "proposed"  # a person at 111 is to show it to that one too
    assert (await story.told(number))[("111", "nobody_there")] == 1
    assert await offer_case(story.rt, story.who("operator"), number) == [lead]
    with pytest.raises(RuleForbids) as refused:
        await offer_case(story.rt, story.who("operator"), number)
    assert (refused.value.code, refused.value.facts["field"]) == (
        "nothing_proposed",
        "body",
    )
