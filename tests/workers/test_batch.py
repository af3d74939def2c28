"""A batch is halved until what is broken stands alone; what stays broken is dead."""

import asyncio

import pytest

from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.terms import JobName
from hotline.errors import Unavailable
from hotline.workers.batch import run_batch

JOB = JobName.TRIAGE_CONTACT


def stumbling_at(poisoned):
    async def stumble(rt, ids):
        if poisoned in ids:
            raise KeyError("Айгерим Серикова, +7 701 111 22 33")  # it may quote a person
        return await triage_contacts(rt, ids)

    return stumble


async def test_one_poisoned_row_does_not_keep_the_others(rt, receive, look):
    ids = await receive(10)
    assert await run_batch(rt, JOB, ids, stumbling_at(ids[3])) == 9
    rows = await look()
    assert [row["id"] for row in rows if row["job"] == JOB] == [ids[3]]
    assert {row["done_at"] for row in rows} == {None}  # the others wait to be compared
    assert {row["failures"] for row in rows if row["id"] != ids[3]} == {0}


async def test_of_an_error_only_its_code_is_kept(rt, receive, look, database):
    ids = await receive(4)
    await run_batch(rt, JOB, ids[3:], stumbling_at(ids[3]))
    row = (await look())[3]
    assert (row["failures"], row["last_error"], row["dead_at"]) == (1, "KeyError", None)


async def test_after_the_last_failure_a_row_is_dead_and_its_contact_waits_for_a_person(
    rt, receive, look, database
):
    ids = await receive(4)
    for _ in range(rt.config.service.work.failures_until_dead):
        await run_batch(rt, JOB, ids[3:], stumbling_at(ids[3]))
    row = (await look())[3]
    assert row["dead_at"] is not None
    contact = await database.fetchrow(
        "SELECT * FROM contacts WHERE id = $1", row["subject_id"]
    )
    assert (contact["state"], contact["seen_at"]) == ("received", None)
    clocks = "SELECT state FROM clocks WHERE contact_id = $1"
    assert await database.fetchval(clocks, contact["id"]) == "running"
    told = "SELECT data FROM case_events WHERE event = 'work_given_up' AND contact_id = $1"
    assert "KeyError" in await database.fetchval(told, contact["id"])


async def test_a_dead_row_is_not_worked_on(rt, receive, database):
    ids = await receive(1)
    await database.execute("UPDATE outbox SET dead_at = now()")
    assert await run_batch(rt, JOB, ids, triage_contacts) == 0


async def test_an_outage_is_nobodys_fault_and_is_waited_for(rt, receive, look):
    ids = await receive(2)
    outages = iter([True, True, False])

    async def back_after_two(rt, ids):
        if next(outages):
            raise Unavailable
        return await triage_contacts(rt, ids)

    assert await run_batch(rt, JOB, ids, back_after_two) == 2
    assert {row["failures"] for row in await look()} == {0}


async def test_an_outage_that_lasts_leaves_the_rows_open(rt, receive, look, monkeypatch):
    monkeypatch.setattr("hotline.workers.batch._PATIENCE_S", 0.0)
    ids = await receive(2)

    async def away(rt, ids):
        raise Unavailable

    with pytest.raises(Unavailable):
        await run_batch(rt, JOB, ids, away)
    assert {(row["failures"], row["done_at"]) for row in await look()} == {(0, None)}


async def test_the_same_batch_twice_at_once_is_done_once(rt, receive, database):
    ids = await receive(8)
    both = [run_batch(rt, JOB, ids, triage_contacts) for _ in range(2)]
    assert sum(await asyncio.gather(*both)) == 8
    triaged = "SELECT count(*) FROM case_events WHERE event = 'contact_triaged'"
    assert await database.fetchval(triaged) == 8
    assert await database.fetchval("SELECT count(*) FROM cases") == 8


async def test_the_same_batch_twice_changes_nothing(rt, receive, database):
    ids = await receive(5)
    assert await run_batch(rt, JOB, ids, triage_contacts) == 5
    counts = "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM clocks), (SELECT count(*) FROM case_events)"
    before = await database.fetchrow(counts)
    assert await run_batch(rt, JOB, ids, triage_contacts) == 0
    assert await database.fetchrow(counts) == before
