"""Steps for people of a body wait for its hours; where life or health is at risk none does."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from hotline.actions.judge_clocks import judge_clocks
from hotline.cases.terms import Urgency
from hotline.config.sla import Audience, LadderStep
from hotline.sla.breach import DueStep
from hotline.sla.escalation import tellable
from tests.builders import a_case
from tests.conftest import ALMATY

NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=ALMATY)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ALMATY)
HEAD, ASSIGNEE, SHIFT = Audience.HEAD_OF_BODY, Audience.ASSIGNEE, Audience.SHIFT_SUPERVISOR

TABLE = [
    # what                                  urgency  audiences told in order    told  held until
    ("life at risk waits for nobody's hours", 0, [[HEAD], [HEAD]], 2, None),
    ("harm within a day does neither", 1, [[ASSIGNEE]], 1, None),
    ("a head sleeps at night", 2, [[HEAD]], 0, MONDAY),
    ("111's shift does not", 2, [[SHIFT]], 1, None),
    ("what stands before a held step is told", 3, [[SHIFT], [HEAD]], 1, MONDAY),
    ("what stands behind one waits, the order stays", 3, [[HEAD], [SHIFT]], 0, MONDAY),
    ("nothing due, nothing held", 3, [], 0, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "urgency", "audiences", "told", "held"), TABLE)
def test_who_is_told_at_night(text, urgency, audiences, told, held):
    due = [
        DueStep(
            n, NIGHT - timedelta(hours=1), LadderStep(percent=80 + n, audience=tuple(a))
        )
        for n, a in enumerate(audiences)
    ]
    found = tellable(due, Urgency(urgency), NIGHT, lambda _step, _at: MONDAY)
    assert (len(found.steps), found.held_until) == (told, held)


async def ladder_of(database, number):
    return await database.fetch(
        "SELECT e.*, c.name FROM escalations e JOIN cases k ON k.id = e.case_id"
        " JOIN clocks c ON c.id = e.clock_id WHERE k.number = $1 ORDER BY e.id",
        number,
    )


async def test_an_important_case_over_a_weekend_rings_nobody_of_a_body_outside_its_hours(
    story, rt, database
):
    number = await a_case(rt, story.people["operator"], urgency=2)
    await story.accept(number)
    for _ in range(5 * 24):
        await story.later(hours=1)
    told = await ladder_of(database, number)
    assert told
    for one in told:
        if set(one["audience"]) - {"shift_supervisor", "duty_list"}:
            assert rt.calendar.is_open(one["at"]), (one["name"], one["percent"], one["at"])
    keys = [(one["clock_id"], one["step"]) for one in told]
    assert len(set(keys)) == len(keys)


async def test_a_grave_case_at_night_is_raised_at_night(story, rt, database):
    await story.later(hours=16)  # 02:00
    number = await a_case(rt, story.people["operator"], urgency=0)
    await story.later(hours=1)
    told = await ladder_of(database, number)
    assert {one["percent"] for one in told} >= {50, 80, 100}
    assert not any(rt.calendar.is_open(one["at"]) for one in told)


async def test_a_sweep_writes_many_clocks_in_few_statements(story, rt, database):
    """Fifty late clocks cost not one statement more than five."""
    counted = SimpleNamespace(n=0)

    def count(*_):
        counted.n += 1

    event.listen(rt.engine.sync_engine, "before_cursor_execute", count)
    costs = []
    for many in (5, 50):
        await database.execute(
            "INSERT INTO clocks (name, basis, law, calendar, allowed, urgency, started_at, due_at,"
            " state, next_look_at, policy_version, calendar_version)"
            " SELECT 'human_eyes', 'test', false, 'clock', 'PT1H', 4, $1, $2, 'running', $2, 'v', 'v'"
            " FROM generate_series(1, $3)",
            rt.clock.now() - timedelta(hours=2), rt.clock.now() - timedelta(hours=1), many,
        )  # fmt: skip
        counted.n = 0
        assert await judge_clocks(rt) == many
        costs.append(counted.n)
    event.remove(rt.engine.sync_engine, "before_cursor_execute", count)
    assert costs[1] <= costs[0], costs
    assert costs[0] <= 14, costs
    assert await database.fetchval("SELECT count(*) FROM breaches") == 55
    assert await database.fetchval("SELECT count(*) FROM escalations") == 55


@pytest.fixture
async def story(rt, clock, database):
    from tests.story import Story, everybody

    return Story(rt, clock, database, await everybody(rt))
