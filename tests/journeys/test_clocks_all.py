"""Every clock of the policy starts with what starts it and is met by what meets it."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace as changed

from hotline.actions.close_case import reopen_case
from hotline.actions.pause_clock import resume_clock
from hotline.actions.recompute_calendar import recompute_calendar
from hotline.actions.record_found_child import record_found_child
from hotline.actions.record_quality_call import record_quality_call
from hotline.actions.verify_clocks import verify_clocks
from hotline.cases.inbound import ContactPolicy
from hotline.cases.terms import Regime
from hotline.config.calendar import ClosedDay
from hotline.errors import RuleForbids
from hotline.sla.calendar import WorkingCalendar
from tests.builders import a_call
from tests.journeys.test_clocks_put_off import (
    OUTCOME,
    a_taken_case,
    extend,
    local,
    outcome_clock,
    pause,
)

SAFE = ContactPolicy(may_write=True, may_call=True, hours="18-20", code_word="кітапхана")
WHAT = "Девочка около трёх лет, на вокзале, документов нет"


async def found(story, number, step, **more):
    await record_found_child(
        story.rt, story.who("guardian"), number, step=step, text=WHAT, **more
    )


async def test_a_found_child_is_registered_in_a_working_day_and_placed_on_in_three_days(
    story,
):
    number = await a_taken_case(story)
    with pytest.raises(RuleForbids) as refused:
        await found(story, number, "registered")
    assert refused.value.code == "not_recorded"
    await found(story, number, "found")
    await found(story, number, "in_hospital")
    clocks = await story.clocks(number)
    register, stay = clocks["guardianship_register"], clocks["hospital_stay"]
    assert (register["law"], register["due_at"]) == (True, local("2026-11-23 18:30"))
    assert (stay["law"], stay["due_at"]) == (True, story.clock.now() + timedelta(days=3))
    with pytest.raises(RuleForbids) as refused:
        await found(story, number, "found")
    assert refused.value.code == "recorded_already"
    await found(story, number, "registered")
    await story.later(days=4)
    await found(story, number, "placed_on")
    states = {name: c["state"] for name, c in (await story.clocks(number)).items()}
    assert (states["guardianship_register"], states["hospital_stay"]) == ("met", "met")
    assert (await story.clocks(number))["hospital_stay"]["breached_at"]


CALLS = [
    # what                            policy                                      urgency  starts
    ("a number, hours and a word",    SAFE,                                       2,       True),
    ("nobody may call",               ContactPolicy(may_write=True),              2,       False),
    ("no code word",                  ContactPolicy(may_call=True, hours="18-20"), 2,      False),
    ("an ordinary matter",            SAFE,                                       3,       False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "reach", "urgency", "starts"), CALLS, ids=[row[0] for row in CALLS]
)
async def test_a_call_after_closing_is_owed_only_where_it_is_safe(
    story, what, reach, urgency, starts
):
    number = await a_call(story.rt, story.people["operator"], urgency=urgency, policy=reach)
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    clock = (await story.clocks(number)).get("quality_call")
    assert (clock is not None) is starts
    operator = story.who("operator")
    if clock is None:
        with pytest.raises(RuleForbids) as refused:
            await record_quality_call(story.rt, operator, number, result="helped")
        assert refused.value.code == "no_call_owed"
        return
    assert clock["due_at"] == story.clock.now() + timedelta(days=30)
    await record_quality_call(story.rt, operator, number, result="no_answer")
    assert (await story.clocks(number))["quality_call"]["state"] == "running"
    await record_quality_call(story.rt, operator, number, result="not_helped", text="Бьют")
    assert (await story.clocks(number))["quality_call"]["state"] == "met"
    assert (await story.told(number))[("111", "not_helped")] == 1
    await reopen_case(story.rt, operator, number, "Не помогло")


async def test_a_rayon_has_six_hours_for_the_check_and_a_city_three(story):
    operator = story.people["operator"]
    rayon = next(
        d for d in story.rt.config.places.districts if d.kind == "rayon" and d.kato
    )
    city = next(d for d in story.rt.config.places.districts if d.kind == "city" and d.kato)
    spans = []
    for place in (rayon, city):
        number = await a_call(
            story.rt, operator, urgency=0, region=place.region, district=place.kato
        )
        clock = (await story.clocks(number))["on_site_check"]
        spans.append(clock["due_at"] - clock["started_at"])
    assert spans == [timedelta(hours=6), timedelta(hours=3)]


async def test_the_hours_of_the_body_that_was_asked_count_and_a_re_route_keeps_them(story):
    await story.database.execute(
        'UPDATE bodies SET hours = \'{"fri": ["09:00-11:00"], "mon": ["09:00-11:00"]}\''
        " WHERE id IN ('guard-71', 'uzpd-71')"
    )
    number = await a_call(story.rt, story.people["operator"], urgency=2)
    clock = await story.acceptance(number)
    # Friday 10:00: one hour today, two on Monday, one on Friday.
    assert clock["due_at"] == local("2026-11-27 10:00")
    assert clock["body_id"] in ("guard-71", "uzpd-71")
    await story.later(hours=5)
    await story.decline(number)
    after = await story.acceptance(number)
    assert (after["id"], after["due_at"], after["started_at"], after["body_id"]) == (
        clock["id"], clock["due_at"], clock["started_at"], clock["body_id"],
    )  # fmt: skip
    assert (await verify_clocks(story.rt)).differences == ()


async def test_a_signal_and_an_appeal_have_the_same_days(story):
    dues = []
    for regime in (Regime.SIGNAL, Regime.APPEAL):
        number = await a_call(story.rt, story.people["operator"], urgency=3, regime=regime)
        clock = await outcome_clock(story, number)
        dues.append((clock["due_at"], clock["law"]))
    assert dues == [(local("2026-12-11 18:30"), False), (local("2026-12-11 18:30"), True)]
    with pytest.raises(RuleForbids) as refused:
        await a_call(
            story.rt,
            story.people["operator"],
            urgency=3,
            regime=Regime.APPEAL,
            identity=None,
        )
    assert refused.value.code == "anonymous_appeal"


async def test_another_calendar_moves_open_working_deadlines_and_nothing_else(story):
    late = await a_taken_case(story)
    await story.later(days=30)
    open_one = await a_taken_case(story)
    before = {n: await story.clocks(n) for n in (late, open_one)}
    assert before[late][OUTCOME]["state"] == "breached"
    assert await recompute_calendar(story.rt) == 0
    config = story.rt.config.calendar
    day = before[open_one][OUTCOME]["due_at"].date()
    shut = changed(config, closed=(*config.closed, ClosedDay(date=day, source="приказ")))
    story.rt.calendar = WorkingCalendar(shut)
    assert await recompute_calendar(story.rt) > 0
    assert await recompute_calendar(story.rt) == 0
    after = {n: await story.clocks(n) for n in (late, open_one)}
    assert after[late] == before[late]
    assert after[open_one][OUTCOME]["due_at"] > before[open_one][OUTCOME]["due_at"]
    assert after[open_one]["first_contact"]["told_percent"] == 0
    assert (await story.history(open_one))["clock_recomputed"] >= 1
    assert (await verify_clocks(story.rt)).differences == ()


async def test_what_was_late_by_the_old_calendar_stays_late_though_no_sweep_had_looked(
    story,
):
    number = await a_taken_case(story)
    due = (await outcome_clock(story, number))["due_at"]
    await story.later(days=30, sweep=False)
    config = story.rt.config.calendar
    shut = changed(
        config, closed=(*config.closed, ClosedDay(date=due.date(), source="приказ"))
    )
    story.rt.calendar = WorkingCalendar(shut)
    await recompute_calendar(story.rt)
    await story.sweep()
    clock = await outcome_clock(story, number)
    assert (clock["state"], clock["breached_at"], clock["due_at"]) == ("breached", due, due)


async def test_every_clock_of_a_long_life_is_what_its_ledger_says(story):
    number = await a_taken_case(story)
    await found(story, number, "found")
    await pause(story, number)
    await story.later(days=5)
    await resume_clock(story.rt, story.who("guardian"), number, clock=OUTCOME)
    await extend(story, number, date(2027, 1, 15))
    await story.give_back(number)
    await story.later(days=40)
    seen = await verify_clocks(story.rt)
    assert seen.differences == ()
    assert seen.clocks >= 6
