"""Bodies decline, give back and hand over: the next is found, and no clock starts over."""

from datetime import date

import pytest

from hotline.actions.sync_bodies import rows_of
from hotline.actions.transfer_referral import transfer_referral
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import TRIAGE
from hotline.routing.office import OWN_QUEUE
from hotline.store import bodies
from tests.builders import a_case


async def offered_case(story, **said):
    return await a_case(story.rt, story.people["operator"], **said)


async def test_after_a_decline_the_next_lead_is_proposed_under_the_same_clock(story):
    number = await offered_case(story)
    before = await story.acceptance(number)
    await story.later(minutes=20)
    await story.decline(number)
    assert await story.lead(number) == ("guard-71", "proposed")
    assert (await story.case(number))["status"] == "triage"
    receipt = await story.database.fetchval("SELECT receipt FROM contacts")
    await story.confirm(receipt)  # a person at 111 shows it to the next
    assert await story.lead(number) == ("guard-71", "offered")
    after = await story.acceptance(number)
    unchanged = ("id", "started_at", "due_at", "state")
    assert [after[name] for name in unchanged] == [before[name] for name in unchanged]
    await story.accept(number)
    assert (await story.acceptance(number))["state"] == "met"


async def test_the_chain_ends_at_111_s_own_queue_and_it_is_asked_at_once(story):
    number = await offered_case(story)
    receipt = await story.database.fetchval("SELECT receipt FROM contacts")
    before = await story.acceptance(number)
    await story.decline(number)
    await story.confirm(receipt)
    await story.decline(number)
    assert await story.lead(number) == (OWN_QUEUE, "offered")
    assert (await story.acceptance(number))["id"] == before["id"]
    await story.accept(number, "duty")
    assert (await story.case(number))["status"] == "accepted"


@pytest.mark.parametrize("code", ["duplicate", "too_little"])
async def test_what_111_must_mend_first_comes_straight_back_to_it(story, code):
    number = await offered_case(story)
    await story.decline(number, code=code)
    assert await story.lead(number) == (OWN_QUEUE, "offered")


async def test_a_decline_needs_a_code_and_words(story):
    number = await offered_case(story)
    for code, text, field in [
        ("no_wish", "Так вышло, не возьмём", "code"),
        ("duplicate", " ", "text"),
    ]:
        from hotline.actions.decline_referral import decline_referral

        with pytest.raises(RuleForbids) as refused:
            await decline_referral(
                story.rt, story.who("guardian"), number, None, code=code, text=text
            )
        assert refused.value.facts["field"] == field


async def test_a_helper_that_is_to_lead_is_asked_anew(story):
    number = await offered_case(story, subcategory="FAM.DOC", urgency=2, region="39")
    await story.accept(number, "other guardian")  # as a helper
    assert (await story.referrals(number))["guard-39"] == "accepted"
    lead_clock = await story.acceptance(number)
    await story.decline(number, "other family")
    assert await story.lead(number) == ("guard-39", "offered")
    assert (await story.case(number))["status"] == "offered"
    assert (await story.acceptance(number))["id"] == lead_clock["id"]
    await story.accept(number, "other guardian")
    case = await story.case(number)
    assert (case["status"], case["assignee_id"]) == (
        "accepted", story.who("other guardian").person_id,
    )  # fmt: skip
    assert (await story.acceptance(number))["state"] == "met"


async def test_a_helper_may_accept_while_the_next_lead_is_sought(story):
    number = await offered_case(story)
    await story.decline(number)
    await story.accept(number, "police")
    case = await story.case(number)
    assert (case["status"], (await story.referrals(number))["police-71"]) == (
        "triage", "accepted",
    )  # fmt: skip


async def test_a_helper_s_decline_leaves_the_lead_alone(story):
    number = await offered_case(story)
    await story.accept(number)
    await story.decline(number, "police")
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.case(number))["status"] == "accepted"


async def test_an_accepted_case_that_is_given_back_finds_another_lead(story):
    number = await offered_case(story)
    await story.accept(number)
    await story.give_back(number)
    case = await story.case(number)
    assert (case["status"], case["assignee_id"]) == ("triage", None)
    assert await story.lead(number) == ("guard-71", "proposed")


async def test_the_same_file_sends_cases_to_the_department_from_its_first_day(story):
    rows = [row for row in rows_of(story.rt.config) if row["id"] == "uzpd-39"]
    rows[0] |= {"status": "active", "valid_from": date(2026, 11, 25)}
    async with story.rt.transaction(TRIAGE) as tx:
        await bodies.put(tx, rows)
    before = await offered_case(story, region="39")
    # 24 November 23:59 in Almaty is 18:59 UTC; one minute later is the first day there.
    await story.later(days=4, hours=13, minutes=59, sweep=False)
    still = await offered_case(story, region="39")
    await story.later(minutes=1, sweep=False)
    after = await offered_case(story, region="39")
    leads = [(await story.lead(number))[0] for number in (before, still, after)]
    assert leads == ["guard-39", "guard-39", "uzpd-39"]


async def test_111_transfers_a_case_and_the_new_body_sees_it_at_once(story):
    number = await offered_case(story)
    await transfer_referral(
        story.rt, story.who("supervisor"), number,
        (await referral_of(story, number, "uzpd-71")), text="Там живут", to_body="guard-39",
    )  # fmt: skip
    assert await story.lead(number) == ("guard-39", "offered")


async def test_a_body_s_own_hand_over_waits_for_a_person_at_111(story):
    number = await offered_case(story)
    await story.accept(number)
    await transfer_referral(
        story.rt, story.who("guardian"), number, None, text="Там живут", to_body="guard-39"
    )
    assert (await story.referrals(number))["guard-39"] == "proposed"
    assert await story.lead(number) == ("uzpd-71", "accepted")  # until the other says yes
    assert ("guard-39", "offered") not in await story.told(number)


async def test_nobody_can_answer_for_another_body(story):
    number = await offered_case(story)
    lead = await referral_of(story, number, "uzpd-71")
    from hotline.actions.accept_referral import accept_referral

    for name in ("other guardian", "nobody's", "police", "admin"):
        with pytest.raises((NotFound, NotAllowed)):
            await accept_referral(story.rt, story.who(name), number, lead)
    with pytest.raises(NotAllowed):
        await accept_referral(story.rt, story.who("operator"), number, lead)


async def referral_of(story, number, body):
    return await story.database.fetchval(
        "SELECT r.id FROM referrals r JOIN cases k ON k.id = r.case_id"
        " WHERE k.number = $1 AND body_id = $2 ORDER BY r.id DESC LIMIT 1",
        number,
        body,
    )
