"""Not our matter: passed on within the law's three working days, and the applicant is told."""

import json

import pytest

from hotline.actions.edit_extract import release_referral
from hotline.actions.open_thread import partner_thread
from hotline.actions.wrong_body import wrong_body
from hotline.cases.inbound import ContactPolicy
from hotline.errors import NotAllowed, NotFound, RuleForbids
from tests.builders import a_case

WHY = "Семья живёт в другом районе, наш орган не вправе"


async def pass_on(story, number, who="guardian", **said):
    await wrong_body(story.rt, story.who(who), number, None, text=WHY, **said)


async def redirect_clock(story, number):
    return await story.database.fetchrow(
        "SELECT c.* FROM clocks c JOIN cases k ON k.id = c.case_id"
        " JOIN referrals r ON r.id = c.referral_id WHERE k.number = $1"
        " AND c.name = 'redirect' AND r.body_id = 'uzpd-71' ORDER BY c.id",
        number,
    )


@pytest.mark.parametrize("accepted", [False, True])
async def test_the_redirect_clock_is_met_and_the_next_body_proposed(story, accepted):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    if accepted:
        await story.accept(number)
    await story.later(days=1)
    await pass_on(story, number)
    assert (await redirect_clock(story, number))["state"] == "met"
    assert await story.lead(number) == ("guard-71", "proposed")
    state = (await story.referrals(number))["uzpd-71"]
    assert state == ("returned" if accepted else "declined")
    assert (await story.case(number))["status"] == "triage"
    assert (await story.history(number))["referral_redirected"] == 1


async def test_the_acceptance_clock_goes_on_with_the_next_body(story):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    before = await story.acceptance(number)
    await story.later(hours=1)
    await pass_on(story, number)
    after = await story.acceptance(number)
    assert (after["id"], after["due_at"]) == (before["id"], before["due_at"])


TERM = [
    # Friday 20 November, 10:00: three working days end on Wednesday the 25th at 18:30
    ("on the third working day",  {"days": 5, "hours": 8, "minutes": 30},  True),
    ("a minute later",            {"days": 5, "hours": 8, "minutes": 31},  False),
]  # fmt: skip


@pytest.mark.parametrize(("when", "span", "allowed"), TERM)
async def test_the_law_s_term(story, when, span, allowed):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    await story.later(**span)
    if allowed:
        await pass_on(story, number)
        return
    with pytest.raises(RuleForbids) as refused:
        await pass_on(story, number)
    assert refused.value.code == "redirect_too_late", when
    assert refused.value.facts["until"].startswith("2026-11-25T13:30")
    assert await story.lead(number) == ("uzpd-71", "offered")  # nothing half-done
    await story.decline(number)  # what remains is to give a reason


@pytest.mark.parametrize(("safe", "writing"), [(False, "unsafe"), (True, "allowed")])
async def test_the_applicant_is_told_on_the_status_page(story, safe, writing):
    receipt = await story.message(policy=ContactPolicy(may_write=safe))
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    assert (await partner_thread(story.rt, receipt, "eotinish")).passed_on_at is None
    await pass_on(story, number)
    thread = await partner_thread(story.rt, receipt, "eotinish")
    assert thread.passed_on_at == story.clock.now()
    data = json.loads(
        await story.database.fetchval(
            "SELECT data FROM case_events WHERE event = 'applicant_told'"
        )
    )
    assert data == {"what": "redirected", "where": "status_page", "writing": writing}
    asked = (await story.told(number))[("111", "tell_applicant")]
    assert asked == (1 if safe else 0)


async def test_a_body_may_name_whose_matter_it_is_and_111_shows_it(story):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    for to_body, code in (("uzpd-71", "same_body"), ("police-71", "body_not_possible")):
        with pytest.raises(RuleForbids) as refused:
            await pass_on(story, number, to_body=to_body)
        assert (refused.value.code, refused.value.facts["field"]) == (code, "to_body")
    await pass_on(story, number, to_body="guard-39")
    assert await story.lead(number) == ("guard-39", "proposed")
    with pytest.raises(NotFound):
        await story.accept(number, "other guardian")
    row = await story.database.fetchval(
        "SELECT id FROM referrals WHERE lead AND status = 'proposed'"
    )
    await release_referral(story.rt, story.who("operator"), number, row)
    terms = await story.database.fetch(
        "SELECT r.body_id, c.state FROM clocks c JOIN referrals r ON r.id = c.referral_id"
        " WHERE c.name = 'redirect' AND r.lead ORDER BY c.id"
    )
    told = [("uzpd-71", "met"), ("guard-39", "running")]  # each body has its own term
    assert [tuple(row) for row in terms] == told
    await story.accept(number, "other guardian")


async def test_a_co_executor_passes_on_its_own_part_only(story):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    await story.accept(number)
    await pass_on(story, number, "police")
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.referrals(number))["police-71"] == "declined"


async def test_nobody_passes_on_for_another_body(story):
    number = await a_case(story.rt, story.people["operator"], urgency=3)
    for who, error in (("operator", NotAllowed), ("family", NotFound), ("admin", NotFound)):
        with pytest.raises(error):
            await pass_on(story, number, who)
