"""Another ladder: what was told is not told again, and nothing that it wants is left out."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from hotline.actions.recompute_calendar import recompute_calendar
from hotline.actions.verify_clocks import verify_clocks
from hotline.config.sla import Audience, LadderStep
from tests.builders import a_case

SHIFT = (Audience.SHIFT_SUPERVISOR,)  # awake at any hour
SHIPPED = (80, 100, 150)


def lay(rt, *percents):
    """Two people enabled this ladder for urgency 2, and the process follows."""
    steps = tuple(LadderStep(percent=percent, audience=SHIFT) for percent in percents)
    sla = changed(rt.config.sla, ladder={**rt.config.sla.ladder, 2: steps})
    rt.adopt(replace(rt.config, sla=sla), 1)


async def told(story, number):
    """(percent told, percent of the clock's time that had passed) of `first_contact`."""
    rows = await story.database.fetch(
        "SELECT e.percent, extract(epoch FROM e.at - c.started_at)"
        "  / extract(epoch FROM c.due_at - c.started_at) * 100 AS passed"
        " FROM escalations e JOIN clocks c ON c.id = e.clock_id"
        " JOIN cases k ON k.id = c.case_id"
        " WHERE k.number = $1 AND c.name = 'first_contact' ORDER BY e.id",
        number,
    )
    return [(row["percent"], round(row["passed"])) for row in rows]


@pytest.fixture
async def number(story):
    lay(story.rt, *SHIPPED)
    found = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(found)
    return found


async def passes(story, number, until):
    """Time goes on until so many percent of `first_contact` have passed; the sweep looks."""
    clock = (await story.clocks(number))["first_contact"]
    moment = clock["started_at"] + (clock["due_at"] - clock["started_at"]) * until / 100
    story.clock.forward(moment - story.clock.now())
    await story.sweep()


LADDERS = [
    # what                              told at  the new ladder        what is told in all, and when
    ("a step less in front",               85,   (100, 150),           [(80, 85), (100, 210), (150, 210)]),
    ("a step more in front",               85,   (50, 80, 100, 150),   [(80, 85), (100, 210), (150, 210)]),
    ("a step more behind",                 160,  (80, 100, 150, 200),  [(80, 160), (100, 160), (150, 160), (200, 210)]),
    ("the same again",                     85,   SHIPPED,              [(80, 85), (100, 210), (150, 210)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "at", "percents", "in_all"), LADDERS, ids=[row[0] for row in LADDERS]
)
async def test_every_step_is_told_once_by_the_ladder_of_then(
    story, number, what, at, percents, in_all
):
    await passes(story, number, at)
    lay(story.rt, *percents)
    await recompute_calendar(story.rt)
    await passes(story, number, 210)
    assert await told(story, number) == in_all
    assert (await verify_clocks(story.rt)).differences == ()


async def test_a_new_step_that_comes_earlier_is_told_in_its_moment(story, number):
    lay(story.rt, 20, 80)
    await recompute_calendar(story.rt)
    await passes(story, number, 20)
    assert await told(story, number) == [(20, 20)]


async def test_a_new_step_whose_moment_has_passed_is_told_at_once_and_looked_for_once(
    story, number
):
    await passes(story, number, 60)
    lay(story.rt, 50, 80)
    await recompute_calendar(story.rt)
    await story.sweep()
    assert await told(story, number) == [(50, 60)]
    looks = await story.clocks(number)
    await recompute_calendar(story.rt)
    assert await story.clocks(number) == looks
