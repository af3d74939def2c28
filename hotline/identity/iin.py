"""Individual identification numbers (IIN): twelve digits with a birth date and a check digit."""

import re
from collections.abc import Iterator
from datetime import date

_LENGTH = 12
_YEARS = 8  # digits of "2012-2014"
_LIKE = re.compile(r"\d[\d -]{7,}\d")  # longer than any age or span of ages
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_WEIGHTS = (
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2),
)
_MODULUS, _RETRY = 11, 10


def written_in(typed: str) -> Iterator[str]:
    """Yield what looks like an IIN in a field that also takes ages, digits only."""
    for found in _LIKE.finditer(typed):
        digits = "".join(char for char in found[0] if char.isdecimal())
        if len(digits) > _YEARS:
            yield digits


def fault_of(iin: str) -> str | None:
    """Return what is wrong with an IIN: `length`, `date` or `check`; None when it holds."""
    if len(iin) != _LENGTH or not iin.isascii() or not iin.isdigit():
        return "length"
    if born(iin) is None:
        return "date"
    return None if _check_digit(iin) == int(iin[-1]) else "check"


def born(iin: str) -> date | None:
    """Return the birth date that an IIN names, or None where it names no date."""
    century = _CENTURY.get(iin[6:7])
    if century is None:
        return None
    try:
        return date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def _check_digit(iin: str) -> int | None:
    """Return the digit that must stand last; None where no such IIN is given out."""
    for weights in _WEIGHTS:
        left = sum(w * int(d) for w, d in zip(weights, iin, strict=False)) % _MODULUS
        if left != _RETRY:
            return left
    return None


def age_on(day: date, birth: date) -> int:
    """Return full years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
