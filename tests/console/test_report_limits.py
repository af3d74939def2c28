"""/reports: what cannot be asked is refused in time, and nothing of it is kept."""

from datetime import date
from functools import partial

import pytest

from hotline.actions.run_work import run_work
from hotline.actions.start_work import start_work, work_of
from hotline.actions.works.export_report import asked_of
from hotline.cases.terms import JobName
from hotline.cases.works import WorkKind
from hotline.console.work_words import WORK
from hotline.export_work import run as export_report
from hotline.quality.reports import About, By, Period, ReportAsk
from tests.builders import a_call, everybody, owed
from tests.console.console_world import signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


ENDS_OF_TIME = [("0001-01-01", "0001-01-31"), ("9999-12-01", "9999-12-31"),
                ("0001-02-03", "0001-02-04"), ("2026-11-01", "9999-12-31")]  # fmt: skip


@pytest.mark.parametrize(("first", "last"), ENDS_OF_TIME)
async def test_days_at_the_end_of_time_are_refused(people, client, first, last):
    get = partial(client.get, headers=people["supervisor"].headers)
    for about in ("volumes", "seasons", "repeats"):
        answer = await get(f"/api/v1/reports/{about}?from={first}&to={last}")
        assert answer.status == 422, about
    page = await signed_in(client, people["supervisor"])
    answer = await page.get(f"/reports?from={first}&to={last}")
    assert answer.status in (200, 422)


async def test_what_cannot_be_asked_is_never_kept(people, client, database):
    """A form that was tampered with writes no words into what is logged."""
    page = await signed_in(client, people["supervisor"])
    await page.get("/reports")
    for field in ("region", "topic"):
        answer = await page.post("/reports/export", {field: "Айгүл 87011234567"})
        assert answer.status == 422
    assert await database.fetchval("SELECT count(*) FROM works") == 0
    assert not await database.fetchval(
        "SELECT count(*) FROM case_events WHERE data::text LIKE '%8701%'"
    )


async def test_a_table_too_fine_for_a_file_is_refused_with_the_reason(rt, people, client):
    """Which days hide which would be weighed for hours, and nobody could end it."""
    commissioner = people["commissioner"]
    await a_call(rt, people["operator"])
    years = Period(date(2024, 1, 1), date(2026, 12, 1))
    asked = asked_of(ReportAsk(About.VOLUMES, years, rows=By.DAY), "csv")
    work = await start_work(rt, commissioner.viewer, WorkKind.EXPORT_REPORT, asked)
    (row,) = await owed(rt, JobName.RUN_WORK)
    await run_work(rt, {WorkKind.EXPORT_REPORT: export_report}, row, print)
    view = await work_of(rt, commissioner.viewer, work)
    assert (view.state, view.cause) == ("failed", "too_fine")
    page = await signed_in(client, commissioner)
    year = "from=2025-12-01&to=2026-11-30&rows=day"
    assert (await page.get(f"/reports?{year}")).status == 422  # for a page, not for a file
    assert "Слишком много малых чисел." in page.html
    assert 'data-testid="export-csv"' in page.html
    assert view.cause in WORK["work_cause"]
