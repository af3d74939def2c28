"""The way back of an offer: what it may not undo, and what a body is never charged for."""

import asyncio
from datetime import timedelta

import pytest

from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.retract_step import retract_step
from hotline.actions.verify_clocks import verify_clocks
from hotline.actions.view_case import record_view
from hotline.cases.terms import Channel
from hotline.errors import NotFound, RuleForbids
from hotline.store import cases
from tests.builders import a_contact, a_person, everybody

SAID = Confirmation(subcategory="VIO.PHY", urgency=2, region="71")


@pytest.fixture
async def people(rt):
    return await everybody(rt) | {"second": await a_person(rt, "operator")}


async def offered(rt, people):
    receipt = await a_contact(rt, "Соседи бьют ребёнка", channel=Channel.TELEGRAM)
    number = await confirm_contact(rt, people["operator"].viewer, receipt, SAID)
    return receipt, number


async def test_what_a_machine_had_offered_before_stays_offered(rt, people, clock, database):
    receipt, _ = await offered(rt, people)
    # As the fail-safe leaves it: a body was asked, and nobody at 111 has looked.
    await database.execute("UPDATE contacts SET seen_at = NULL, seen_by = NULL")
    await database.execute("UPDATE referrals SET offered_by = 'fail_safe'")
    asked = "SELECT id, status, offered_at FROM referrals ORDER BY id"
    before = await database.fetch(asked)
    clock.forward(timedelta(minutes=5))
    second = people["second"].viewer
    await confirm_contact(rt, second, receipt, Confirmation())
    with pytest.raises(RuleForbids) as wrong:
        await retract_step(rt, second, receipt)
    assert wrong.value.code == "offered_before"
    assert await database.fetch(asked) == before


async def test_no_term_of_a_body_runs_for_an_offer_that_was_a_slip(
    rt, people, clock, database
):
    receipt, _ = await offered(rt, people)
    await retract_step(rt, people["operator"].viewer, receipt)
    running = (
        "SELECT min(started_at) FROM clocks WHERE name IN ('acceptance', 'redirect')"
        " AND state = 'running'"
    )
    assert await database.fetchval(running) is None
    clock.forward(timedelta(hours=1))
    again = await confirm_contact(rt, people["operator"].viewer, receipt, SAID)
    assert again
    assert await database.fetchval(running) == clock.now()
    assert (await verify_clocks(rt)).differences == ()


async def test_who_opens_it_while_it_is_taken_back_sees_it_or_it_stays(
    rt, people, database
):
    receipt, number = await offered(rt, people)
    case_id = await database.fetchval("SELECT id FROM cases")
    guardian, operator = people["guardian"].viewer, people["operator"].viewer
    async with rt.transaction(guardian) as tx:  # the page was read, nothing is written yet
        await cases.read(tx, guardian, number, rt.number_key)
        await record_view(tx, case_id, "page")
        back = asyncio.create_task(retract_step(rt, operator, receipt))
        await asyncio.wait([back], timeout=0.5)
        assert not back.done()
    with pytest.raises(RuleForbids) as wrong:
        await back
    assert wrong.value.code == "opened_already"


async def test_a_page_that_was_read_before_the_way_back_is_not_handed_out_after_it(
    rt, people, database
):
    receipt, number = await offered(rt, people)
    case_id = await database.fetchval("SELECT id FROM cases")
    guardian, operator = people["guardian"].viewer, people["operator"].viewer
    async with rt.transaction(guardian) as tx:
        await cases.read(tx, guardian, number, rt.number_key)
        await retract_step(rt, operator, receipt)
        with pytest.raises(NotFound):
            await record_view(tx, case_id, "page")


async def test_a_page_whose_clock_is_behind_has_opened_it_all_the_same(
    rt, people, clock, database
):
    receipt, number = await offered(rt, people)
    case_id = await database.fetchval("SELECT id FROM cases")
    guardian = people["guardian"].viewer
    clock.forward(timedelta(seconds=-3))
    async with rt.transaction(guardian) as tx:
        await cases.read(tx, guardian, number, rt.number_key)
        await record_view(tx, case_id, "page")
    with pytest.raises(RuleForbids) as wrong:
        await retract_step(rt, people["operator"].viewer, receipt)
    assert wrong.value.code == "opened_already"
