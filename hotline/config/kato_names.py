"""From rows of the official register to names that people write: types and numbers dropped."""

import re
from collections.abc import Iterable
from typing import Final

from hotline.config.kato import KatoPlace, KatoPlaces
from hotline.config.kato_register import RegisterRow

_KK_TYPE: Final = re.compile(
    r"\s+(?:ауылдық округі|ауылдық аумағы|кенттік округі|ауылы|аулы|кенті|селосы|қыстағы"
    r"|станциясы|стансасы|стансысы|разъезі|бекеті|поселкесі|а\.о\.?|с\.о\.?|а\.|с\.|к\.)$",
    re.IGNORECASE,
)
_RU_BEFORE: Final = re.compile(
    r"^(?:село|поселок|посёлок|аул|станция|разъезд|кордон|с\.|п\.|а\.|ст\.|рзд\.|раз\.|пос\.)\s*",
    re.IGNORECASE,
)
_RU_AFTER: Final = re.compile(
    r"\s+(?:сельский округ|аульный округ|поселковый округ|с\.?\s?о\.?|с/о|а\.?\s?о\.?)$",
    re.IGNORECASE,
)
_TOWN: Final = re.compile(
    r"қаласы$|қалалық|\bқ\.\s?ә|\bк\.\s?ә|кенттік әк|^г\.|\bг\.\s?а\.|\bп\.\s?а\.|^город\b"
    r"|администрация|маслихат|облысы$|область",
    re.IGNORECASE,
)
_DISTRICT: Final = re.compile(r"\s+(?:ауданы|ауд\.?)$", re.IGNORECASE)
_LETTERS: Final = 3  # a shorter name, or one of digits, says nothing


def derive(rows: Iterable[RegisterRow]) -> KatoPlaces:
    """Return the villages and rural districts of the register, and its districts' codes.

    Oblasts and towns are left out: the shipped files know them, with the names of old.
    """
    listed = sorted(rows, key=lambda row: row.code)
    districts = {
        row.code: _DISTRICT.sub("", row.kk)
        for row in listed
        if row.code.endswith("000") and _DISTRICT.search(row.kk)
    }
    places = dict.fromkeys(
        place for row in listed for place in _places(row, districts) if place is not None
    )
    return KatoPlaces(districts=districts, places=tuple(places))


def _places(row: RegisterRow, districts: dict[str, str]) -> Iterable[KatoPlace | None]:
    if (
        row.code[4:] == "00000"
        or row.code in districts
        or _TOWN.search(f"{row.kk}|{row.ru}")
    ):
        return
    kk = _KK_TYPE.sub("", row.kk)
    ru = _RU_AFTER.sub("", _RU_BEFORE.sub("", row.ru))
    if sum(letter.isalpha() for letter in kk) < _LETTERS or any(map(str.isdigit, kk + ru)):
        return
    inside = row.code[:6] + "000"
    district = inside if inside in districts else row.code[:4] + "00000"
    yield KatoPlace(row.code[:2], district, kk, ru)
