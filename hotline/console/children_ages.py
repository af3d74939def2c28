"""Ages of children as people type them: is one under five? "3 и 11", "8 мес.", an IIN."""

import re
from datetime import date

from hotline.identity import iin
from hotline.routing.urgency import YOUNG

_GROWN = 18
_ONE = re.compile(r"(?<!\d)(\d{1,2})(?!\d)(?:\s*-?\s*([^\W\d_]+))?")
_WORD = re.compile(r"[^\W\d_]+")
_YEARS = frozenset((
    "л", "лет", "г", "год", "года", "годов", "жас", "жаста", "жастағы", "жасар",
    "y", "year", "years", "old",
))  # fmt: skip
_CALM = _YEARS | {"и", "және", "мен", "and"}  # a child told of by them is no baby
_OF_BABIES = re.compile(
    r"мес|нед|дн|ден|сут|ай(?:лық|лик|да|ы)?$|апта|күн|month|mo$|week|day", re.IGNORECASE
)
# "7 лет 6 мес" is one child; with a comma or an "and" between them it may be two.
_REST = re.compile(
    rf"(\d{{1,2}}\s*(?:{'|'.join(sorted(_YEARS, key=len, reverse=True))})\b\.?\s+)"
    r"\d{1,2}\s*(?:мес|ай|month)[^\W\d_]*",
    re.IGNORECASE,
)


def young_by(typed: str, today: date) -> bool | None:
    """Return whether the youngest child is under five; None where that is not certain.

    "No" is said only of plain numbers of years: a word that is not known may tell of a baby.
    """
    births = [iin.born(one) for one in iin.written_in(typed) if iin.fault_of(one) is None]
    ages = [iin.age_on(today, birth) for birth in births if birth is not None]
    plain = _REST.sub(r"\1", typed)
    for number, word in _ONE.findall(plain):
        if _OF_BABIES.match(word):
            ages.append(0)
        elif int(number) < _GROWN:
            ages.append(int(number))
    if not ages:
        return None
    if min(ages) < YOUNG:
        return True
    return None if any(w.lower() not in _CALM for w in _WORD.findall(plain)) else False
