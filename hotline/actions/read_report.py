"""Use case: a person reads a report; page, file and API read it here and nowhere else."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hotline.cases.terms import ClockName, DeclineCode, Role
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.quality import report_sheets, report_small
from hotline.quality.report_sheets import Sheet
from hotline.quality.reports import (
    FIRST,
    LAST,
    LONGEST,
    TIMES,
    About,
    By,
    Of,
    Period,
    ReportAsk,
    before,
    fineness,
    steps,
    year_before,
)
from hotline.runtime import Runtime
from hotline.store import report_rows
from hotline.store.transaction import Transaction, one_snapshot

READERS = tuple(role for role in Role if role is not Role.ADMIN)
# What leaves the house as a file is asked for by who answers for it.
EXPORTERS = tuple(role for role in READERS if role is not Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked, and the tables that answer it."""

    ask: ReportAsk
    sheets: tuple[Sheet, ...]
    compared: Period

    @property
    def rows(self) -> int:
        """Return how many lines it has."""
        return sum(len(sheet.lines) for sheet in self.sheets)


async def read_report(rt: Runtime, viewer: Viewer, ask: ReportAsk) -> Report:
    """Return the report over what the viewer may know of, as it is at one moment.

    Errors: NotFound for who reads none, RuleForbids for what cannot be asked.
    """
    if viewer.role not in READERS or (ask.of is Of.CONTACTS and not viewer.at_111):
        raise NotFound("no such page")
    require_sensible(rt, ask)
    async with rt.transaction(viewer) as tx:
        await one_snapshot(tx)
        sheets = await _sheets(tx, viewer, ask)
    return Report(ask, tuple(sheets), before(ask.period))


async def tell_report(
    rt: Runtime, viewer: Viewer, ask: ReportAsk, most: int = report_small.ON_A_PAGE
) -> Report:
    """Return the report as its reader is told it: outside 111 without small counts.

    Errors: as `read_report`; RuleForbids `too_fine` for more cells than `most`.
    """
    report = await read_report(rt, viewer, ask)
    if viewer.at_111:
        return report
    if report_small.too_fine(report.sheets, most):
        raise RuleForbids("too many cells to weigh", code="too_fine", field="rows")
    # Beside: whoever else waits for this process does not wait for it.
    sheets = await asyncio.to_thread(report_small.for_outside, report.sheets)
    return replace(report, sheets=sheets)


def require_sensible(rt: Runtime, ask: ReportAsk) -> None:
    """Errors: RuleForbids names the field."""
    if ask.period.from_ < FIRST or ask.period.to > LAST:
        raise RuleForbids("no such days", code="bad_period", field="from")
    if not timedelta() < ask.period.to - ask.period.from_ <= LONGEST:
        raise RuleForbids("the period is empty or too long", code="bad_period", field="to")
    if ask.rows == ask.columns or (ask.rows in TIMES and ask.columns in TIMES):
        raise RuleForbids("choose two things", code="same_twice", field="columns")
    topics = {category.code for category in rt.config.taxonomy.categories}
    for field, value, known in (
        ("region", ask.region, rt.regions | {""}),
        ("topic", ask.topic, topics | {""}),
    ):
        if value is not None and value not in known:
            raise RuleForbids("unknown", code="unknown_filter", field=field)


async def _sheets(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> list[Sheet]:
    if ask.about is About.STAGES:
        found = await report_rows.stages(tx, viewer, ask)
        return [report_sheets.stages(found, [name.value for name in ClockName])]
    if ask.about is About.AGEING:
        ages = await report_rows.ages(tx, viewer, ask)
        return [report_sheets.ageing(ages, len(report_rows.AGES) + 1)]
    if ask.about is About.REPEATS:
        return [report_sheets.repeats(await report_rows.repeats(tx, viewer, ask))]
    if ask.about is About.REFUSALS:
        said = await report_rows.answers(tx, viewer, ask)
        rows = [(o.body, o.offered, o.accepted, o.waiting, o.refused) for o in said]
        return [report_sheets.refusals(rows, [*(c.value for c in DeclineCode), "other"])]
    if ask.about is About.SEASONS:
        return [await _seasons(tx, viewer, ask)]
    return [await _trend(tx, viewer, ask), await _pivot(tx, viewer, ask)]


async def _pivot(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> Sheet:
    counted = await report_rows.counts(tx, viewer, ask, (ask.rows, ask.columns))
    by = next((one for one in (ask.rows, ask.columns) if one in TIMES), By.MONTH)
    grid = report_sheets.grid_of(counted, ask.rows, ask.columns, _days(ask.period, by))
    return report_sheets.pivot(grid, ask.rows, ask.columns)


async def _trend(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> Sheet:
    by = fineness(ask.period)
    then = before(ask.period)
    days = _days(ask.period, by)
    now_by = await _by_one(tx, viewer, ask, by)
    then_by = await _by_one(tx, viewer, ask.during(then), by)
    return report_sheets.trend(
        by,
        days,
        [now_by.get(day, 0) for day in days],
        [then_by.get(day, 0) for day in _days(then, by)],
    )


async def _seasons(tx: Transaction, viewer: Viewer, ask: ReportAsk) -> Sheet:
    by = ask.rows if ask.rows not in TIMES else By.TOPIC
    periods = (ask.period, before(ask.period), year_before(ask.period))
    now, then, year = [
        await _by_one(tx, viewer, ask.during(period), by) for period in periods
    ]
    return report_sheets.seasons(by, now, then, year)


async def _by_one(
    tx: Transaction, viewer: Viewer, ask: ReportAsk, by: By
) -> dict[str, int]:
    return {key: n for (key,), n in await report_rows.counts(tx, viewer, ask, (by,))}


def _days(period: Period, by: By) -> Sequence[str]:
    return [day.isoformat() for day in steps(period, by)]
