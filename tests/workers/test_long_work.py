"""Long work: asked once, done once, seen by who asked, never stuck."""

from datetime import timedelta

import pytest

from hotline.actions.export_bodies import export_bodies
from hotline.actions.run_work import (
    MOST_TRIES,
    SILENT_FOR,
    give_up_work,
    run_work,
    sweep_works,
)
from hotline.actions.start_work import (
    AT_ONCE,
    KEPT_FOR,
    cancel_work,
    start_work,
    take_result,
    work_of,
)
from hotline.actions.works.kind import Made
from hotline.actions.works.kinds import KINDS, RUNS
from hotline.cases.terms import Channel, JobName
from hotline.cases.works import WorkKind
from hotline.errors import NotFound, RuleForbids
from tests.builders import a_contact, everybody, owed
from tests.console.console_world import HTMX, signed_in

KIND = WorkKind.IMPORT_BODIES


@pytest.fixture
async def somebody(rt):
    return await everybody(rt)


async def asked(rt, who, **more):
    return await start_work(rt, who.viewer, KIND, {}, **{"file": b"", **more})


async def done(rt, run=None, broken=None):
    """Do what is owed, with `run` in the place of the kind's own; return how many were open."""

    async def makes(bench):
        for step in range(3):
            await bench.progress(step + 1, 3)
        return Made({"rows": 3}, "Әліппе".encode(), "t.csv", "text/csv")

    faults = []
    n = 0
    for row_id in await owed(rt, JobName.RUN_WORK):
        n += await run_work(rt, {KIND: run or makes}, row_id, broken or faults.append)
    assert broken or faults == []
    return n


async def test_who_asked_gets_the_file_and_nobody_else_does(rt, somebody, client, database):
    admin = somebody["admin"]
    work = await asked(rt, admin)
    assert await done(rt) == 1
    view = await work_of(rt, admin.viewer, work)
    assert (view.state, view.done, view.total, view.told) == ("done", 3, 3, {"rows": 3})
    page = await signed_in(client, admin)
    await page.get(f"/works/{work}")
    assert 'data-testid="work-file"' in page.html
    answer = await page.get(f"/works/{work}/file")
    assert (await answer.read()).decode() == "Әліппе"
    kept = await database.fetchrow("SELECT sealed_result, asked FROM works")
    assert "Әліппе".encode() not in kept["sealed_result"]
    for name in ("supervisor", "operator", "guardian"):
        other = await signed_in(client, somebody[name])
        csrf = other.hidden("csrf")
        for path in ("", "/file"):
            assert (await other.get(f"/works/{work}{path}")).status == 404
        assert (await other.post(f"/works/{work}/cancel", csrf=csrf)).status == 404
    events = [
        row["event"]
        for row in await database.fetch("SELECT event FROM case_events ORDER BY id")
    ]
    assert events[-3:] == ["work_asked", "work_ended", "work_taken"]


async def test_after_a_day_the_file_and_its_key_are_gone(rt, somebody, clock, database):
    work = await asked(rt, somebody["admin"], file=b"username,body")
    await done(rt)
    clock.forward(KEPT_FOR)
    with pytest.raises(NotFound):
        await take_result(rt, somebody["admin"].viewer, work)
    assert await sweep_works(rt) == 1
    row = await database.fetchrow("SELECT sealed_result, sealed_input FROM works")
    assert tuple(row) == (None, None)
    key = await database.fetchval(
        "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", work
    )
    assert key is None
    assert await sweep_works(rt) == 0


async def test_the_same_form_sent_twice_is_one_work(rt, somebody):
    admin = somebody["admin"]
    assert await asked(rt, admin, once="a") == await asked(rt, admin, once="a")
    assert len(await owed(rt, JobName.RUN_WORK)) == 1


MAY_NOT = ["operator", "supervisor", "guardian", "commissioner"]


@pytest.mark.parametrize("name", MAY_NOT)
async def test_who_may_not_ask_learns_of_no_such_work(rt, somebody, name):
    with pytest.raises(NotFound):
        await asked(rt, somebody[name])


async def test_nobody_fills_the_queue_alone(rt, somebody):
    for _ in range(AT_ONCE):
        await asked(rt, somebody["admin"])
    with pytest.raises(RuleForbids):
        await asked(rt, somebody["admin"])


async def test_what_waits_is_cancelled_at_once(rt, somebody, client):
    work = await asked(rt, somebody["admin"])
    page = await signed_in(client, somebody["admin"])
    await page.get("/works")
    assert 'role="progressbar"' in page.html
    answer = await page.post(f"/works/{work}/cancel", **HTMX)
    assert 'data-state="cancelled"' in await answer.text()
    assert await done(rt) == 0


async def test_what_runs_is_cancelled_between_two_steps(rt, somebody, database):
    viewer = somebody["admin"].viewer
    work = await asked(rt, somebody["admin"])
    steps = []

    async def long(bench):
        while True:
            steps.append(1)
            await cancel_work(rt, viewer, work)
            await bench.progress.cancelled.wait()  # the sign of life hears it
            await bench.progress(len(steps))

    await done(rt, long)
    assert len(steps) == 1
    assert (await work_of(rt, viewer, work)).state == "cancelled"
    assert await owed(rt, JobName.RUN_WORK) == []


async def test_a_fault_of_ours_is_told_to_people_without_its_words(rt, somebody):
    work, heard = await asked(rt, somebody["admin"]), []

    async def breaks(bench):
        raise KeyError("Гульнара")

    await done(rt, breaks, heard.append)
    view = await work_of(rt, somebody["admin"].viewer, work)
    assert (view.state, view.cause, len(heard)) == ("failed", "failed", 1)


async def begun_and_left(rt, run_id):
    """Begin work as a process does that is then killed."""
    import asyncio

    on_it = asyncio.Event()

    async def hangs(bench):
        on_it.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(run_work(rt, {KIND: hangs}, run_id, print))
    await on_it.wait()
    task.cancel()
    await asyncio.wait({task})


async def test_a_killed_workers_work_is_taken_up_again_and_in_the_end_has_failed(
    rt, somebody, clock
):
    viewer = somebody["admin"].viewer
    work = await asked(rt, somebody["admin"])
    (row,) = await owed(rt, JobName.RUN_WORK)
    await begun_and_left(rt, row)
    assert await done(rt) == 0  # the sign of life is fresh: somebody may be at it
    assert (await work_of(rt, viewer, work)).state == "running"
    clock.forward(SILENT_FOR)
    assert await done(rt) == 1
    assert (await work_of(rt, viewer, work)).state == "done"
    again = await asked(rt, somebody["admin"])
    (row,) = await owed(rt, JobName.RUN_WORK)
    for _ in range(MOST_TRIES):
        await begun_and_left(rt, row)
        clock.forward(SILENT_FOR)
    await done(rt)
    view = await work_of(rt, viewer, again)
    assert (view.state, view.cause) == ("failed", "died")


async def test_a_process_that_was_thought_dead_spoils_nothing(
    rt, somebody, clock, database
):
    """It wakes after another has taken the work up: what it made is dropped."""
    work = await asked(rt, somebody["admin"])
    (row,) = await owed(rt, JobName.RUN_WORK)

    async def slow(bench):
        clock.forward(SILENT_FOR)
        await done(rt)  # another process
        return Made({"rows": 99})

    await run_work(rt, {KIND: slow}, row, print)
    assert (await work_of(rt, somebody["admin"].viewer, work)).told == {"rows": 3}


async def test_what_nobody_is_promised_to_do_has_failed(rt, somebody, clock, database):
    work = await asked(rt, somebody["admin"])
    await database.execute("UPDATE outbox SET dead_at = now() WHERE job = 'run_work'")
    clock.forward(timedelta(minutes=5))
    await sweep_works(rt)
    view = await work_of(rt, somebody["admin"].viewer, work)
    assert (view.state, view.cause) == ("failed", "died")
    assert await give_up_work(rt, 1, "died") == 0


async def test_who_left_or_lost_the_right_gets_nothing_done(rt, somebody, database):
    work = await asked(rt, somebody["admin"])
    await database.execute("UPDATE people SET role = 'body' WHERE role = 'admin'")
    await done(rt)
    assert (
        await database.fetchval("SELECT cause FROM works WHERE id = $1", work)
        == "not_allowed"
    )


async def test_a_table_of_bodies_is_taken_over_whole(rt, somebody):
    table = await export_bodies(rt, somebody["admin"].viewer)
    work = await asked(rt, somebody["admin"], file=table)
    await done(rt, RUNS[KIND])
    view = await work_of(rt, somebody["admin"].viewer, work)
    assert view.state == "done"
    assert view.told["rows"] > 20
    assert view.told["changed"] == 0
    assert view.done == view.total == view.told["rows"]
    bad = await asked(rt, somebody["admin"], file=b"id,kind\nx,y\n")
    await done(rt, RUNS[KIND])
    assert (await work_of(rt, somebody["admin"].viewer, bad)).state == "failed"


def test_every_kind_says_who_may_ask_it():
    assert set(KINDS) == set(WorkKind)


async def test_a_channel_is_read_anew_from_the_page_of_long_work(rt, somebody, client):
    from hotline.replay_work import run

    await a_contact(rt, channel=Channel.TELEGRAM)
    page = await signed_in(client, somebody["admin"])
    await page.get("/works")
    asked_for = {"kind": "replay_channel", "channel": "telegram", "since": "2026-11-20"}
    wrong = await page.post("/works", {**asked_for, "since": "soon"})
    assert wrong.status == 422
    answer = await page.post("/works", {**asked_for, "once": "x"})
    assert answer.headers["Location"].startswith("/works/")
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, {WorkKind.REPLAY_CHANNEL: run}, row, print)
    await page.get(answer.headers["Location"])
    assert 'data-state="done"' in page.html
    other = await signed_in(client, somebody["guardian"])
    csrf = other.hidden("csrf")
    assert (await other.post("/works", asked_for, csrf=csrf)).status == 404


async def test_a_model_is_learned_with_progress_or_says_what_it_lacks(rt, somebody):
    work = await start_work(rt, somebody["supervisor"].viewer, WorkKind.TRAIN_MODEL, {})
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, RUNS, row, print)
    view = await work_of(rt, somebody["supervisor"].viewer, work)
    assert (view.state, view.cause) == ("failed", "too_few_examples")


async def test_a_large_table_of_bodies_goes_in_as_long_work(rt, somebody, client):
    admin = somebody["admin"]
    table = (await export_bodies(rt, admin.viewer)).decode("utf-8-sig")
    page = await signed_in(client, admin)
    await page.get("/admin/bodies")
    fields = {"table": table, "name": "t.csv", "keep": "yes"}
    answer = await page.post("/admin/bodies/import", fields)
    rows = table.count("\n")
    assert rows > 300
    assert answer.headers["Location"].startswith("/works/")
