"""Clocks in the database: claimed once, ended as what they were, never of nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import asyncpg
import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from sqlalchemy import event

from hotline.actions.verify_clocks import verify_clocks
from hotline.cases.terms import ClockState
from hotline.identity.viewer import SWEEP
from hotline.store import clocks, ladder
from hotline.store.address import asyncpg_options
from hotline.store.clocks import ClockOwner
from tests.builders import QUESTION, a_case, a_contact
from tests.story import Story, everybody


async def test_a_clock_of_nothing_in_particular_is_a_bug(rt):
    async with rt.transaction(SWEEP) as tx:
        with pytest.raises(ValueError, match="nothing in particular"):
            await clocks.end(tx, ClockOwner(), state=ClockState.MET)


async def claimed(tx, limit):
    return await clocks.claim(tx, await clocks.due(tx, limit))


async def test_claimed_clocks_are_passed_over_by_the_other_sweep(rt, clock, database):
    for _ in range(6):
        await a_contact(rt, QUESTION)
    clock.forward(timedelta(days=2))
    seen = []

    async def claim(held):
        async with rt.transaction(SWEEP) as tx:
            seen.append([row.id for row in await claimed(tx, 3)])
            await held.wait()

    held = asyncio.Event()
    first = asyncio.create_task(claim(held))
    while not seen:
        await asyncio.sleep(0.01)
    go = asyncio.Event()
    go.set()
    await claim(go)
    held.set()
    await first
    assert len(seen[0]) == 3
    assert not set(seen[0]) & set(seen[1])


async def test_nothing_due_is_one_small_statement(rt, clock, database):
    await a_contact(rt, QUESTION)
    async with rt.transaction(SWEEP) as tx:
        assert await claimed(tx, 100) == []
    await database.execute("SET enable_seqscan = off")  # the table is tiny here
    plan = await database.fetch(
        "EXPLAIN SELECT id, case_id FROM clocks WHERE next_look_at <= now()"
        " ORDER BY next_look_at LIMIT 500"
    )
    assert "clocks_to_look_at" in "\n".join(row[0] for row in plan)


async def test_every_change_of_a_clock_is_in_its_ledger(rt, clock, database):
    receipt = await a_contact(rt, QUESTION, triaged=False)
    owner = await database.fetchval("SELECT id FROM contacts WHERE receipt = $1", receipt)
    clock.forward(timedelta(days=2))
    async with rt.transaction(SWEEP) as tx:
        await clocks.end(tx, ClockOwner(contact_id=owner), state=ClockState.MET)
    row = await database.fetchrow("SELECT * FROM clocks WHERE name = 'human_eyes'")
    events = await database.fetch(
        "SELECT event FROM clock_events WHERE clock_id = $1 ORDER BY id", row["id"]
    )
    assert [event["event"] for event in events] == ["started", "breached", "met"]
    assert (row["state"], row["breached_at"], row["met_at"], row["next_look_at"]) == (
        "met", row["due_at"], clock.now(), None,
    )  # fmt: skip
    assert await database.fetchval("SELECT count(*) FROM breaches") == 1


async def test_a_clock_that_cannot_be_judged_stops_no_other(rt, clock, database):
    from hotline.actions.judge_clocks import judge_clocks

    for _ in range(3):
        await a_contact(rt, QUESTION)
    await database.execute(
        "UPDATE clocks SET name = 'nonsense' WHERE id = (SELECT min(id) FROM clocks"
        " WHERE name = 'human_eyes')"
    )
    clock.forward(timedelta(days=2))
    assert await judge_clocks(rt) == 2
    states = await database.fetch(
        "SELECT name, state, next_look_at FROM clocks"
        " WHERE name <> 'acknowledgement' ORDER BY id"
    )
    assert [(row["name"], row["state"]) for row in states] == [
        ("nonsense", "running"), ("human_eyes", "breached"), ("human_eyes", "breached"),
    ]  # fmt: skip
    assert states[0]["next_look_at"] > clock.now()
    assert await judge_clocks(rt) == 0
    clock.forward(timedelta(minutes=2))
    await database.execute(
        "UPDATE clocks SET name = 'human_eyes' WHERE name = 'nonsense'"
    )  # mended
    assert await judge_clocks(rt) == 1


async def test_who_writes_where_the_answer_holds_a_receipt_is_acknowledged_at_once(
    rt, clock, database
):
    await a_contact(rt, QUESTION, triaged=False)
    row = await database.fetchrow("SELECT * FROM clocks WHERE name = 'acknowledgement'")
    assert (row["state"], row["met_at"], row["next_look_at"]) == ("met", clock.now(), None)
    assert row["due_at"] - row["started_at"] == timedelta(minutes=5)


async def test_every_clock_of_a_contact_is_what_its_ledger_says(rt, clock):
    for _ in range(3):
        await a_contact(rt, QUESTION, triaged=False)
    found = await verify_clocks(rt)
    assert (found.clocks, found.differences) == (6, ())


async def test_a_row_that_somebody_changed_past_its_ledger_is_found(rt, database):
    await a_contact(rt, QUESTION, triaged=False)
    await database.execute(
        "UPDATE clocks SET due_at = due_at + interval '1 day' WHERE name = 'human_eyes'"
    )
    await database.execute(
        "INSERT INTO clock_events (clock_id, at, event, data)"
        " SELECT id, now(), 'lunch', '{}' FROM clocks WHERE name = 'acknowledgement'"
    )
    found = await verify_clocks(rt)
    told = [line.partition(": ")[2] for line in found.differences]
    assert sorted(told) == ["due_at", "ledger (ValueError)"]


async def test_a_part_that_ended_late_makes_its_case_overdue_no_more(rt, clock, database):
    story = Story(rt, clock, database, await everybody(rt))
    number = await a_case(rt, story.people["operator"], subcategory="VIO.SEX", urgency=3)
    await story.accept(number)
    await story.later(days=3, hours=9)  # Monday evening: the police have not answered
    assert (await story.case(number))["due_at"] < clock.now()
    await story.end_parts(number)
    case = await story.case(number)
    open_ones = [c["due_at"] for c in (await story.clocks(number)).values() if not c["met_at"]
                 and not c["cancelled_at"]]  # fmt: skip
    assert case["due_at"] == min(open_ones)
    late = await database.fetchrow(
        "SELECT * FROM clocks WHERE name = 'acceptance' AND state = 'breached'"
    )
    assert (late["cancelled_at"], late["next_look_at"]) == (clock.now(), None)
    assert (await verify_clocks(rt)).differences == ()


MET_MEANWHILE = """
WITH met AS (
  UPDATE clocks SET state = 'met', met_at = started_at + interval '1 minute', next_look_at = NULL
  WHERE name = 'human_eyes' RETURNING id, met_at
)
INSERT INTO clock_events (clock_id, at, event, data) SELECT id, met_at, 'met', '{}' FROM met
"""


async def test_what_somebody_commits_between_two_reads_is_no_difference(rt, database_url):
    await a_contact(rt, QUESTION, triaged=False)

    async def commit():
        line = await asyncpg.connect(**asyncpg_options(database_url))
        await line.execute(MET_MEANWHILE)
        await line.close()

    def between(_connection, _cursor, statement, *_):
        if "FROM clock_events" in statement and not done:
            done.append(True)
            with ThreadPoolExecutor(1) as thread:
                thread.submit(asyncio.run, commit()).result()

    done = []
    event.listen(rt.engine.sync_engine, "before_cursor_execute", between)
    try:
        found = await verify_clocks(rt)
    finally:
        event.remove(rt.engine.sync_engine, "before_cursor_execute", between)
    assert done
    assert (found.clocks, found.differences) == (2, ())


async def test_a_clock_that_moved_on_meanwhile_is_not_put_off(rt, clock, database):
    await a_contact(rt, QUESTION, triaged=False)
    row = "SELECT id, next_look_at FROM clocks WHERE name = 'human_eyes'"
    before = await database.fetchrow(row)
    async with rt.transaction(SWEEP) as tx:
        await ladder.put_off(tx, before["id"], clock.now())  # its look lies ahead
    assert await database.fetchrow(row) == before
