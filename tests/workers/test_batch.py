"""A batch is halved until what is broken stands alone; what stays broken is dead."""

import pytest

from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.terms import JobName
from hotline.errors import Unavailable
from hotline.workers.batch import run_batch

POISONED = 4
JOB = JobName.TRIAGE_CONTACT


async def stumble(rt, ids):
    if POISONED in ids:
        raise KeyError("Айгерим Серикова, +7 701 111 22 33")  # a message may quote a person
    return await triage_contacts(rt, ids)


async def test_one_poisoned_row_does_not_keep_the_others(rt, receive, look):
    await receive(10)
    assert await run_batch(rt, JOB, range(1, 11), stumble) == 9
    rows = await look()
    assert [row["id"] for row in rows if row["done_at"] is None] == [POISONED]
    assert {row["failures"] for row in rows if row["id"] != POISONED} == {0}


async def test_of_an_error_only_its_code_is_kept(rt, receive, look, database):
    await receive(4)
    await run_batch(rt, JOB, [POISONED], stumble)
    row = (await look())[POISONED - 1]
    assert (row["failures"], row["last_error"], row["dead_at"]) == (1, "KeyError", None)


async def test_after_the_last_failure_a_row_is_dead_and_its_contact_waits_for_a_person(
    rt, receive, look, database
):
    await receive(4)
    for _ in range(rt.config.service.work.failures_until_dead):
        await run_batch(rt, JOB, [POISONED], stumble)
    row = (await look())[POISONED - 1]
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
    await receive(1)
    await database.execute("UPDATE outbox SET dead_at = now()")
    assert await run_batch(rt, JOB, [1], triage_contacts) == 0


async def test_an_outage_is_nobodys_fault_and_is_waited_for(rt, receive, look):
    await receive(2)
    outages = iter([True, True, False])

    async def back_after_two(rt, ids):
        if next(outages):
            raise Unavailable
        return await triage_contacts(rt, ids)

    assert await run_batch(rt, JOB, [1, 2], back_after_two) == 2
    assert {row["failures"] for row in await look()} == {0}


async def test_an_outage_that_lasts_leaves_the_rows_open(rt, receive, look, monkeypatch):
    monkeypatch.setattr("hotline.workers.batch._PATIENCE_S", 0.0)
    await receive(2)

    async def away(rt, ids):
        raise Unavailable

    with pytest.raises(Unavailable):
        await run_batch(rt, JOB, [1, 2], away)
    assert {(row["failures"], row["done_at"]) for row in await look()} == {(0, None)}


async def test_the_same_batch_twice_changes_nothing(rt, receive, database):
    await receive(5)
    assert await run_batch(rt, JOB, range(1, 6), triage_contacts) == 5
    counts = "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM clocks), (SELECT count(*) FROM case_events)"
    before = await database.fetchrow(counts)
    assert await run_batch(rt, JOB, range(1, 6), triage_contacts) == 0
    assert await database.fetchrow(counts) == before
