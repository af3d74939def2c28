"""The forecast over real clocks: who sees it, what it learned from, and when it says nothing."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event

from benchmarks.forecast import generate
from hotline.actions import forecast_breaches as action
from hotline.actions.forecast_breaches import forecast_breaches
from hotline.errors import NotFound
from hotline.store.tables import clocks

INVENTED, ENOUGH = 1_200, 500  # of a year, of which half a year is looked at


async def a_past(story, case_id, n=INVENTED):
    """Give an old case of the story a past: clocks of an invented year, met and late."""
    invented = generate(n, seed=5)
    shift = (
        story.clock.now()
        - timedelta(days=2)
        - max(one.met_at or one.due_at for one in invented)
    )
    rows = [
        {
            "case_id": case_id, "name": one.name, "basis": "invented", "law": False,
            "calendar": "clock", "allowed": "x", "urgency": one.urgency,
            "started_at": one.started_at + shift, "due_at": one.due_at + shift,
            "met_at": one.met_at + shift if one.met_at else None,
            "state": "met" if one.met_at else "breached",
            "policy_version": "p", "calendar_version": "c",
        }
        for one in invented
    ]  # fmt: skip
    async with story.rt.transaction(story.who("supervisor")) as tx:
        await tx.run(clocks.insert(), rows)


async def a_case(story, **said):
    given = {"subcategory": "NEG.CARE", "urgency": 2, "region": "71", **said}
    return await story.confirm(await story.message(), **given)


async def test_with_too_little_past_it_says_so_and_due_soon_stands_in(story):
    number = await a_case(story)
    seen = await forecast_breaches(story.rt, story.who("supervisor"))
    assert (seen.enough, seen.rules) == (False, ())
    (line,) = [one for one in seen.cases if one.case == number]
    assert (line.p24, line.p72, line.due_soon) == (None, None, True)
    assert {one.expected24 for one in seen.bodies} == {None}


async def test_it_names_cases_bodies_and_what_would_prevent_a_breach(story):
    number = await a_case(story)
    old = await a_case(story, region="39")
    await a_past(story, (await story.case(old))["id"])
    seen = await forecast_breaches(story.rt, story.who("operator"))
    assert (seen.enough, seen.clocks >= ENOUGH) == (True, True)
    (line,) = [one for one in seen.cases if one.case == number]
    assert 0 <= line.p24 <= line.p72 <= 1
    assert line.prevent
    assert [one.hours for one in seen.rules] == [24, 72]
    assert all(one.bins for one in seen.rules)
    (body,) = [one for one in seen.bodies if one.body == line.body]
    assert body.expected72 >= body.expected24


async def test_the_nearer_the_deadline_the_likelier(story):
    number = await a_case(story)
    old = await a_case(story, region="39")
    await a_past(story, (await story.case(old))["id"])

    async def said():
        seen = await forecast_breaches(story.rt, story.who("operator"))
        return next(one for one in seen.cases if one.case == number)

    first = await said()
    await story.later(hours=3, sweep=False)
    then = await said()
    assert then.p24 >= first.p24


@pytest.mark.parametrize("who", ["admin", "commissioner", "guardian", "nobody's"])
async def test_nobody_outside_111_reads_it(story, who):
    with pytest.raises(NotFound):
        await forecast_breaches(story.rt, story.who(who))


async def test_who_is_complained_of_never_finds_the_case_in_it(story, database):
    number = await a_case(story)
    supervisor = story.who("supervisor")
    key = min(supervisor.keys)
    await database.execute(
        "UPDATE cases SET apart = ARRAY[$1::text] WHERE number = $2", key, number
    )
    seen = await forecast_breaches(story.rt, supervisor)
    assert (seen.cases, seen.bodies) == ((), ())
    other = await forecast_breaches(story.rt, story.who("second supervisor"))
    assert [one.case for one in other.cases] == [number]


async def test_many_who_ask_at_once_learn_once_and_hold_no_transaction_meanwhile(
    story, monkeypatch
):
    await a_case(story)
    open_ones, learned = [], []

    def begun(_):
        open_ones.append(True)

    def ended(_):
        open_ones.pop()

    def learn(*known):
        learned.append(len(open_ones))
        return really(*known)

    really = action._learn
    monkeypatch.setattr(action, "_learn", learn)  # the same answer; only counted
    engine = story.rt.engine.sync_engine
    for name, hears in (("begin", begun), ("commit", ended), ("rollback", ended)):
        event.listen(engine, name, hears)
    try:
        viewer = story.who("supervisor")
        await asyncio.gather(*(forecast_breaches(story.rt, viewer) for _ in range(4)))
    finally:
        for name, hears in (("begin", begun), ("commit", ended), ("rollback", ended)):
            event.remove(engine, name, hears)
    assert learned == [0]
