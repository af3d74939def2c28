"""Machines raise, people answer for lowering; 102, 103 and 112 are rung by people."""

from datetime import timedelta

import pytest

from hotline.actions.change_urgency import change_urgency
from hotline.actions.record_handoff import handoff_accepted, handoff_called
from hotline.errors import NotAllowed, NotFound, RuleForbids
from tests.builders import a_call, a_case

WHY = "Ребёнка забрала бабушка, опасности сейчас нет"


async def machine_case(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="VIO.PHY")
    return number


async def set_urgency(story, who, number, urgency, reason=WHY):
    await change_urgency(story.rt, story.who(who), number, urgency=urgency, reason=reason)


LOWERING = [
    # who asks, who set it before, allowed
    ("operator", "machine", True),
    ("supervisor", "machine", True),
    ("guardian", "machine", False),
    ("commissioner", "machine", False),
    ("operator", "person", False),
    ("supervisor", "person", True),
    ("guardian", "person", False),
]


@pytest.mark.parametrize(("who", "set_by", "allowed"), LOWERING)
async def test_who_may_lower(story, who, set_by, allowed):
    number = await machine_case(story)
    if set_by == "person":
        await set_urgency(story, "operator", number, 1)
    before = (await story.case(number))["urgency"]
    if not allowed:
        with pytest.raises(NotAllowed):
            await set_urgency(story, who, number, 3)
        assert (await story.case(number))["urgency"] == before
        return
    await set_urgency(story, who, number, 3)
    case = await story.case(number)
    assert (case["urgency"], case["urgency_by"]) == (3, "person")
    assert (await story.told(number))[("111", "reread_lowered")] >= 1


@pytest.mark.parametrize("who", ["operator", "guardian", "commissioner", "supervisor"])
async def test_whoever_works_on_the_case_may_raise(story, who):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await set_urgency(story, who, number, 0)
    assert (await story.case(number))["urgency"] == 0


async def test_a_changed_urgency_gives_deadlines_from_receipt_and_hides_no_breach(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    received = (await story.case(number))["received_at"]
    await story.later(minutes=20)
    await set_urgency(story, "operator", number, 1)
    clocks = await story.clocks(number)
    assert clocks["first_contact"]["due_at"] == received + timedelta(hours=2)
    assert clocks["safety"]["due_at"] == received + timedelta(days=3)
    await story.later(hours=2)
    assert (await story.clocks(number))["first_contact"]["state"] == "breached"
    await set_urgency(story, "supervisor", number, 4)
    clocks = await story.clocks(number)
    assert clocks["first_contact"]["state"] == "breached"
    assert clocks["safety"]["state"] == "cancelled"


async def test_lowering_between_deadline_and_sweep_hides_nothing_either(story):
    number = await machine_case(story)
    await story.later(hours=5, sweep=False)
    await set_urgency(story, "supervisor", number, 3)
    await story.sweep()
    states = {name: row["state"] for name, row in (await story.clocks(number)).items()}
    assert states["first_contact"] == states["on_site_check"] == "breached"
    assert states["safety"] == "cancelled"  # a day had not passed


async def test_an_urgency_needs_a_reason_and_a_known_level(story):
    number = await machine_case(story)
    for urgency, reason, field in [(5, WHY, "urgency"), (2, "  ", "reason")]:
        with pytest.raises(RuleForbids) as refused:
            await set_urgency(story, "operator", number, urgency, reason)
        assert refused.value.facts["field"] == field


async def test_the_commissioner_is_told_once_and_only_of_what_was_shown(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    told = ("comm-71", "commissioner_told")
    assert told not in await story.told(number)  # only proposed: nobody outside knows
    await story.confirm(receipt, subcategory="VIO.PHY")
    assert (await story.told(number))[told] == 1
    await set_urgency(story, "operator", number, 0)
    await set_urgency(story, "supervisor", number, 3)
    await set_urgency(story, "operator", number, 1)
    await story.decline(number)
    await story.confirm(receipt)
    assert (await story.told(number))[told] == 1
    assert (await story.history(number))["commissioner_told"] == 1


@pytest.mark.parametrize(
    ("what", "said", "times"),
    [
        ("a child at urgency 1", {"subcategory": "VIO.PHY", "urgency": 1}, 1),
        ("a child at urgency 2", {"subcategory": "VIO.PHY", "urgency": 2}, 0),
        ("no child", {"subcategory": "WOM.DV", "urgency": 1}, 0),
    ],
)
async def test_whom_the_commissioner_hears_of(story, what, said, times):
    number = await a_call(story.rt, story.people["operator"], **said)
    assert (await story.told(number))[("comm-71", "commissioner_told")] == times, what


async def test_a_case_raised_later_tells_the_commissioner_then(story):
    number = await a_case(story.rt, story.people["operator"], urgency=2)
    await set_urgency(story, "guardian", number, 1)
    assert (await story.told(number))[("comm-71", "commissioner_told")] == 1


async def test_a_confirmation_that_raises_a_shown_case_tells_the_commissioner(story):
    receipt = await story.message(
        "Соседи оставляют детей одних голодными", screened=True, region_hint="71"
    )
    number = (await story.case_of(receipt))["number"]
    assert (await story.case(number))["shown_at"] is not None
    before = (await story.told(number))[("comm-71", "commissioner_told")]
    await story.confirm(receipt, urgency=0)
    assert (await story.told(number))[("comm-71", "commissioner_told")] == 1 >= before


async def test_danger_asks_for_a_hand_off_that_only_a_name_at_the_service_meets(story):
    number = await machine_case(story)
    rows = await story.database.fetch("SELECT service, state FROM handoffs")
    assert [tuple(row) for row in rows] == [("102", "required")]
    assert (await story.lead(number))[0] != "police-71"
    operator = story.who("operator")
    await handoff_called(story.rt, operator, number, "102", number_called="102")
    assert (await story.clocks(number))["emergency_handoff"]["state"] == "running"
    with pytest.raises(RuleForbids):
        await handoff_accepted(story.rt, operator, number, "102", by=" ")
    await handoff_accepted(story.rt, operator, number, "102", by="Дежурный Ким, 7731")
    clock = (await story.clocks(number))["emergency_handoff"]
    assert (clock["state"], clock["met_at"]) == ("met", story.clock.now())
    row = await story.database.fetchrow("SELECT * FROM handoffs")
    assert (row["state"], row["accepted_at"]) == ("accepted", story.clock.now())


async def test_a_service_that_no_rule_named_can_be_rung_and_none_that_does_not_exist(story):
    number = await machine_case(story)
    operator = story.who("operator")
    with pytest.raises(RuleForbids) as refused:
        await handoff_accepted(story.rt, operator, number, "103", by="Врач Ли")
    assert refused.value.code == "not_called"
    await handoff_called(story.rt, operator, number, "103", number_called="103")
    await handoff_called(story.rt, operator, number, "103", number_called="103")
    assert await story.count("handoffs") == 2
    with pytest.raises(NotFound):
        await handoff_called(story.rt, operator, number, "911", number_called="911")


async def test_a_corrected_matter_asks_for_the_hand_offs_that_it_needs(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="NEG.MISS")
    services = await story.database.fetch("SELECT service FROM handoffs ORDER BY 1")
    assert [row["service"] for row in services] == ["102", "112"]
    assert (await story.history(number))["handoff_required"] == 2


async def test_an_unmet_hand_off_breaches_after_five_minutes(story):
    number = await machine_case(story)
    await story.later(minutes=5)
    assert (await story.clocks(number))["emergency_handoff"]["state"] == "breached"
    assert (await story.told(number))[("111", "clock_late")] >= 1


async def test_a_hand_off_that_is_owed_again_is_late_where_it_was_and_alarms(story):
    number = await machine_case(story)
    due = (await story.clocks(number))["emergency_handoff"]["due_at"]
    await story.later(minutes=2)
    await set_urgency(story, "operator", number, 3)
    assert (await story.clocks(number))["emergency_handoff"]["state"] == "cancelled"
    await story.later(minutes=10)
    await set_urgency(story, "supervisor", number, 0)
    await story.sweep()
    clock = (await story.clocks(number))["emergency_handoff"]
    assert (clock["state"], clock["due_at"]) == ("breached", due)
    await set_urgency(story, "supervisor", number, 3)
    await set_urgency(story, "supervisor", number, 0)
    clocks = "SELECT count(*) FROM clocks WHERE name = 'emergency_handoff'"
    assert await story.database.fetchval(clocks) == 2  # the late one goes on, none is added


async def test_a_hand_off_that_a_service_accepted_is_owed_no_more(story):
    number = await machine_case(story)
    operator = story.who("operator")
    await set_urgency(story, "operator", number, 3)
    await handoff_called(story.rt, operator, number, "102", number_called="102")
    await handoff_accepted(story.rt, operator, number, "102", by="Дежурный Ким, 7731")
    await handoff_called(story.rt, operator, number, "103", number_called="103")
    await story.later(hours=1)
    await set_urgency(story, "supervisor", number, 0)
    rows = await story.database.fetch(
        "SELECT h.service, c.state, c.started_at FROM clocks c"
        " JOIN handoffs h ON h.id = c.handoff_id ORDER BY c.id"
    )
    assert [tuple(row)[:2] for row in rows] == [("102", "cancelled"), ("103", "running")]
    assert rows[1]["started_at"] == story.clock.now()  # before, nobody owed it
