"""Kazakhstan's public holidays and moved working weekends, a year at a time."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, slots=True)
class NationalYear:
    """What the library says about one year."""

    off: frozenset[date]  # public holidays, observed and substituted days included
    moved: frozenset[date]  # weekend days on which the country works
    names: Mapping[
        date, str
    ]  # what each day off is: a code of HOLIDAYS, or the library's word


HOLIDAYS = {  # the library's name: our code, named in `sla.wording`
    "New Year's Day": "new_year",
    "Orthodox Christmas": "christmas",
    "International Women's Day": "womens_day",
    "Nowruz Holiday": "nauryz",
    "Kazakhstan's People Solidarity Holiday": "unity_day",
    "Defender of the Fatherland Day": "defender_day",
    "Victory Day": "victory_day",
    "Capital Day": "capital_day",
    "Eid al-Adha": "kurban_ait",
    "Constitution Day": "constitution_day",
    "Republic Day": "republic_day",
    "First President Day": "first_president_day",
    "Independence Day": "independence_day",
    "Day off": "moved_day_off",
}


@cache
def national_year(year: int) -> NationalYear:
    """Return the holidays and the moved working weekends of `year`.

    Units: a Gregorian year from 1991 on. Errors: none.
    Source: package `holidays`, KZ; Kurban Ait is estimated in years to come.
    """
    days = _library().Kazakhstan(years=year, language="en_US")
    return NationalYear(
        off=frozenset(day for day in days if day.year == year),
        moved=frozenset(day for day in days.weekend_workdays if day.year == year),
        names={day: _code(name) for day, name in days.items() if day.year == year},
    )


def _code(name: str) -> str:
    """Return our code of a holiday; "(observed)" and "(estimated)" say nothing of it."""
    plain = name.split(";", maxsplit=1)[0].partition(" (")[0]
    return HOLIDAYS.get(plain, plain)


@cache
def library_version() -> str:
    """Return the version of the holiday library without importing it."""
    return version("holidays")


@cache
def _library() -> ModuleType:
    # Imported late and past `holidays.countries`, whose __init__ pulls in 250 countries:
    # 26 MB and 0.3 s instead of 45 MB and 0.5 s, and nothing where no body hour is counted.
    import holidays

    path = Path(holidays.__file__).parent / "countries" / "kazakhstan.py"
    spec = importlib.util.spec_from_file_location("hotline_holidays_kazakhstan", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"holidays {library_version()} has no {path.name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
