"""102, 103, 112: the right desk, every call with its result, red until somebody says a name."""

from datetime import date

import asyncpg
import pytest

from hotline.actions.change_emergency_number import NumberGiven, add_number, end_number
from hotline.actions.read_emergency import read_emergency
from hotline.actions.record_handoff import handoff_attempted, handoff_called
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.store.case_view import read_case
from tests.builders import DANGER, a_call

DESK = NumberGiven("102", "39", "8 7142 50 01 02", date(2026, 1, 1), "письмо от 20.11.2026")


async def in_danger(story, **said):
    return await a_call(story.rt, story.people["operator"], urgency=0, **said)


async def tried(story, number, result, who="operator", service="102", **said):
    said = {"number_called": "87142500102", **said}
    await handoff_attempted(
        story.rt, story.who(who), number, service, result=result, **said
    )


async def task(story, number, service="102"):
    viewer = story.who("operator")
    async with story.rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, story.rt.number_key)
    return next(one for one in case.emergency if one.service == service)


async def test_the_task_stays_red_through_every_call_that_came_to_nothing(story):
    number = await in_danger(story)
    operator = story.who("operator")
    for result in ("no_answer", "wrong_region", "dropped", "refused"):
        await handoff_called(story.rt, operator, number, "102", number_called="102")
        assert (await task(story, number)).state == "called"
        rung = story.clock.now()
        await story.later(seconds=40, sweep=False)
        await tried(story, number, result, note="линия занята")
        found = await task(story, number)
        assert (found.state, found.accepted_at) == ("required", None), result
        last = found.attempts[-1]
        assert (last.called_at, last.at, last.result) == (rung, story.clock.now(), result)
        assert (last.number, last.note) == ("87142500102", "линия занята")
        assert (await story.clocks(number))["emergency_handoff"]["state"] == "running"
    await story.later(minutes=5)
    assert (await story.clocks(number))["emergency_handoff"]["state"] == "breached"
    await tried(story, number, "accepted", by="Ким, жетон 7731")
    found = await task(story, number)
    assert (found.state, found.accepted_by) == ("accepted", "Ким, жетон 7731")
    assert len(found.attempts) == 5
    clock = (await story.clocks(number))["emergency_handoff"]
    assert (clock["state"], clock["met_at"]) == ("met", story.clock.now())
    assert clock["breached_at"] is not None  # that it was late stays


async def test_the_shift_supervisor_hears_after_the_second_failed_call(story):
    number = await in_danger(story)
    alarm = ("111", "handoff_failed")
    await tried(story, number, "no_answer")
    assert (await story.told(number))[alarm] == 0
    await tried(story, number, "wrong_region")
    assert (await story.told(number))[alarm] == 1


REFUSED = [
    # what is sent                      result        more                        field
    ("a result that is none",           "busy",       {},                         "result"),
    ("an acceptance by nobody",         "accepted",   {"by": " "},                "by"),
    ("an acceptance without a name",    "accepted",   {},                         "by"),
    ("a number that is none",           "no_answer",  {"number_called": "дежурка"}, "number"),
    ("no number",                       "no_answer",  {"number_called": ""},      "number"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "result", "more", "field"), REFUSED)
async def test_what_is_no_attempt_names_its_field(story, what, result, more, field):
    number = await in_danger(story)
    with pytest.raises(RuleForbids) as refused:
        await tried(story, number, result, **more)
    assert refused.value.facts["field"] == field, what
    assert await story.count("handoff_attempts") == 0


async def test_an_attempt_is_never_changed(story):
    number = await in_danger(story)
    await tried(story, number, "dropped")
    for statement in (
        "UPDATE handoff_attempts SET result = 'accepted'",
        "DELETE FROM handoff_attempts",
    ):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await story.database.execute(statement)


async def test_a_service_that_no_rule_named_gets_a_clock_of_its_own(story):
    number = await in_danger(story)
    await story.later(minutes=1)
    await tried(story, number, "no_answer", service="103", number_called="103")
    clock = (await story.clocks(number))["emergency_handoff"]
    assert (clock["state"], clock["started_at"]) == ("running", story.clock.now())


async def test_the_desk_of_the_child_s_place_is_named_from_the_day_it_holds(story):
    number = await in_danger(story, region="39")
    operator = story.who("operator")
    before = (await read_emergency(story.rt, operator, number)).ways["102"].steps
    assert [(s.way, s.number) for s in before] == [("through_centre", "102")]
    await add_number(story.rt, story.who("supervisor"), DESK)
    after = (await read_emergency(story.rt, operator, number)).ways["102"].steps
    assert [(s.way, s.number) for s in after] == [
        ("region_desk", "87142500102"), ("through_centre", "102"),
    ]  # fmt: skip


async def test_the_script_shows_what_the_message_named(story):
    receipt = await story.message(
        DANGER + ", мы в Костанае", region_hint=None, identity=None
    )
    number = (await story.case_of(receipt))["number"]
    guide = await read_emergency(story.rt, story.who("operator"), number)
    answered = {line.asks: line.answered for line in guide.script if line.answered}
    assert answered["town"][0].startswith("39")


async def test_a_complaint_about_the_police_names_others(story):
    number = await in_danger(story, region="71")
    await story.database.execute("UPDATE cases SET apart = '{police-71}'")
    way = (await read_emergency(story.rt, story.who("operator"), number)).ways["102"]
    assert way.instead
    assert [step.service or step.body for step in way.steps] == ["112", "PROS"]


NUMBERS = [
    # what is wrong            changes                                        field
    ("an overlap",             {"number": "112"},                             "valid_from"),
    ("an unknown service",     {"service": "911"},                            "service"),
    ("an unknown region",      {"region": "99"},                              "region"),
    ("a foreign district",     {"district": "101000000"},                     "district"),
    ("an end before its day",  {"valid_to": date(2025, 1, 1)},                "valid_to"),
    ("no number",              {"number": "дежурный"},                        "number"),
    ("no source",              {"source": " ", "region": "63"},               "source"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "changes", "field"), NUMBERS)
async def test_a_number_that_cannot_be_is_refused(story, what, changes, field):
    from dataclasses import replace

    await add_number(story.rt, story.who("admin"), DESK)
    with pytest.raises(RuleForbids) as refused:
        await add_number(story.rt, story.who("admin"), replace(DESK, **changes))
    assert refused.value.facts["field"] == field, what
    assert await story.count("emergency_numbers") == 1


async def test_a_number_ends_and_the_next_takes_over_without_a_gap(story):
    from dataclasses import replace

    admin, day = story.who("admin"), date(2026, 11, 20)
    first = await add_number(story.rt, admin, DESK)
    with pytest.raises(RuleForbids):
        await end_number(story.rt, admin, first, DESK.valid_from)
    await end_number(story.rt, admin, first, day)
    await add_number(story.rt, admin, replace(DESK, number="87142999999", valid_from=day))
    number = await in_danger(story, region="39")
    steps = (
        (await read_emergency(story.rt, story.who("operator"), number)).ways["102"].steps
    )
    assert [s.number for s in steps] == ["87142999999", "102"]
    with pytest.raises(NotFound):
        await end_number(story.rt, admin, 999, day)


async def test_who_keeps_the_numbers(story):
    for who in ("operator", "guardian", "commissioner"):
        with pytest.raises(NotAllowed):
            await add_number(story.rt, story.who(who), DESK)


async def test_who_may_not_know_of_the_case_learns_nothing(story):
    number = await in_danger(story)
    for who in ("other guardian", "family", "admin"):
        with pytest.raises(NotFound):
            await read_emergency(story.rt, story.who(who), number)
