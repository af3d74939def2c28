"""Every number on the board equals the list that it counts."""

from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.fold_counters import fold_counters
from hotline.actions.judge_clocks import judge_clocks
from hotline.errors import NotFound
from hotline.identity.viewer import TRIAGE
from hotline.store import lists, notices
from hotline.store.contact_lists import contacts_page
from hotline.store.figures import board
from hotline.store.list_parts import CaseFilter, ContactFilter
from tests.builders import DANGER, QUESTION, a_call, a_case, a_contact, everybody
from tests.store.case_rows import a_viewer, fill

OPERATOR = a_viewer("operator")


async def listed(tx, rt, **asked):
    page = await lists.cases(tx, OPERATOR, CaseFilter(**asked), number_key=rt.number_key)
    return page.total


@pytest.mark.parametrize("folded", [False, True])
async def test_the_tiles_equal_their_lists(rt, database, clock, folded):
    who = await everybody(rt)
    await fill(database, rt, 60, seed=8)
    await a_contact(rt, DANGER)
    await a_contact(rt, QUESTION)
    clock.forward(timedelta(hours=3))
    await a_case(rt, who["operator"], await a_contact(rt))
    if folded:
        await fold_counters(rt)
    async with rt.transaction(TRIAGE) as tx:
        shown = await board(tx, OPERATOR)
        assert shown.open == await listed(tx, rt, status="open")
        assert shown.overdue == await listed(tx, rt, overdue=True) > 0
        for line in shown.regions:
            if line.region:
                assert line.open == await listed(tx, rt, region=line.region, status="open")
                late = await listed(tx, rt, region=line.region, overdue=True)
                assert line.overdue == late
        assert sum(line.open for line in shown.regions) == shown.open
        assert sum(line.overdue for line in shown.regions) == shown.overdue
        waiting = await contacts_page(tx, OPERATOR, ContactFilter(state="waiting"))
        assert shown.in_queue == waiting.total == 2
        assert shown.waiting_since == min(line.received_at for line in waiting.items)
        urgent = await contacts_page(
            tx, OPERATOR, ContactFilter(state="waiting", danger=True)
        )
        assert shown.urgent_waiting == urgent.total == 1
        assert sum(shown.hours.today) == 3
        assert shown.hours.today[10] == 2


async def test_the_table_at_risk_is_what_is_due_within_the_hour_most_urgent_first(
    rt, database, clock
):
    await everybody(rt)
    await fill(database, rt, 80, seed=9)
    late = await a_contact(rt, QUESTION)
    clock.forward(timedelta(hours=30))
    async with rt.transaction(TRIAGE) as tx:
        shown = (await board(tx, OPERATOR)).at_risk
        due = await database.fetch(
            "SELECT number, urgency, due_at FROM cases WHERE status <> 'closed'"
            " AND due_at < $1 ORDER BY urgency, due_at LIMIT 20",
            clock.now() + timedelta(hours=1),
        )
    keys = [(line.urgency, line.due_at) for line in shown]
    assert keys == sorted(keys)
    wanted = [(row["urgency"], row["due_at"]) for row in due]
    assert [key for key, line in zip(keys, shown, strict=True) if line.case] == [
        key for key in wanted if key in keys
    ]
    assert all(line.late == (line.due_at < clock.now()) for line in shown)
    assert late in {line.receipt for line in shown} or len(shown) == 20


async def test_offers_accepted_in_time_and_late_are_told_by_region(rt, clock):
    who = await everybody(rt)
    numbers = [await a_call(rt, who["operator"]) for _ in range(3)]
    guardian = who["guardian"].viewer
    await accept_referral(rt, guardian, numbers[0], None)
    clock.forward(timedelta(days=3))
    await accept_referral(
        rt, guardian, numbers[1], None
    )  # late, though no sweep has looked
    while await judge_clocks(rt):
        pass  # the third is late and unanswered
    async with rt.transaction(TRIAGE) as tx:
        shown = await board(tx, OPERATOR)
        region = next(line for line in shown.regions if line.region == "71")
        # The police were asked each time as well, and never answered.
        assert (region.acceptance.on_time, region.acceptance.late) == (1, 5)
        assert shown.acceptance.percent == pytest.approx(100 / 6, abs=0.1)
    clock.forward(timedelta(days=8))
    async with rt.transaction(TRIAGE) as tx:
        assert (await board(tx, OPERATOR)).acceptance.percent is None


async def test_notices_of_others_are_not_counted(rt):
    who = await everybody(rt)
    operator = who["operator"].viewer
    async with rt.transaction(TRIAGE) as tx:
        before = (await board(tx, operator)).notices
        notices.put(tx, notices.SHIFT, "x")
        notices.put(tx, notices.SHIFT, "x", person_id=operator.person_id)
        notices.put(tx, notices.SHIFT, "x", person_id=10**6)
        notices.put(tx, "guard-71", "x")
    async with rt.transaction(TRIAGE) as tx:
        assert (await board(tx, operator)).notices == before + 2


async def test_nobody_outside_111_reads_the_board(rt):
    for role in ("admin", "commissioner", "guardian", "body"):
        async with rt.transaction(TRIAGE) as tx:
            with pytest.raises(NotFound):
                await board(tx, a_viewer(role, region="71"))
