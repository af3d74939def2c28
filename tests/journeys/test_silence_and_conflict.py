"""Nobody looks: silence never stops a case, and no machine alone discloses one unread."""

import pytest

from hotline.errors import NotFound
from hotline.identity.viewer import TRIAGE
from hotline.routing.office import OWN_QUEUE
from hotline.store import cases
from tests.builders import QUESTION, triage_all

POLICE = (
    "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите. Отчим работает в полиции"
)
HUNGRY = "Соседи оставляют детей одних голодными"


async def sees(story, name, number):
    """Whether that person may know of the case."""
    async with story.rt.transaction(TRIAGE) as tx:
        try:
            await cases.read(tx, story.who(name), number, story.rt.number_key)
        except NotFound:
            return False
    return True


async def test_danger_that_nobody_looks_at_is_offered_to_the_bodies_by_itself(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.later(minutes=1, seconds=59)
    assert await story.lead(number) == ("uzpd-71", "proposed")
    assert not await sees(story, "guardian", number)
    await story.later(seconds=1)
    assert await story.lead(number) == ("uzpd-71", "offered")
    by = await story.database.fetchval("SELECT DISTINCT offered_by FROM referrals")
    assert by == "fail_safe"
    assert await sees(story, "guardian", number)
    assert (await story.clocks(number))["human_eyes"]["state"] == "breached"
    assert (await story.told(number))[("uzpd-71", "offered")] == 1
    await story.later(minutes=30)
    assert (await story.told(number))[("uzpd-71", "offered")] == 1


async def test_what_is_no_danger_waits_for_a_person_for_ever(story):
    receipt = await story.message(QUESTION)
    await story.later(days=3)
    assert await story.case_of(receipt) is None
    assert (await story.contact(receipt))["state"] == "triaged"
    told = await story.database.fetchval(
        "SELECT count(*) FROM notices WHERE audience = '111'"
    )
    assert told >= 1


async def test_with_a_hint_of_power_nothing_goes_outside_and_111_s_own_people_get_it(story):
    receipt = await story.message(POLICE)
    case = await story.case_of(receipt)
    number = case["number"]
    assert (case["held"], case["conflict_hint"]) == (True, ["police"])
    assert "police-71" not in await story.referrals(number)  # it is not even proposed
    await story.later(minutes=2)
    assert await story.lead(number) == (OWN_QUEUE, "offered")
    for body, status in (await story.referrals(number)).items():
        assert (body == OWN_QUEUE) == (status == "offered"), body
    for name in ("guardian", "commissioner", "police", "family"):
        assert not await sees(story, name, number), name
    await story.later(days=2)  # nor does any ladder tell somebody outside
    assert {audience for audience, _ in await story.told(number)} == {"111", OWN_QUEUE}
    assert (await story.case(number))["shown_at"] is None


async def test_a_person_who_has_looked_at_the_hint_releases_the_case(story):
    receipt = await story.message(POLICE)
    number = (await story.case_of(receipt))["number"]
    await story.later(minutes=2)
    await story.confirm(receipt, subcategory="VIO.PHY")
    assert await story.lead(number) == ("uzpd-71", "offered")
    assert (await story.history(number))["conflict_hint_looked_at"] == 1
    acceptance = await story.acceptance(number)
    sent_inside = story.clock.now()
    assert (
        acceptance["started_at"] == sent_inside
    )  # the same clock that began with the offer
    assert not (await story.case(number))["held"]


@pytest.mark.parametrize(
    ("what", "minutes", "expected"),
    [("before the deadline", 0, "proposed"), ("too late", 10, "offered")],
)
async def test_triage_after_the_deadline_does_not_lose_the_offer_by_silence(
    story, what, minutes, expected
):
    receipt = await story.message(triaged=False)
    await story.later(minutes=minutes)  # no worker runs; the floor's clock does
    await triage_all(story.rt)
    number = (await story.case_of(receipt))["number"]
    assert await story.lead(number) == ("uzpd-71", expected), what


async def test_a_screened_source_is_offered_at_once(story):
    receipt = await story.message(HUNGRY, screened=True)
    case = await story.case_of(receipt)
    assert (case["status"], case["shown_at"]) == ("offered", story.clock.now())
    assert await story.lead(case["number"]) == ("uzpd-71", "offered")
    by = await story.database.fetchval("SELECT DISTINCT offered_by FROM referrals")
    assert by == "screened_source"
    assert await sees(story, "guardian", case["number"])


async def test_a_stranger_with_the_same_words_waits(story):
    receipt = await story.message(HUNGRY, screened=False)
    assert await story.lead((await story.case_of(receipt))["number"]) == (
        "uzpd-71", "proposed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        ("a hint in the text", {"text": f"{HUNGRY}, отец работает в опеке"}),
        (
            "a declared complaint",
            {"text": HUNGRY, "complaint_about": ({"kind": "person", "name": "Отец"},)},
        ),
    ],
)
async def test_a_screened_source_with_a_conflict_is_held_until_confirmed(
    story, what, facts
):
    receipt = await story.message(screened=True, **facts)
    case = await story.case_of(receipt)
    assert (case["held"], case["shown_at"], case["status"]) == (True, None, "triage"), what
    assert "offered" not in (await story.referrals(case["number"])).values()
    await story.confirm(receipt, subcategory="NEG.CARE")
    assert (await story.lead(case["number"]))[1] == "offered", what
