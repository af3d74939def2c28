"""The ladder speaks to whom the clock waits for: the body that was asked, and its people."""

from hotline.actions.edit_extract import release_referral
from hotline.actions.transfer_referral import transfer_referral
from tests.builders import a_case

TOLD = """
SELECT n.percent, n.audience, n.person_id FROM notices n
JOIN clocks c ON c.id = n.clock_id JOIN cases k ON k.id = c.case_id
JOIN referrals r ON r.id = c.referral_id
WHERE k.number = $1 AND r.body_id = $2 AND c.name = 'acceptance'
  AND n.kind IN ('clock_warning', 'clock_late') ORDER BY n.id
"""


async def told_of_offers(story, number, asked):
    """(percent, body, person) of every notice of the acceptance clock of a body."""
    return [tuple(row) for row in await story.database.fetch(TOLD, number, asked)]


async def pass_by(story, hours):
    for _ in range(hours):
        await story.later(hours=1)


async def test_a_silent_co_executor_is_told_itself_and_not_the_lead(story):
    number = await a_case(story.rt, story.people["operator"], subcategory="VIO.SEX")
    police = story.who("police").person_id
    await story.accept(number)
    await pass_by(story, 7)
    told = await told_of_offers(story, number, "police-71")
    assert told[:2] == [(80, "police-71", police), (100, "police-71", None)]
    assert await told_of_offers(story, number, "uzpd-71") == []


async def test_the_person_an_offer_is_suggested_to_is_warned_before_the_head(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    person = await story.database.fetchval("SELECT assignee_id FROM referrals WHERE lead")
    await pass_by(story, 7)
    told = await told_of_offers(story, number, "uzpd-71")
    assert told[:2] == [(80, "uzpd-71", person), (100, "uzpd-71", None)]


async def test_a_silent_receiver_of_a_hand_over_is_told_and_not_the_giver(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    await transfer_referral(
        story.rt,
        story.who("guardian"),
        number,
        None,
        text="Семья переехала",
        to_body="fsc-71",
    )
    row = await story.database.fetchval("SELECT id FROM referrals WHERE body_id = 'fsc-71'")
    await release_referral(story.rt, story.who("operator"), number, row)
    await pass_by(story, 7)
    told = await told_of_offers(story, number, "fsc-71")
    assert {body for _, body, _ in told} == {"fsc-71"}
    assert (100, "fsc-71", None) in told


async def test_at_night_the_duty_of_the_silent_body_is_woken_by_the_ladder(story):
    await story.later(hours=15)  # 01:00
    number = await a_case(
        story.rt, story.people["operator"], subcategory="VIO.SEX", urgency=0
    )
    await story.accept(number)
    # Somebody of the police answered what the offer woke them for, and accepted nothing.
    await story.database.execute(
        "UPDATE pages SET state = 'answered', answered_by = $1, answered_at = $2, next_at = NULL",
        story.who("police").person_id,
        story.clock.now(),
    )
    for _ in range(12):
        await story.later(minutes=5)
    pages = await story.database.fetch(
        "SELECT g.body_id, r.body_id AS asked FROM pages g JOIN clocks c"
        " ON c.id = g.clock_id JOIN referrals r ON r.id = g.referral_id"
        " WHERE c.name = 'acceptance' AND g.cause = 'ladder'"
    )
    assert [page["asked"] for page in pages] == ["police-71"]
    assert "uzpd-71" not in {page["body_id"] for page in pages}
