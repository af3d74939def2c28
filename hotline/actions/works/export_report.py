"""Long work: a report as a file. Names and tables are the console's: `hotline.export_work`."""

from datetime import date
from typing import Literal

from hotline.actions.read_report import EXPORTERS
from hotline.actions.works.kind import Asked, Kind
from hotline.cases.terms import Channel
from hotline.quality.reports import About, By, Of, ReportAsk, days_through


class ExportReport(Asked, frozen=True):
    """What the page shows, as a file. `last`: the last day of the period."""

    about: About
    first: date
    last: date
    of: Of = Of.CASES
    rows: By = By.REGION
    columns: By = By.TOPIC
    region: str | None = None
    topic: str | None = None
    channel: Channel | None = None
    language: str | None = None
    form: Literal["csv", "xlsx"] = "xlsx"


KIND = Kind(frozenset(EXPORTERS), ExportReport, only_a_file=True)


def ask_of(asked: ExportReport) -> ReportAsk:
    """Return the report that is to be written."""
    same = ("about", "of", "rows", "columns", "region", "topic", "channel", "language")
    period = days_through(asked.first, asked.last)
    return ReportAsk(period=period, **{name: getattr(asked, name) for name in same})


def asked_of(ask: ReportAsk, form: str) -> dict[str, object]:
    """Return what is asked of long work for a report."""
    same = ("about", "of", "rows", "columns", "region", "topic", "channel", "language")
    period = {"first": ask.period.from_.isoformat(), "last": ask.period.last.isoformat()}
    told = {name: getattr(ask, name) for name in same if getattr(ask, name) is not None}
    return {**told, **period, "form": form}
