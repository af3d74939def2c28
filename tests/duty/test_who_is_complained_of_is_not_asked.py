"""Who is complained of after they were woken: they are not told, and silence nobody."""

import asyncio

import pytest

from hotline.actions.answer_page import (
    answer_by_code,
    answer_page,
    my_pages,
    page_of_code,
)
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.steps.accused import About
from hotline.actions.wake_duty import wake_duty
from hotline.cases.apart import person_key
from hotline.errors import NotFound
from hotline.identity.viewer import TRIAGE
from hotline.store import cases, pages, people
from tests import builders


async def grave(night):
    """A grave case, for which the guardian was woken first."""
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await builders.a_case(night.rt, night.people["operator"], urgency=0)
    assert ("uzpd-71", "guardian", "waiting") in await night.woken(number)
    return number


async def declare(night, number, *names):
    about = [About("person", name) for name in names]
    await declare_conflict(night.rt, night.who("operator"), number, about)


async def page_and_code(night, name):
    page = (await my_pages(night.rt, night.who(name)))[0]
    async with night.rt.transaction(night.who(name)) as tx:
        return page, pages.answer_code(tx, page)


async def as_now(night, name):
    async with night.rt.transaction(TRIAGE) as tx:
        return await people.viewer(tx, night.who(name).person_id)


async def test_who_is_complained_of_cannot_answer_any_more_and_the_next_is_woken(night):
    number = await grave(night)
    page, code = await page_and_code(night, "guardian")
    await declare(night, number, "guardian")
    with pytest.raises(NotFound):
        await answer_page(night.rt, await as_now(night, "guardian"), page.id)
    assert await page_of_code(night.rt, code) is None
    assert not await answer_by_code(night.rt, code)
    await wake_duty(night.rt)
    woken = await night.woken(number)
    assert ("uzpd-71", "guardian", "passed") in woken
    assert ("uzpd-71", "second guardian", "waiting") in woken
    assert not await answer_by_code(night.rt, code)  # late, and out all the same
    assert (await night.history(number))["duty_answered"] == 0


async def test_what_one_case_says_of_a_person_leaves_their_other_pages_alone(night):
    number, other = await grave(night), await grave_too(night)
    await declare(night, number, "guardian")
    await wake_duty(night.rt)
    assert ("uzpd-71", "guardian", "waiting") in await night.woken(other)
    (page,) = await my_pages(night.rt, await as_now(night, "guardian"))
    await answer_page(night.rt, await as_now(night, "guardian"), page.id)
    assert ("uzpd-71", "guardian", "answered") in await night.woken(other)


async def grave_too(night):
    return await builders.a_case(night.rt, night.people["operator"], urgency=0)


async def test_a_case_in_somebodys_hands_holds_up_no_other_chain(night):
    number, other = await grave(night), await grave_too(night)
    await night.later(minutes=4)
    async with night.rt.transaction(TRIAGE) as tx:
        await cases.by_id(tx, builders.row_id(night.rt, number), lock=True)
        await asyncio.wait_for(wake_duty(night.rt), 20)
        assert ("uzpd-71", "guardian", "waiting") in await night.woken(number)
        assert ("uzpd-71", "second guardian", "waiting") in await night.woken(other)
    await wake_duty(night.rt)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(number)


async def test_nobody_is_woken_who_is_complained_of_at_that_moment(night):
    number = await grave(night)
    await night.later(minutes=4)
    row_id = builders.row_id(night.rt, number)
    async with night.rt.transaction(TRIAGE) as tx:
        await cases.by_id(tx, row_id, lock=True)
        sweep = asyncio.ensure_future(wake_duty(night.rt))
        done, _ = await asyncio.wait([sweep], timeout=1)
        await tx.connection.exec_driver_sql(
            "INSERT INTO complaints (case_id, kind, person_id, at) VALUES"
            f" ({row_id}, 'person', {night.who('second guardian').person_id}, now())"
        )
    await sweep
    await wake_duty(night.rt)
    woken = [page[1] for page in await night.woken(number)]
    assert "second guardian" not in woken
    assert done  # it did not wait for the case either


async def complains_of(night, *names):
    """Keep people out of every contact, as triage does of whom a contact complains."""
    keys = [person_key(night.who(name).person_id) for name in names]
    await night.database.execute("UPDATE contacts SET apart = $1", keys)


async def test_a_contact_that_is_no_case_yet_wakes_nobody_of_whom_it_complains(night):
    await night.database.execute(
        "INSERT INTO memberships (person_id, body_id) VALUES ($1, 'own-111')",
        night.who("second operator").person_id,
    )
    await night.on_duty("own-111", "second operator", "duty")
    await night.message(builders.DANGER, triaged=False)
    await complains_of(night, "second operator")
    await night.later(minutes=20)
    rows = await night.database.fetch(
        "SELECT u.username FROM pages p JOIN people u ON u.id = p.person_id"
    )
    assert [row["username"] for row in rows] == ["duty"]
    (page,) = await my_pages(night.rt, night.who("duty"))
    await complains_of(night, "second operator", "duty")
    assert await my_pages(night.rt, night.who("duty")) == []
    with pytest.raises(NotFound):
        await answer_page(night.rt, night.who("duty"), page.id)
