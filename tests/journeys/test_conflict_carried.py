"""A contact that somebody is out of takes that along into whatever case it comes to."""

import pytest

from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.actions.decide_link import decide_link
from hotline.actions.forget_person import forget_person
from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.cases.apart import person_key
from hotline.cases.inbound import Identity
from hotline.store import history
from tests import builders
from tests.journeys.test_conflict_declared import again, declare, sees

__all__ = ["declare"]
OUT = "second operator"
KAZAKH = "Балабақшаға кезек қашан жетеді? Павлодар қаласы"
RUSSIAN = "Когда подойдёт очередь в детский сад в Павлодаре?"


async def attached(story):
    """A contact that was attached to the case of another one; and that case."""
    one = await story.message(KAZAKH, identity=Identity("Қайрат Өмірзақов", "+77017654518"))
    two = await story.message(
        RUSSIAN, identity=Identity("Kairat Umirzakov", "+77059990000")
    )
    rt, operator = story.rt, story.who("operator")
    number = await story.confirm(one, region="55", subcategory="EDU.ACC")
    await decide_link(rt, operator, one, two, same=True)
    await attach_contact(rt, operator, two, number)
    return two, number


@pytest.fixture
async def carried(story, declare):
    """A waiting contact that was in a case which complains of OUT."""
    receipt, number = await attached(story)
    await declare(number, ("person", OUT))
    await detach_contact(story.rt, story.who("operator"), receipt)
    return receipt


async def complained_of(story, number):
    rows = await story.database.fetch(
        "SELECT p.username FROM complaints c JOIN cases k ON k.id = c.case_id"
        " JOIN people p ON p.id = c.person_id WHERE k.number = $1 AND lifted_at IS NULL",
        number,
    )
    return [row["username"] for row in rows]


async def test_the_case_that_it_opens_is_closed_to_the_same_people(story, carried):
    number = await story.confirm(carried, region="55", subcategory="EDU.ACC")
    assert await complained_of(story, number) == [OUT]
    assert not await sees(story, OUT, number, carried)
    assert await sees(story, "operator", number, carried)


async def test_what_came_along_is_set_aside_by_two_people(story, carried):
    number = await story.confirm(carried, region="55", subcategory="EDU.ACC")
    found = "SELECT id FROM complaints WHERE case_id = $1"
    row = await story.database.fetchval(found, builders.row_id(story.rt, number))
    await propose_lift(story.rt, story.who("supervisor"), number, row, "Однофамилец")
    await confirm_lift(story.rt, story.who("second supervisor"), number, row)
    assert await sees(story, OUT, number, carried)


async def test_the_case_that_it_is_attached_to_is_closed_to_them_then_and_later(
    story, carried, declare
):
    third = await story.message(RUSSIAN, identity=Identity("Кайрат У.", "+77051112233"))
    number = await story.confirm(third, region="55", subcategory="EDU.ACC")
    assert await sees(story, OUT, number, third)
    rt, operator = story.rt, story.who("operator")
    await decide_link(rt, operator, third, carried, same=True)
    await attach_contact(rt, operator, carried, number)
    assert not await sees(story, OUT, number, third)
    await declare(number, ("body", "edu-55"))
    assert await complained_of(story, number) == [OUT]
    for one in (carried, third):
        assert not await sees(story, OUT, number, one)


async def test_it_goes_along_though_the_report_itself_was_forgotten(story, carried):
    await forget_person(story.rt, story.who("supervisor"), [carried])
    number = await story.confirm(carried, region="55", subcategory="EDU.ACC")
    assert await complained_of(story, number) == [OUT]


async def test_history_and_decisions_tell_nothing_of_a_contact_that_is_closed(story):
    receipt, number = await attached(story)
    hidden = builders.row_id(story.rt, receipt)
    rows = {
        table: {
            row["id"]
            for row in await story.database.fetch(
                f"SELECT id FROM {table} WHERE contact_id = $1", hidden
            )
        }
        for table in ("case_events", "decisions")
    }
    keys = [person_key(story.who(OUT).person_id)]
    await story.database.execute(
        "UPDATE contacts SET apart = $1 WHERE id = $2", keys, hidden
    )
    happened, decided = await told(story, "operator", number)
    assert rows["case_events"] & happened
    assert rows["decisions"] & decided
    seen, chosen = await told(story, OUT, number)
    assert seen == happened - rows["case_events"]
    assert chosen == decided - rows["decisions"]
    await detach_contact(story.rt, story.who("operator"), receipt)
    assert await told(story, OUT, number) == (seen, chosen)


async def told(story, who, number):
    """The ids of a case's history and decisions that `who` reads."""
    viewer, key = await again(story, who), story.rt.number_key
    async with story.rt.transaction(viewer) as tx:
        happened = await history.of_case(tx, viewer, number, key)
        decided = await history.decisions_of(tx, viewer, number, key)
    return {line.id for line in happened}, {line.id for line in decided}
