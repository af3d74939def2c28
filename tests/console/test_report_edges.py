"""/reports at its edges: midnight in Almaty, a period in which nothing came, three months."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.actions.read_report import read_report
from hotline.quality.reports import About, By, Period, ReportAsk
from tests.builders import a_call, everybody, row_id
from tests.console.console_world import signed_in

DAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 19, 19, tzinfo=UTC)  # in Almaty, five hours before


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def received(rt, database, people, at, **call):
    number = await a_call(rt, people["operator"], **call)
    statement = "UPDATE cases SET received_at = $2 WHERE id = $1"
    await database.execute(statement, row_id(rt, number), at)
    return number


async def read(rt, people, about, first, last, **more):
    period = Period(first, last + timedelta(days=1))
    report = await read_report(
        rt, people["supervisor"].viewer, ReportAsk(about, period, **more)
    )
    return {sheet.code: sheet for sheet in report.sheets}


async def test_a_day_begins_at_midnight_in_almaty(rt, people, database):
    second = timedelta(seconds=1)
    for at in (MIDNIGHT - second, MIDNIGHT, MIDNIGHT + timedelta(days=1) - second,
               MIDNIGHT + timedelta(days=1)):  # fmt: skip
        await received(rt, database, people, at)
    found = await read(rt, people, About.VOLUMES, DAY, DAY, rows=By.DAY)
    assert found["pivot"].total.cells[-1] == 2
    assert found["trend"].total.cells == (2, 1)  # beside the day before
    days = {line.name.code: line.cells[-1] for line in found["pivot"].lines}
    assert days == {DAY.isoformat(): 2}


async def test_a_period_in_which_nothing_came_is_told_as_nothing(
    rt, people, database, client
):
    await received(rt, database, people, MIDNIGHT)
    page = await signed_in(client, people["supervisor"])
    for about in About:
        for sheet in (
            await read(rt, people, about, date(2025, 3, 1), date(2025, 3, 31))
        ).values():
            if about is not About.AGEING:  # what is open now, whenever it came
                cells = [c for line in sheet.lines for c in line.cells]
                assert not any(cells), about
        answer = await page.get(f"/reports?about={about}&from=2025-03-01&to=2025-03-31")
        assert answer.status == 200, about
        assert 'class="card report-sheet"' in page.html, about


@pytest.mark.parametrize(("days", "back"), [(90, 1), (91, 0)])
async def test_who_comes_back_counts_for_ninety_days(rt, people, database, days, back):
    at = MIDNIGHT + timedelta(hours=9)
    await received(rt, database, people, at - timedelta(days=days))
    await received(rt, database, people, at)
    (sheet,) = (await read(rt, people, About.REPEATS, DAY, DAY)).values()
    assert sheet.total.cells[:2] == (1, back)


AGES = [(0, 23, "0"), (1, 0, "1"), (2, 23, "1"), (3, 0, "2"), (30, 0, "5")]


async def test_open_cases_stand_in_the_group_of_their_age(rt, people, database, clock):
    for days, hours, _ in AGES:
        at = clock.now() - timedelta(days=days, hours=hours)
        await received(rt, database, people, at)
    (sheet,) = (await read(rt, people, About.AGEING, DAY, DAY)).values()
    told = {line.name.code: line.cells[-1] for line in sheet.lines if line.cells[-1]}
    wanted = [group for *_, group in AGES]
    assert told == {group: wanted.count(group) for group in wanted}
