"""How cases end and begin again; and an hour in which no sweep ran."""

from datetime import timedelta

import pytest

from hotline.actions.close_case import close_by_exception, close_case, reopen_case
from hotline.errors import NotAllowed, NotFound, RuleForbids
from tests.builders import a_case

WHY = "Семья выехала в другую страну, справка есть"


async def worked(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await story.accept(number)
    await story.accept(number, "police")
    await story.outcome(number)
    return number


async def sign(story, who, number, code="left_the_country"):
    return await close_by_exception(story.rt, story.who(who), number, code=code, text=WHY)


async def test_a_lawful_exception_needs_two_people(story):
    number = await a_case(story.rt, story.people["operator"])
    assert await sign(story, "operator", number) is False
    assert (await story.case(number))["status"] == "offered"
    with pytest.raises(RuleForbids) as refused:
        await sign(story, "operator", number)
    assert refused.value.code == "second_person_needed"
    assert await sign(story, "supervisor", number) is True
    case = await story.case(number)
    assert (case["status"], case["exception_code"], case["assistance_code"]) == (
        "closed", "left_the_country", None,
    )  # fmt: skip
    assert case["exception_by"] != case["exception_second"]
    assert (await story.history(number))["exception_signed"] == 2


async def test_the_second_person_must_sign_the_same_exception(story):
    number = await a_case(story.rt, story.people["operator"])
    await sign(story, "operator", number)
    assert await sign(story, "supervisor", number, "deceased") is False
    assert (await story.case(number))["status"] == "offered"
    with pytest.raises(RuleForbids):
        await sign(story, "supervisor", number, "deceased")
    assert await sign(story, "operator", number, "deceased") is True


async def test_an_exception_has_a_code_and_who_may_not_sign_does_not(story):
    number = await a_case(story.rt, story.people["operator"])
    with pytest.raises(RuleForbids):
        await sign(story, "operator", number, "no_time")
    for who in ("police", "commissioner"):
        with pytest.raises(NotAllowed):
            await sign(story, who, number)
    for who in ("admin", "other guardian", "family"):
        with pytest.raises(NotFound):
            await sign(story, who, number)


async def test_who_may_close(story):
    number = await worked(story)
    for who in ("operator", "commissioner", "police"):
        with pytest.raises(NotAllowed):
            await close_case(story.rt, story.who(who), number)
    await close_case(story.rt, story.who("supervisor"), number)
    assert (await story.case(number))["status"] == "closed"


async def test_a_reopened_case_needs_a_new_outcome_and_its_clocks_run_again(story):
    number = await worked(story)
    await story.close(number)
    await story.later(days=2)
    await reopen_case(story.rt, story.who("operator"), number, "Пишут, что всё повторилось")
    case = await story.case(number)
    assert (case["status"], case["closed_at"], case["assistance_code"]) == (
        "reopened", None, None,
    )  # fmt: skip
    assert await story.lead(number) == ("uzpd-71", "accepted")
    clocks = await story.clocks(number, "first_contact", "on_site_check")
    assert {row["state"] for row in clocks.values()} == {"running"}
    assert {row["started_at"] for row in clocks.values()} == {story.clock.now()}
    with pytest.raises(RuleForbids):
        await story.close(number)
    await story.outcome(number)
    await story.close(number)
    kinds = await story.database.fetch("SELECT kind FROM case_notes ORDER BY id")
    assert {"earlier_assistance", "earlier_check"} <= {row["kind"] for row in kinds}


async def test_a_reopened_case_that_nobody_led_is_proposed_again(story):
    number = await a_case(story.rt, story.people["operator"])
    await sign(story, "operator", number, "cannot_be_found")
    await sign(story, "supervisor", number, "cannot_be_found")
    assert await story.lead(number) is None
    await reopen_case(story.rt, story.who("supervisor"), number, "Семья нашлась")
    assert await story.lead(number) == ("uzpd-71", "proposed")
    receipt = await story.database.fetchval("SELECT receipt FROM contacts")
    await story.confirm(receipt)
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    assert (await story.case(number))["status"] == "closed"


async def test_a_late_clock_that_closing_ends_is_in_the_ledger(story):
    number = await worked(story)
    await story.later(days=9, sweep=False)  # nobody spoke with the child in time
    await story.close(number)
    names = await story.database.fetch("SELECT name FROM breaches")
    assert "first_contact" in {row["name"] for row in names}


async def test_after_an_hour_without_a_sweep_every_missed_step_comes_once_in_order(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.later(hours=1, sweep=False)
    await story.sweep()
    steps = await story.database.fetch(
        "SELECT e.percent, e.fell_due_at, e.at, c.due_at, c.started_at FROM escalations e"
        " JOIN clocks c ON c.id = e.clock_id WHERE c.name = 'human_eyes' ORDER BY e.id"
    )
    percents = [row["percent"] for row in steps]
    assert percents == sorted(set(percents))
    assert percents[:3] == [50, 80, 100]
    for row in steps:
        span = (row["due_at"] - row["started_at"]) * row["percent"] / 100
        assert row["fell_due_at"] == row["started_at"] + span
        assert row["at"] == story.clock.now()
    eyes = (await story.clocks(number))["human_eyes"]
    assert eyes["breached_at"] - eyes["started_at"] == timedelta(minutes=2)
    assert eyes["judged_at"] == story.clock.now()
    assert await story.lead(number) == ("uzpd-71", "offered")
    before = await story.count("escalations")
    await story.sweep()
    assert await story.count("escalations") == before
