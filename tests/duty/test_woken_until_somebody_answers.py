"""A grave case is offered at night: one after the other is woken until a person answers."""

from hotline.actions.answer_page import answer_page
from tests.builders import a_case


async def grave(night, **said):
    return await a_case(night.rt, night.people["operator"], urgency=0, **said)


async def test_the_first_on_duty_is_woken_when_a_grave_case_is_offered(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    assert ("uzpd-71", "guardian", "waiting") in await night.woken(number)


async def test_an_ordinary_case_wakes_nobody(night):
    await night.on_duty("uzpd-71", "guardian")
    number = await a_case(night.rt, night.people["operator"], urgency=2)
    assert await night.woken(number) == []
