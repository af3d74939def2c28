"""Invented people with unusual names, so that every trace of them can be searched for."""

import base64
import json
from urllib.parse import quote, quote_plus

NAME = "Зыркмухан Хвалтыншев"
OTHER = "Жупырлан Щегрынов"
CHILD = "Пыжванияр"
SCHOOL = "лицей Гхвызда"
PHONE = "+77073133742"
HANDLE = "zyrk_hvalt"
CHAT = 7313374261
STORY = (
    f"Отчим сейчас бьёт ребёнка ножом! {CHILD} плачет, мы у клюквохвостов, звоните {PHONE}"
)
PLACE = "улица Шлындрова 98"
WORDS = [
    *NAME.split(), *OTHER.split(), CHILD, "Гхвызда", "клюквохвост", "Шлындрова", HANDLE,
    "бурмыльцев", "хрюндель", "мявкотун", "щурогляд", "дрызмалай", "фырчекоз", "шкварлоп",
    "цыбухлён", "грызоблямс", "вжикуля", "чпокодрёма", "пряхогуст", "отпентюх", "zlobokvak",
]  # fmt: skip
DIGITS = ["77073133742", "7073133742", str(CHAT)]


def forms():
    """Every form in which one of them might lie about, as bytes to search for."""
    found = set()
    for word in [*WORDS, *DIGITS]:
        for text in {word, word.lower(), word.upper(), folded(word)}:
            plain = text.encode()
            found |= {
                plain,
                plain.hex().encode(),
                quote(text).encode(),
                quote_plus(text).encode(),
                json.dumps(text).strip('"').encode(),
                json.dumps(text).strip('"').upper().encode(),
                text.encode("utf-16-le"),
                base64.b64encode(plain)[: len(plain) // 3 * 4],
            }
    return {form for form in found if len(form) >= 7}


def folded(word):
    """The form that triage works with."""
    from hotline.language.normalise import normalise

    return " ".join(token.folded for token in normalise(word).tokens)


def leaks(heap):
    """Which poisoned forms stand in `heap`."""
    low = heap.lower()
    return sorted(form for form in forms() if form in heap or form.lower() in low)
