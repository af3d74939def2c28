"""A successor is out of what its predecessor is out of, whenever somebody says so."""

import asyncio

import pytest
from sqlalchemy import text

from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.actions.plan_succession import plan_succession
from hotline.identity.viewer import TRIAGE
from hotline.store import complaints
from tests import builders
from tests.journeys.test_conflict_declared import declare, sees
from tests.journeys.test_conflict_locks import other, waits
from tests.journeys.test_succession import TODAY, a_case_of_39, department, run_all, succeed

__all__ = ["declare", "other"]


@pytest.fixture
async def successor(story):
    """Guardianship of region 39 went to the department, where somebody new works."""
    await succeed(story)
    await run_all(story.rt)
    story.rt.forget_directory()
    fresh = await builders.a_person(story.rt, "guardian", region="39", bodies=["uzpd-39"])
    story.people["fresh"] = fresh


async def test_a_complaint_of_the_old_body_that_comes_later_shuts_out_the_new_one(
    story, successor, declare
):
    number = await a_case_of_39(story, accepted=False)
    assert await story.lead(number) == ("uzpd-39", "offered")
    assert await sees(story, "fresh", number)
    await declare(number, ("body", "guard-39"))
    assert not await sees(story, "fresh", number)
    assert (await story.lead(number))[0] != "uzpd-39"
    assert (await story.history(number))["conflict_declared"] == 2


async def test_what_two_people_set_aside_for_the_new_body_stays_set_aside(
    story, successor, declare
):
    number = await a_case_of_39(story, accepted=False)
    await declare(number, ("body", "guard-39"))
    row = await story.database.fetchval(
        "SELECT id FROM complaints WHERE body_id = 'uzpd-39'"
    )
    await propose_lift(story.rt, story.who("supervisor"), number, row, "Другие люди")
    await confirm_lift(story.rt, story.who("second supervisor"), number, row)
    await declare(number, ("body", "guard-39"), ("person", "duty"))
    live = await story.database.fetch(
        "SELECT body_id FROM complaints WHERE lifted_at IS NULL AND body_id IS NOT NULL"
    )
    assert [one["body_id"] for one in live] == ["guard-39"]


async def test_what_a_plan_has_not_begun_hands_nothing_down(story, declare):
    admin = await department(story)
    number = await a_case_of_39(story, accepted=False)
    await plan_succession(story.rt, admin, "guard-39", "uzpd-39", TODAY.replace(month=12))
    await declare(number, ("body", "guard-39"))
    rows = await story.database.fetch("SELECT body_id FROM complaints")
    assert [row["body_id"] for row in rows] == ["guard-39"]


async def test_what_is_handed_down_locks_cases_in_their_order(story, other):
    numbers = [await a_case_of_39(story, accepted=False) for _ in range(8)]
    for number in reversed(numbers):
        async with story.rt.transaction(TRIAGE) as tx:
            row = {"kind": "body", "body_id": "guard-39"}
            await complaints.add(tx, builders.row_id(story.rt, number), [row])
    ids = sorted(builders.row_id(story.rt, number) for number in numbers)
    lock = "SELECT FROM cases WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE NOWAIT"

    async def hand_down():
        async with story.rt.transaction(TRIAGE) as tx:
            for way in ("sort", "indexscan", "indexonlyscan", "bitmapscan"):
                await tx.run(text(f"SET LOCAL enable_{way} = off"))  # no order by chance
            return await complaints.hand_down(tx, ["guard-39"], "uzpd-39")

    async with other.transaction():
        await other.execute(lock, ids[:1])
        task = asyncio.create_task(hand_down())
        await asyncio.wait_for(waits(story, other), 10)
        await other.execute(lock, ids)
    assert await task == ids
