"""Words in Kazakh, Russian and English: gettext catalogues read once, dates, plurals.

English stands in the code; `locale/<code>.po` hold the rest. A test finds what lacks a
Kazakh or Russian form.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALES = ("kk", "ru", "en")
FIRST = "kk"  # where nothing says otherwise
FOLDER = Path(__file__).with_name("locale")
_ALPHABET = (
    " -0123456789abcdefghijklmnopqrstuvwxyzаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
)
_ORDER = {letter: place for place, letter in enumerate(_ALPHABET)}
_DIGITS = re.compile(r"([0-9]{1,18})")
_PASSED_OVER = re.compile("[«»„“”\"'’№.,()]")  # in front of a name, or within
_ALMATY = ZoneInfo("Asia/Almaty")  # all of the country, UTC+5 since 2024-03-01


@cache
def catalogue(locale: str) -> Catalog:
    """Return the catalogue of `locale`. Errors: KeyError for a locale that is not ours."""
    if locale not in LOCALES:
        raise KeyError(locale)
    with (FOLDER / f"{locale}.po").open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8")


def gettext(locale: str, msgid: str, **values: Any) -> str:
    """Return `msgid` in `locale`, with `{name}` filled from `values`; else in English."""
    return _fill(_entry(locale, msgid)[0] or msgid, values)


def ngettext(locale: str, one: str, many: str, n: int, **values: Any) -> str:
    """Return the form that `n` takes in `locale`; `{n}` is filled as well."""
    forms = _entry(locale, one)
    form = _plural(locale)(n) if len(forms) > 1 else 0
    text = forms[min(form, len(forms) - 1)]
    return _fill(text or (one if n == 1 else many), {"n": n, **values})


def moment(when: datetime) -> str:
    """Return `when` as people here write it: 21.11.2026, 14:32, in Almaty's time."""
    return f"{when.astimezone(_ALMATY):%d.%m.%Y, %H:%M}"


def choose(*wanted: str | None, accept: str = "") -> str:
    """Return the first of `wanted` that is ours, else the best accepted, else Kazakh."""
    for code in wanted:
        if code in LOCALES:
            return str(code)
    found = negotiate_locale(_accepted(accept), LOCALES, sep="-")
    return found if found in LOCALES else FIRST


@cache
def _plural(locale: str) -> Callable[[int], int]:
    """Return which form a number takes, as the catalogue's head says."""
    return c2py(catalogue(locale).plural_expr)


def _accepted(header: str) -> Iterable[str]:
    """Return the languages of an Accept-Language header, most wanted first."""
    weighed = []
    for part in header[:200].split(","):
        code, _, weight = part.partition(";q=")
        try:
            rank = float(weight or 1)
        except ValueError:
            rank = 0.0
        weighed.append((rank, code.strip().lower().split("-")[0]))
    return [code for rank, code in sorted(weighed, key=lambda p: -p[0]) if rank > 0]


@cache
def _entry(locale: str, msgid: str) -> tuple[str, ...]:
    message = catalogue(locale).get(msgid)
    if message is None:
        return ("",)
    string = message.string
    return tuple(string) if isinstance(string, tuple | list) else (str(string),)


def _fill(text: str, values: dict[str, Any]) -> str:
    return text.format_map(values) if values else text


def alphabetical(text: str) -> tuple[int, ...]:
    """Return a sort key: the Kazakh alphabet, of which the Russian one is a part.

    Numbers go by their value and before letters; quotation marks and № count for nothing,
    nor do the marks of Latin letters.
    """
    plain = unicodedata.normalize("NFC", _PASSED_OVER.sub("", text)).strip().casefold()
    key: list[int] = []
    for piece in _DIGITS.split(plain):
        key += [_ORDER["0"], int(piece)] if _DIGITS.fullmatch(piece) else map(_place, piece)
    return tuple(key)


def by_name(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (code, name) pairs in the order of their names."""
    return sorted(pairs, key=lambda pair: alphabetical(pair[1]))


def _place(letter: str) -> int:
    if letter not in _ORDER:
        letter = unicodedata.normalize("NFD", letter)[0]
    return _ORDER.get(letter, 1000 + ord(letter))
