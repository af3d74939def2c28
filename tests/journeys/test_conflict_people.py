"""Somebody is taken off a case whose body keeps it: it does not wait for nobody, unsaid."""

from datetime import timedelta

from hotline.actions.add_absence import Away, add_absence
from hotline.actions.close_case import reopen_case
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.steps.accused import About
from tests import builders
from tests.journeys.test_who_comes_to_lead import row_of


async def say_so_oneself(story, number, who, by=None):
    about = [About("person", who)]
    await declare_conflict(story.rt, story.who(by or who), number, about)


async def person_of(story, number, body):
    return (await row_of(story, number, body))["assignee_id"]


async def test_an_offer_goes_to_the_next_person_of_the_body(story):
    number = await builders.a_case(story.rt, story.people["operator"])
    first, second = (story.who(name) for name in ("guardian", "second guardian"))
    if await person_of(story, number, "uzpd-71") != first.person_id:
        first, second = second, first
    await say_so_oneself(story, number, first.username, by="operator")
    assert await person_of(story, number, "uzpd-71") == second.person_id
    assert (await story.history(number))["reassigned"] == 1
    assert (await story.told(number))[("uzpd-71", "reassigned")] == 1


async def test_an_offer_that_nobody_else_there_can_take_goes_to_the_next_body(story):
    number = await builders.a_case(story.rt, story.people["operator"])
    first, second = (story.who(name) for name in ("guardian", "second guardian"))
    if await person_of(story, number, "uzpd-71") != first.person_id:
        first, second = second, first
    now = story.clock.now()
    away = Away(now, now + timedelta(days=2), "leave", None)
    await add_absence(story.rt, story.who("supervisor"), second.username, away)
    await say_so_oneself(story, number, first.username, by="operator")
    assert (await story.referrals(number))["uzpd-71"] == "withdrawn"
    assert (await story.lead(number))[0] != "uzpd-71"
    assert (await story.told(number))[("111", "nobody_there")] == 1


async def test_a_helper_s_part_goes_to_the_next_person(story):
    number = await builders.a_case(
        story.rt, story.people["operator"], subcategory="FAM.DOC"
    )
    await story.accept(number)  # as a helper
    assert (await story.lead(number))[0] == "fsc-71"
    (body,) = {b for b, s in (await story.referrals(number)).items() if s == "accepted"}
    await say_so_oneself(story, number, "guardian")
    assert (await story.referrals(number))[body] == "accepted"
    assert await person_of(story, number, body) == story.who("second guardian").person_id
    assert (await story.told(number))[(body, "reassigned")] == 1


async def test_who_leads_it_in_the_body_s_name_is_followed_by_a_colleague(story):
    number = await builders.a_case(story.rt, story.people["operator"])
    await story.accept(number)
    await say_so_oneself(story, number, "guardian")
    second = story.who("second guardian").person_id
    assert (await story.case(number))["assignee_id"] == second
    assert (await story.told(number))[("uzpd-71", "reassigned")] == 1
    await say_so_oneself(story, number, "second operator", by="operator")
    assert (await story.told(number))[("uzpd-71", "reassigned")] == 1  # said once


async def test_with_no_colleague_there_the_lead_stays_and_111_hears(story):
    number = await builders.a_case(story.rt, story.people["operator"])
    await story.accept(number)
    now = story.clock.now()
    away = Away(now, now + timedelta(days=2), "leave", None)
    other = story.who("second guardian").username
    await add_absence(story.rt, story.who("supervisor"), other, away)
    await say_so_oneself(story, number, "guardian")
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.case(number))["assignee_id"] is None
    assert (await story.told(number))[("111", "nobody_there")] == 1


async def test_who_was_complained_of_after_the_end_is_missed_when_it_is_opened_again(story):
    number = await builders.a_case(story.rt, story.people["operator"])
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    await say_so_oneself(story, number, "guardian", by="operator")
    assert (await story.told(number))[("uzpd-71", "reassigned")] == 0
    await reopen_case(story.rt, story.who("operator"), number, "Снова жалоба")
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.told(number))[("uzpd-71", "reassigned")] == 1
