"""Duty, language, capacity and stand-ins over real rows; a choice costs few statements."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from hotline.actions.add_absence import Away, add_absence
from hotline.actions.offer_case import offer_case
from hotline.actions.set_duty import Planned, set_duty
from hotline.identity.viewer import TRIAGE
from tests.builders import a_case, a_person

HOLDER = (
    "SELECT p.username FROM referrals r JOIN cases k ON k.id = r.case_id"
    " LEFT JOIN people p ON p.id = r.assignee_id WHERE k.number = $1 AND r.lead"
    " AND r.status IN ('offered', 'accepted')"
)


async def offered(story, **said):
    return await a_case(story.rt, story.people["operator"], **said)


async def holder(story, number):
    return await story.database.fetchval(HOLDER, number)


async def change(story, sql):
    """Change the directory; the runtime reads it again after five seconds."""
    async with story.rt.transaction(TRIAGE) as tx:
        await tx.run(text(sql))
    story.clock.forward(timedelta(seconds=6))


async def test_at_night_whoever_is_on_duty_comes_first_however_loaded(story):
    await story.later(hours=13, sweep=False)  # 23:00 in Almaty
    now = story.clock.now()
    shift = Planned(
        "second guardian", 1, now - timedelta(hours=1), now + timedelta(hours=8)
    )
    await set_duty(story.rt, story.who("supervisor"), "uzpd-71", [shift])
    given = [await holder(story, await offered(story, urgency=3)) for _ in range(3)]
    assert given == ["second guardian"] * 3


async def test_who_was_named_to_stand_in_gets_what_is_handed_on(story):
    third = await a_person(story.rt, "guardian", bodies=("uzpd-71",), username="third")
    story.clock.forward(timedelta(seconds=6))
    number = await offered(story)
    first = await holder(story, number)
    assert first == "guardian"  # of three without work the lowest id
    now = story.clock.now()
    away = Away(now, now + timedelta(days=1), "sick", third.viewer.username)
    await add_absence(story.rt, story.who("supervisor"), first, away)
    assert await holder(story, number) == "third"


async def test_the_language_of_the_case_comes_before_load(story):
    await change(story, "UPDATE people SET languages = '{ru}' WHERE username = 'guardian'")
    receipt = await story.message("Көршім баласын ұрып жатыр, көмектесіңіздерші")
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    assert (await story.case(number))["language"] == "kk"
    assert await holder(story, number) == "second guardian"


async def test_a_body_at_its_capacity_is_passed_over_until_something_ends(story):
    await change(story, "UPDATE bodies SET capacity = 1 WHERE id = 'uzpd-71'")
    first = await offered(story)
    second = await offered(story)
    leads = [(await story.lead(number))[0] for number in (first, second)]
    assert leads == ["uzpd-71", "guard-71"]
    await story.decline(first)
    assert (await story.lead(await offered(story)))[0] == "uzpd-71"


async def test_who_goes_away_between_proposal_and_offer_does_not_leave_it_waiting(story):
    number = await offered(story, offer=False)
    assert await story.lead(number) == ("uzpd-71", "proposed")
    now = story.clock.now()
    for who in ("guardian", "second guardian"):
        away = Away(now, now + timedelta(days=1), "sick")
        await add_absence(story.rt, story.who("supervisor"), who, away)
    await offer_case(story.rt, story.who("operator"), number)
    lead, status = await story.lead(number)
    assert lead not in ("uzpd-71", "guard-71")
    assert (await story.told(number))[("111", "nobody_there")] == 1
    assert status == "proposed" or lead == "own-111"


async def test_a_body_without_people_is_asked_and_111_hears_of_it_at_once(story):
    number = await offered(story, region="63")
    lead = (await story.lead(number))[0]
    assert lead in ("uzpd-63", "guard-63")
    assert (await story.told(number))[("111", "nobody_there")] == 1


@pytest.fixture
def statements(story):
    """Return a function that counts the statements of what is awaited."""
    counted = []

    def note(*_):
        counted.append(1)

    engine = story.rt.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)

    async def of(work):
        before = len(counted)
        await work
        return len(counted) - before

    yield of
    event.remove(engine, "before_cursor_execute", note)


async def test_a_choice_takes_as_many_statements_among_2_people_as_among_60(
    story, statements
):
    few = await statements(offered(story))
    await change(
        story,
        "WITH made AS (INSERT INTO people (username, display_name, role, password_hash)"
        " SELECT 'p' || n, 'P', 'guardian', '-' FROM generate_series(1, 58) AS n RETURNING id)"
        " INSERT INTO memberships (person_id, body_id) SELECT id, 'uzpd-71' FROM made",
    )
    many = await statements(offered(story))
    assert many <= few + 2, (few, many)  # the directory is read again: two
