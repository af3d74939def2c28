"""One transaction: what it gathers is there with the commit, or never happened."""

import asyncio
import json

import asyncpg
import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from sqlalchemy import text

from hotline.cases.terms import JobName, QueueName
from hotline.errors import RuleForbids, Unavailable
from hotline.identity.viewer import SWEEP, TRIAGE
from hotline.store.engine import asyncpg_options, open_engine
from hotline.store.sealing import Sealer
from hotline.store.transaction import LIVE, OUTBOX, Nudge, begin
from tests.conftest import SECRET_KEY


async def listening(migrated):
    connection = await asyncpg.connect(**asyncpg_options(migrated))
    heard = []
    for channel in (LIVE, OUTBOX):
        await connection.add_listener(
            channel, lambda _c, _p, name, said: heard.append((name, said))
        )
    return connection, heard


async def test_history_jobs_and_nudges_come_with_the_commit(rt, database, migrated):
    connection, heard = await listening(migrated)
    async with rt.transaction(TRIAGE) as tx:
        tx.record("viewed", case_id=7, data={"where": "page"})
        tx.promise(JobName.TRIAGE_CONTACT, QueueName.URGENT, [1, 2])
        tx.nudge(Nudge("case", 7, "71", ("guard-71",)))
        tx.nudge(Nudge("case", 7, "71", ("guard-71",)))  # told once
        assert await database.fetchval("SELECT count(*) FROM case_events") == 0
    event = await database.fetchrow("SELECT * FROM case_events")
    assert (event["event"], event["actor"], event["actor_id"], event["at"]) == (
        "viewed", "triage", None, rt.clock.now(),
    )  # fmt: skip
    assert await database.fetchval("SELECT count(*) FROM outbox") == 2
    await connection.execute("SELECT 1")
    for _ in range(100):
        if len(heard) == 2:
            break
        await asyncio.sleep(0.01)
    await connection.close()
    assert sorted(name for name, _ in heard) == [LIVE, OUTBOX]
    said = json.loads(next(payload for name, payload in heard if name == LIVE))
    assert said == {"k": "case", "c": 7, "r": "71", "b": ["guard-71"]}  # ids only


async def test_what_fails_leaves_nothing_behind(rt, database):
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  the block is what is tested
        async with rt.transaction(TRIAGE) as tx:
            tx.record("viewed", case_id=7)
            tx.promise(JobName.TRIAGE_CONTACT, QueueName.BULK, [1])
            await tx.run(text("INSERT INTO counters (name, key, n) VALUES ('x', 'y', 1)"))
            raise ZeroDivisionError
    for table in ("case_events", "outbox", "counters"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_a_guard_is_named_to_the_caller(rt, database):
    with pytest.raises(RuleForbids) as refused:
        async with rt.transaction(TRIAGE) as tx:
            await tx.run(
                text(
                    "INSERT INTO cases (id, number, status, urgency, urgency_by, category,"
                    " subcategory, channel, about_child, received_at, opened_at, closed_at)"
                    " VALUES (1, 'x', 'closed', 2, 'person', 'VIO', 'VIO.PHY', 'web', true,"
                    " now(), now(), now())"
                )
            )
    assert refused.value.code == "cases_end_with_assistance_and_check"
    assert refused.value.status == 422


async def test_now_stands_still_inside_a_transaction(rt, clock):
    from datetime import timedelta

    async with rt.transaction(TRIAGE) as tx:
        before = tx.now
        clock.forward(timedelta(hours=1))
        assert tx.now == before


async def test_a_lost_server_is_unavailable_and_a_bug_is_a_bug(rt, database, clock):
    with pytest.raises(Unavailable):  # noqa: PT012  so it is here
        async with rt.transaction(SWEEP) as tx:
            await database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
            await tx.run(text("SELECT 1"))
    with pytest.raises(Exception, match="no_such_table") as bug:
        async with rt.transaction(SWEEP) as tx:
            await tx.run(text("SELECT * FROM no_such_table"))
    assert not isinstance(bug.value, Unavailable)
    engine = open_engine("postgresql://hotline@/nowhere?host=/nowhere")
    with pytest.raises(Unavailable):
        async with begin(engine, clock.now(), SWEEP, Sealer(SECRET_KEY)) as tx:
            await tx.run(text("SELECT 1"))
    await engine.dispose()


async def test_two_that_wait_for_each_other_are_told_to_come_again(rt, database):
    await database.execute("INSERT INTO counters VALUES ('x', 'a', 0), ('x', 'b', 0)")
    ready = asyncio.Barrier(2)

    async def touch(first, second):
        async with rt.transaction(SWEEP) as tx:
            change = text("UPDATE counters SET n = n + 1 WHERE key = :key")
            await tx.run(change, {"key": first})
            await ready.wait()
            await tx.run(change, {"key": second})

    answers = await asyncio.gather(touch("a", "b"), touch("b", "a"), return_exceptions=True)
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["NoneType", "Unavailable"]
    assert [r["n"] for r in await database.fetch("SELECT n FROM counters")] == [1, 1]
