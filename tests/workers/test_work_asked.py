"""Long work: what one wish is, and who takes what came of it."""

import asyncio
from dataclasses import replace

import pytest

from hotline.actions.run_work import run_work
from hotline.actions.start_work import cancel_work, start_work, take_result, work_of
from hotline.actions.works.kind import Made
from hotline.cases.terms import JobName
from hotline.cases.works import WorkKind
from hotline.errors import NotFound
from hotline.store import people
from tests.builders import everybody, owed

KIND = WorkKind.IMPORT_BODIES


@pytest.fixture
async def somebody(rt):
    return await everybody(rt)


async def asked(rt, who, **more):
    return await start_work(rt, who.viewer, KIND, {}, **{"file": b"", **more})


async def makes(bench):
    return Made({"rows": 3}, "Әліппе".encode(), "t.csv", "text/csv")


async def test_another_wish_from_the_same_page_is_another_work(rt, somebody):
    """Back to the page, and the other button: not the file that was made before."""
    viewer, kind = somebody["supervisor"].viewer, WorkKind.EXPORT_REPORT
    wish = {"about": "volumes", "first": "2026-11-01", "last": "2026-11-20"}
    made = {
        await start_work(rt, viewer, kind, {**wish, "form": form}, once="a")
        for form in ("csv", "xlsx", "csv")
    }
    assert len(made) == 2


async def test_two_presses_at_one_moment_are_one_work(rt, somebody):
    twice = (asked(rt, somebody["admin"], once="a") for _ in range(2))
    first, second = await asyncio.gather(*twice)
    assert first == second


async def test_who_lost_the_right_does_not_take_what_was_made(rt, somebody, database):
    admin = somebody["admin"]
    work = await asked(rt, admin)
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, {KIND: makes}, row, print)
    await database.execute("UPDATE people SET role = 'body' WHERE role = 'admin'")
    async with rt.transaction(admin.viewer) as tx:
        now = await people.viewer(tx, admin.viewer.person_id)
    with pytest.raises(NotFound):
        await take_result(rt, now, work)


async def test_who_moved_away_does_not_take_the_file_of_the_region_they_left(
    rt, somebody, database
):
    admin = somebody["admin"]
    work = await asked(rt, admin)
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, {KIND: makes}, row, print)
    moved = replace(admin.viewer, region="39")
    with pytest.raises(NotFound):
        await take_result(rt, moved, work)
    names = [(await work_of(rt, who, work)).name for who in (moved, admin.viewer)]
    assert names[0] is None  # no link to what would not be given
    assert names[1]
    assert (await take_result(rt, admin.viewer, work))[1]


async def test_a_file_that_was_cancelled_at_its_last_step_is_not_kept(
    rt, somebody, database
):
    """Between the last step and the commit nobody hears the end any more but the commit."""
    viewer, kind = somebody["supervisor"].viewer, WorkKind.EXPORT_REPORT
    wish = {"about": "volumes", "first": "2026-11-01", "last": "2026-11-20"}
    work = await start_work(rt, viewer, kind, wish)
    (row,) = await owed(rt, JobName.RUN_WORK)

    async def cancelled_at_the_end(bench):
        await cancel_work(rt, viewer, work)
        return await makes(bench)

    await run_work(rt, {kind: cancelled_at_the_end}, row, print)
    assert (await work_of(rt, viewer, work)).state == "cancelled"
    assert await database.fetchval("SELECT sealed_result FROM works") is None
