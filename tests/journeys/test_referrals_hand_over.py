"""Warm hand-overs: the giver answers until the receiver says yes; nobody's silence keeps it."""

import asyncio
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.decline_referral import decline_referral
from hotline.actions.edit_extract import release_referral
from hotline.actions.return_overdue import return_overdue
from hotline.actions.steps.accused import About
from hotline.actions.transfer_referral import take_back, transfer_referral
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.store.case_view import read_case
from hotline.store.list_parts import CaseFilter
from hotline.store.lists import cases as listed
from tests.builders import a_case
from tests.story import REASON


async def hand_over(story, number, who="guardian", text="Семья переехала", **to):
    await transfer_referral(story.rt, story.who(who), number, None, text=text, **to)


async def waiting(story, number, body):
    return await story.database.fetchrow(
        "SELECT r.* FROM referrals r JOIN cases k ON k.id = r.case_id"
        " WHERE k.number = $1 AND body_id = $2 ORDER BY r.id DESC LIMIT 1",
        number,
        body,
    )


async def in_work_of(story, who):
    viewer = story.who(who)
    async with story.rt.transaction(viewer) as tx:
        page = await listed(
            tx, viewer, CaseFilter(tab="work"), number_key=story.rt.number_key
        )
    return [line.number for line in page.items]


@pytest.fixture
async def number(story):
    """A case that the guardian has, and hands over to the family centre; 111 has shown it."""
    found = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(found)
    await hand_over(story, found, to_body="fsc-71")
    row = await waiting(story, found, "fsc-71")
    await release_referral(story.rt, story.who("operator"), found, row["id"])
    return found


async def test_until_the_receiver_says_yes_the_giver_has_it(story, number):
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert await in_work_of(story, "guardian") == [number]
    async with story.rt.transaction(story.who("family")) as tx:
        asked = await read_case(tx, story.who("family"), number, story.rt.number_key)
    assert [note.text for note in asked.notes] == ["Семья переехала"]  # what they must know
    case = await story.case(number)
    assert case["assignee_id"] == story.who("guardian").person_id
    await story.accept(number, "family")
    assert await story.lead(number) == ("fsc-71", "accepted")
    case = await story.case(number)
    assert (case["assignee_id"], case["status"]) == (
        story.who("family").person_id, "accepted",
    )  # fmt: skip
    assert await in_work_of(story, "guardian") == []
    with pytest.raises(NotFound):
        async with story.rt.transaction(story.who("guardian")) as tx:
            await read_case(tx, story.who("guardian"), number, story.rt.number_key)
    assert (await story.told(number))[("uzpd-71", "handover_accepted")] == 1


async def test_no_clock_of_the_case_moves_with_a_hand_over(story, number):
    names = ("first_contact", "written_outcome", "on_site_check")
    before = {n: (c["id"], c["due_at"]) for n, c in (await story.clocks(number)).items()}
    await story.accept(number, "family")
    after = {n: (c["id"], c["due_at"]) for n, c in (await story.clocks(number)).items()}
    assert {n: after[n] for n in names} == {n: before[n] for n in names}


async def test_a_hand_over_that_nobody_accepts_goes_back_and_alarms_both_and_111(
    story, number
):
    await story.later(days=4)
    assert (await story.referrals(number))["fsc-71"] == "withdrawn"
    assert await story.lead(number) == ("uzpd-71", "accepted")
    told = await story.told(number)
    for audience in ("uzpd-71", "fsc-71", "111"):
        assert told[(audience, "handover_returned")] == 1, audience
    assert (await story.history(number))["handover_returned"] == 1
    assert await return_overdue(story.rt) == 0
    with pytest.raises(NotFound):  # the receiver no longer reads it
        await accept_referral(story.rt, story.who("family"), number, None)


async def test_the_receiver_has_its_time_from_when_111_showed_it(story):
    number = await a_case(story.rt, story.people["operator"], urgency=1)
    await story.accept(number)
    await hand_over(story, number, to_body="fsc-71")
    await story.later(minutes=50)
    row = await waiting(story, number, "fsc-71")
    await release_referral(story.rt, story.who("operator"), number, row["id"])
    await story.later(minutes=30)
    assert (await story.referrals(number))["fsc-71"] == "offered"
    await story.later(minutes=31)
    assert (await story.referrals(number))["fsc-71"] == "withdrawn"


async def test_two_sweeps_at_once_give_back_once(story, number):
    story.clock.forward(timedelta(days=4))
    await asyncio.gather(*(return_overdue(story.rt) for _ in range(4)))
    assert (await story.history(number))["handover_returned"] == 1


async def test_a_declined_hand_over_stays_with_the_giver(story, number):
    await story.decline(number, "family", code="not_our_matter")
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.told(number))[("uzpd-71", "handover_declined")] == 1


async def test_who_gave_it_away_hears_nothing_of_what_the_receiver_does_later(
    story, number
):
    await story.accept(number, "family")
    await story.give_back(number, "family")
    assert (await story.told(number))[("uzpd-71", "handover_declined")] == 0


async def test_the_giver_hears_when_the_receiver_is_complained_of(story, number):
    about = [About("body", "fsc-71")]
    await declare_conflict(story.rt, story.who("operator"), number, about)
    await story.later(days=4)
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.referrals(number))["fsc-71"] == "withdrawn"
    told = await story.told(number)
    assert told[("uzpd-71", "handover_returned")] == 1
    assert told[("fsc-71", "handover_returned")] == 0


async def test_a_hand_over_is_taken_back(story, number):
    await take_back(story.rt, story.who("guardian"), number, None)
    assert (await story.referrals(number))["fsc-71"] == "withdrawn"
    with pytest.raises(RuleForbids):
        await take_back(story.rt, story.who("guardian"), number, None)


async def test_who_gives_the_case_back_meanwhile_ends_the_hand_over_too(story, number):
    await story.give_back(number)
    assert (await story.referrals(number))["fsc-71"] == "withdrawn"
    assert (await story.lead(number))[1] == "proposed"


async def test_a_colleague_has_it_only_after_saying_yes(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    mine = story.who("guardian").person_id
    await hand_over(story, number, to_person="second guardian")
    assert (await story.case(number))["assignee_id"] == mine
    with pytest.raises(RuleForbids) as refused:
        await hand_over(story, number, to_body="fsc-71")
    assert refused.value.code == "handed_over_already"
    await story.accept(number, "second guardian")
    other = story.who("second guardian").person_id
    assert (await story.case(number))["assignee_id"] == other
    assert (await waiting(story, number, "uzpd-71"))["assignee_id"] == other
    with pytest.raises(Stale) as late:
        await accept_referral(story.rt, story.who("guardian"), number, None)
    assert late.value.facts["holder"] == "Second Guardian"


async def test_a_colleague_s_no_and_silence_leave_it_with_the_giver(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    mine = story.who("guardian").person_id
    await hand_over(story, number, to_person="second guardian")
    await decline_referral(
        story.rt, story.who("second guardian"), number, None, code="too_little", text=REASON
    )
    await hand_over(story, number, to_person="second guardian")
    await story.later(days=4)
    row = await waiting(story, number, "uzpd-71")
    assert (row["assignee_id"], row["handed_to"], row["status"]) == (mine, None, "accepted")
    history = await story.history(number)
    assert (history["handover_declined"], history["handover_returned"]) == (1, 1)


async def test_a_hand_over_that_111_redirects_stays_one(story, number):
    asked = await waiting(story, number, "fsc-71")
    operator = story.who("operator")
    with pytest.raises(RuleForbids) as refused:  # whoever receives it will lead
        await transfer_referral(
            story.rt, operator, number, asked["id"], text="Не им", to_body="police-39"
        )
    assert refused.value.code == "body_not_possible"
    await story.later(hours=1)
    await transfer_referral(
        story.rt, operator, number, asked["id"], text="Не им", to_body="guard-39"
    )
    fresh = await waiting(story, number, "guard-39")
    assert (fresh["status"], fresh["lead"]) == ("offered", False)
    assert fresh["handed_from"] == asked["handed_from"]
    assert fresh["return_at"] > story.clock.now()
    assert (await waiting(story, number, "fsc-71"))["return_at"] is None
    await story.accept(number, "other guardian")
    assert await story.lead(number) == ("guard-39", "accepted")
    assert (await story.referrals(number))["uzpd-71"] == "returned"


REFUSED = [
    # to whom               receiver                          field
    ("to itself",           {"to_body": "uzpd-71"},           "to_body"),
    ("to nobody",           {},                               "to_person"),
    ("to two",              {"to_body": "fsc-71", "to_person": "second guardian"}, "to_person"),
    ("to oneself",          {"to_person": "guardian"},        "to_person"),
    ("to a stranger",       {"to_person": "other family"},    "to_person"),
    ("to who helps",        {"to_body": "police-71"},         "to_body"),
    ("to who was never",    {"to_body": "fsc-99"},            "to_body"),
    ("to the excluded",     {"to_body": "kopd-71"},          "to_body"),
]  # fmt: skip


@pytest.mark.parametrize(("whom", "to", "field"), REFUSED)
async def test_to_whom_nothing_can_be_handed_over(story, whom, to, field):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    await story.database.execute("UPDATE cases SET apart = '{kopd-71}'")
    with pytest.raises(RuleForbids) as refused:
        await hand_over(story, number, **to)
    assert refused.value.facts["field"] == field, whom
    assert (await story.history(number))["handover_asked"] == 0
