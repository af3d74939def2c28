"""Sentences of the working, in kk and ru."""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["kk", "ru"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: a sentence a kind of step, notes, and units of a limit."""

    lines: dict[str, str]
    notes: dict[str, str]
    units: dict[str, str]
    kinds: dict[str, str]


WORDING: dict[Language, Wording] = {
    "kk": Wording(
        lines={
            "basis": "Негізі: {value} ({note})",
            "limit": "Мерзімі: {value}",
            "started": "Басталуы: {value}",
            "registered": "Тіркелген күні: {value} (есепке кірмейді)",
            "counted": "{value}: есептеледі, {note}",
            "skipped": "{value}: есептелмейді, {note}",
            "due": "Аяқталуы: {value}",
        },
        notes={
            "law": "заң",
            "policy": "111 қағидасы",
            "weekend": "демалыс күні",
            "holiday": "мереке күні",
            "exception": "жұмыссыз деп жарияланған",
        },
        units={"WD": "жұмыс күні", "D": "күн", "H": "сағат", "M": "минут", "S": "секунд"},
        kinds={"clock": "тәулік бойы", "work": "жұмыс уақыты", "days": "күнтізбелік"},
    ),
    "ru": Wording(
        lines={
            "basis": "Основание: {value} ({note})",
            "limit": "Срок: {value}",
            "started": "Начало: {value}",
            "registered": "День регистрации: {value} (не считается)",
            "counted": "{value}: считается, {note}",
            "skipped": "{value}: не считается, {note}",
            "due": "Окончание: {value}",
        },
        notes={
            "law": "закон",
            "policy": "правило 111",
            "weekend": "выходной",
            "holiday": "праздничный день",
            "exception": "объявлен нерабочим",
        },
        units={"WD": "раб. дн.", "D": "дн.", "H": "ч", "M": "мин", "S": "с"},
        kinds={"clock": "круглосуточно", "work": "рабочее время", "days": "календарные"},
    ),
}


def limit_text(limit: str, wording: Wording) -> str:
    """Return a limit such as "PT1H30M clock" in words: "1 ч 30 мин (круглосуточно)"."""
    amount, _, kind = limit.partition(" ")
    parts = re.findall(r"(\d+)(WD|[DHMS])", amount)
    told = " ".join(f"{number} {wording.units[unit]}" for number, unit in parts)
    return f"{told} ({wording.kinds[kind]})"
