"""A lowered urgency is read by a second person within half an hour."""

from datetime import timedelta

import pytest

from hotline.actions.change_urgency import change_urgency
from hotline.actions.close_case import close_by_exception, reopen_case
from hotline.actions.reread_urgency import reread_urgency, waiting_lowered
from hotline.actions.verify_clocks import verify_clocks
from hotline.errors import NotAllowed, NotFound, RuleForbids

WHY = "Ребёнка забрала бабушка, опасности сейчас нет"


async def lowered_case(story, to=3):
    """A case that triage raised and an operator lowered."""
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="VIO.PHY")
    await change_urgency(story.rt, story.who("operator"), number, urgency=to, reason=WHY)
    return number


async def reread(story, who, number, *, upheld):
    await reread_urgency(story.rt, story.who(who), number, upheld=upheld)


async def test_a_second_person_upholds_in_half_an_hour(story):
    number = await lowered_case(story)
    clock = (await story.clocks(number))["lowered_reread"]
    assert clock["due_at"] - clock["started_at"] == timedelta(minutes=30)
    waits = await waiting_lowered(story.rt, story.who("second operator"))
    assert [(w.case, w.after, w.reason, w.mine) for w in waits] == [(number, 3, WHY, False)]
    assert (await waiting_lowered(story.rt, story.who("operator")))[0].mine
    with pytest.raises(RuleForbids) as refused:
        await reread(story, "operator", number, upheld=True)
    assert refused.value.code == "second_person_needed"
    await reread(story, "second operator", number, upheld=True)
    assert (await story.clocks(number))["lowered_reread"]["state"] == "met"
    assert (await story.case(number))["urgency"] == 3
    assert await waiting_lowered(story.rt, story.who("supervisor")) == ()
    with pytest.raises(RuleForbids) as refused:
        await reread(story, "supervisor", number, upheld=True)
    assert refused.value.code == "nothing_to_reread"


FROM_RECEIPT = ("first_contact", "on_site_check", "safety", "emergency_handoff")


async def test_a_restored_level_counts_every_clock_from_receipt(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="VIO.PHY")
    before = await story.clocks(number, *FROM_RECEIPT)
    await story.later(minutes=2, sweep=False)
    await change_urgency(story.rt, story.who("operator"), number, urgency=3, reason=WHY)
    assert (await story.clocks(number))["safety"]["state"] == "cancelled"
    await story.later(minutes=10, sweep=False)
    await reread(story, "supervisor", number, upheld=False)
    after = await story.clocks(number, *FROM_RECEIPT)
    assert set(before) == set(after) == set(FROM_RECEIPT)
    dues = [{name: c["due_at"] for name, c in found.items()} for found in (before, after)]
    assert dues[0] == dues[1]
    assert {c["started_at"] for c in after.values()} == {
        c["started_at"] for c in before.values()
    }
    assert after["safety"]["state"] == "running"
    assert after["emergency_handoff"]["state"] == "running"
    assert (await story.clocks(number))["lowered_reread"]["state"] == "met"
    assert (await verify_clocks(story.rt)).differences == ()


async def test_a_lowering_that_nobody_reads_alarms_the_shift_and_nobody_else(story):
    number = await lowered_case(story, to=2)
    before = await story.told(number)
    await story.later(minutes=31)
    assert (await story.clocks(number))["lowered_reread"]["state"] == "breached"
    clock = (await story.clocks(number))["lowered_reread"]["id"]
    rows = await story.database.fetch(
        "SELECT audience, kind FROM notices WHERE clock_id = $1 ORDER BY id", clock
    )
    assert [tuple(row) for row in rows] == [("111", "clock_warning"), ("111", "clock_late")]
    assert (await story.told(number))[("111", "clock_late")] > before[("111", "clock_late")]


async def test_raising_it_again_ends_the_second_reading(story):
    number = await lowered_case(story)
    await change_urgency(story.rt, story.who("operator"), number, urgency=0, reason=WHY)
    assert (await story.clocks(number))["lowered_reread"]["state"] == "cancelled"
    assert await waiting_lowered(story.rt, story.who("second operator")) == ()


async def test_closing_a_case_is_no_way_round_the_second_reading(story):
    number = await lowered_case(story)
    for who in ("operator", "second operator"):
        await close_by_exception(
            story.rt, story.who(who), number, code="no_person_in_need", text=WHY
        )
    assert (await story.case(number))["status"] == "closed"
    assert (await story.clocks(number))["lowered_reread"]["state"] == "running"
    with pytest.raises(RuleForbids) as refused:
        await reread(story, "supervisor", number, upheld=False)
    assert refused.value.code == "reopen_first"
    await reopen_case(story.rt, story.who("supervisor"), number, WHY)
    await reread(story, "supervisor", number, upheld=False)
    assert (await story.case(number))["urgency"] <= 1


async def test_who_may_read_it_again(story):
    number = await lowered_case(story)
    for who in ("guardian", "commissioner", "admin"):
        with pytest.raises((NotFound, NotAllowed)):
            await reread(story, who, number, upheld=True)
        with pytest.raises(NotFound):
            await waiting_lowered(story.rt, story.who(who))


async def test_a_lowering_at_the_confirmation_is_read_again_too(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    await story.confirm(receipt, subcategory="VIO.PHY", urgency=3)
    assert (await story.clocks(number))["lowered_reread"]["state"] == "running"
    (waits,) = await waiting_lowered(story.rt, story.who("supervisor"))
    assert (waits.case, waits.reason) == (number, "confirm")


async def lower(story, number, urgency, who="supervisor"):
    await change_urgency(story.rt, story.who(who), number, urgency=urgency, reason=WHY)


async def rereadings(story):
    """(state, minutes from the first) of every second reading's clock, in order."""
    rows = await story.database.fetch(
        "SELECT state, started_at FROM clocks WHERE name = 'lowered_reread' ORDER BY id"
    )
    first = rows[0]["started_at"]
    return [(r["state"], (r["started_at"] - first) // timedelta(minutes=1)) for r in rows]


@pytest.mark.parametrize("raised", [True, False])
async def test_after_a_late_reading_the_next_lowering_has_its_own_half_hour(story, raised):
    number = await lowered_case(story, to=2)
    await story.later(minutes=40)
    if raised:
        await lower(story, number, 0, "operator")
        await story.later(minutes=5)
    await lower(story, number, 3)
    started = 45 if raised else 40
    assert await rereadings(story) == [("breached", 0), ("running", started)]
    due = {w.due_at for w in await waiting_lowered(story.rt, story.who("second operator"))}
    late = story.clock.now() - timedelta(minutes=10)  # not read, and owed ever since
    assert due == {story.clock.now() + timedelta(minutes=30) if raised else late}
    await story.later(minutes=10)
    await lower(story, number, 4)  # while one runs, no other begins
    await story.later(minutes=21)
    assert await rereadings(story) == [("breached", 0), ("breached", started)]
    await reread(story, "second operator", number, upheld=True)
    assert await waiting_lowered(story.rt, story.who("second operator")) == ()
