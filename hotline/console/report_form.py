"""The report that an address asks for, and the address of a report; codes and dates only."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from hotline.cases.terms import Channel
from hotline.console.codes import LANGUAGE
from hotline.quality.reports import (
    About,
    By,
    Of,
    Period,
    Preset,
    ReportAsk,
    days_through,
    period_of,
)

NO_PLACE = "none"  # in an address: what nobody knows yet
Code = TypeVar("Code", bound=StrEnum)


def read_ask(query: Mapping[str, str], today: date, *, at_111: bool) -> ReportAsk:
    """Return what the address asks; what it says wrongly is as if it had not said it."""
    of = _one(Of, query.get("of", ""), Of.CASES) if at_111 else Of.CASES
    return ReportAsk(
        about=_one(About, query.get("about", ""), About.VOLUMES),
        period=_period(query, today),
        of=of,
        rows=_one(By, query.get("rows", ""), By.REGION),
        columns=_one(By, query.get("columns", ""), By.TOPIC),
        region=_filter(query.get("region", "")),
        topic=_filter(query.get("topic", "")),
        channel=_known(query.get("channel", ""), {one.value for one in Channel}),
        language=_known(query.get("language", ""), set(LANGUAGE)),
    )


def preset_of(query: Mapping[str, str]) -> str:
    """Return the preset that an address asks for, "" for typed dates."""
    if query.get("preset") or not (query.get("from") and query.get("to")):
        return _one(Preset, query.get("preset", ""), Preset.DAYS_30).value
    return ""


def _period(query: Mapping[str, str], today: date) -> Period:
    preset = preset_of(query)
    if preset:
        return period_of(Preset(preset), today)
    try:
        last = date.fromisoformat(query["to"])
        return days_through(date.fromisoformat(query["from"]), last)
    except ValueError:
        return period_of(Preset.DAYS_30, today)


def _one(kind: type[Code], said: str, fallback: Code) -> Code:
    return kind(said) if said in {one.value for one in kind} else fallback


def _known(said: str, known: set[str]) -> str | None:
    return said if said in known else None


def _filter(said: str) -> str | None:
    return None if not said else "" if said == NO_PLACE else said


def fields_of(ask: ReportAsk) -> dict[str, str]:
    """Return the report as fields of a form; `read_ask` reads them again."""
    said = {
        "about": ask.about.value, "of": ask.of.value, "rows": ask.rows.value,
        "columns": ask.columns.value, "from": ask.period.from_.isoformat(),
        "to": ask.period.last.isoformat(),
    }  # fmt: skip
    for name in ("region", "topic", "channel", "language"):
        value = getattr(ask, name)
        if value is not None:
            said[name] = value or NO_PLACE
    return said


def address_of(ask: ReportAsk, **other: str) -> str:
    """Return the address of a report, with `other` in place of what it says."""
    return "/reports?" + urlencode({**fields_of(ask), **other})
