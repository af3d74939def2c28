"""After an hour without a supervisor every missed step is told, in order, once."""

import asyncio
from datetime import timedelta

import pytest
import redis

from benchmarks.service import Service, fill_directory, until
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.wake_duty import wake_duty
from hotline.clock import FixedClock, SystemClock
from hotline.runtime import open_runtime
from tests.builders import a_case, a_person
from tests.story import Story, everybody

STEPS = """
SELECT c.id, c.urgency, c.name, c.state, c.started_at, c.due_at, c.told_percent,
  array(SELECT e.step::int FROM escalations e WHERE e.clock_id = c.id ORDER BY e.id) AS told,
  array(SELECT e.fell_due_at FROM escalations e WHERE e.clock_id = c.id ORDER BY e.id) AS moments,
  (SELECT count(*) FROM breaches b WHERE b.clock_id = c.id) AS breaches
FROM clocks c WHERE c.started_at < $1 ORDER BY c.id
"""


def check(rows, ladder, now):
    """Every step that was due at `now` is told once, in order; every late clock breached once."""
    told_any = 0
    for row in rows:
        steps = ladder[row["urgency"]]
        span = row["due_at"] - row["started_at"]
        due = [
            s.percent for s in steps if row["started_at"] + span * s.percent / 100 <= now
        ]
        if row["state"] not in ("running", "breached"):
            continue
        assert row["told"] == sorted(set(row["told"])), dict(row)  # in order, none doubled
        assert row["told_percent"] >= max(due, default=0), dict(row)  # none missed
        assert row["breaches"] == (1 if row["due_at"] <= now else 0), dict(row)
        assert row["moments"] == sorted(row["moments"])
        told_any += len(row["told"])
    return told_any


async def test_two_supervisors_catch_up_with_an_hour_in_order_and_once(rt, clock, database):
    story = Story(rt, clock, database, await everybody(rt))
    for n in range(6):
        await a_case(rt, story.people["operator"], urgency=n % 2)
    for _ in range(6):
        await story.message()
    since = clock.now() + timedelta(seconds=1)
    await story.later(hours=1, sweep=False)  # the outage

    async def supervisor():
        while await judge_clocks(rt) + await wake_duty(rt):
            pass

    await asyncio.gather(supervisor(), supervisor(), supervisor())
    await supervisor()
    rows = await database.fetch(STEPS, since)
    assert check(rows, rt.config.sla.ladder, clock.now()) > 20
    before = await database.fetchval("SELECT count(*) FROM escalations")
    await supervisor()
    assert await database.fetchval("SELECT count(*) FROM escalations") == before
    pages = await database.fetch(
        "SELECT case_id, contact_id, clock_id, referral_id, person_id, chain_id, count(*)"
        " FROM pages GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1"
    )
    assert pages == []


@pytest.mark.slow
@pytest.mark.timeout(170)
async def test_real_supervisors_one_killed_in_the_middle_catch_up_once(
    fresh_database_url, redis_url, engines_folder
):
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    service = Service(fresh_database_url, redis_url, engines_folder)
    await fill_directory(service.settings)
    now = SystemClock().now()
    rt = open_runtime(service.settings, clock=FixedClock(now - timedelta(minutes=70)))
    operator = await a_person(rt, "operator")
    for n in range(40):  # nobody supervises while these fall due
        await a_case(rt, operator, urgency=n % 2)
    since = rt.clock.now() + timedelta(seconds=1)
    await rt.stop()
    other = Service(fresh_database_url, redis_url, engines_folder)
    rows = await service.connect()
    try:
        service.start("supervisor")
        other.start("supervisor")

        async def begun():
            return await rows.fetchval("SELECT count(*) FROM escalations") > 0

        await until(begun)
        service.kill("supervisor")

        async def nothing_due():
            return not await rows.fetchval(
                "SELECT count(*) FROM clocks WHERE next_look_at <= $1", now
            )

        await until(nothing_due)
        found = await rows.fetch(STEPS, since)
        assert check(found, rt.config.sla.ladder, now) > 100
    finally:
        other.stop()
        service.stop()
        await rows.close()
