"""Finding a name by what a person types: Cyrillic or Latin, any spelling, no marks needed.

`letters.fold` stands in keyed hashes and in the model's weights, so it stays as it is. A
typed word is read in every way that people here write: the passport's Latin, the Kazakh
Latin alphabet of 2021 (j is ж, ç is ч), Russian names with and without the soft sign.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from hotline.language.normalise import fold, normalise

_LATIN = re.compile(r"[a-z\u00df-\u024f\u0259]")
_PLAIN_C = re.compile(r"c(?![hck])")
_SOFT = re.compile(r"(?<=[bdfgklmnprstvz])y[eo]")  # Solovyov is Соловьёв
_SOUND = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])я")
_ZH = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])ж([ауо])")
_AFTER_J = {"а": "я", "у": "ю", "о": "е"}
_COARSE = (("ия", "я"), ("ию", "ю"), ("ие", "е"), ("дж", "ж"))


def spellings(word: str) -> tuple[str, ...]:
    """Return the folded forms that a typed word may stand for, the plainest first."""
    low = unicodedata.normalize("NFKC", word).lower()
    found = [fold(low)]
    if _LATIN.search(low):
        modern = _PLAIN_C.sub("ts", low.replace("j", "zh").replace("w", "u"))
        forms = (modern, low.replace("x", "ks"), _SOFT.sub("ie", low))
        found += [fold(form) for form in forms]
        found += [_SOUND.sub("ия", one) for one in found]
    found += [one.replace("ия", "я") for one in found]
    found += [_ZH.sub(lambda m: _AFTER_J[m[1]], one) for one in found]
    return tuple(dict.fromkeys(one for one in found if one))


def matches(typed: str, texts: Iterable[str | None]) -> bool:
    """Return whether every typed word begins or stands in a word of `texts`.

    Nothing typed matches all; what holds no letter and no digit matches nothing.
    """
    if not typed.strip():
        return True
    wanted = [_readings(token.surface) for token in normalise(typed).tokens]
    held = " ".join(
        reading
        for text in texts
        for token in normalise(text or "").tokens
        for reading in sorted(_readings(token.surface))
    )
    return bool(wanted) and all(any(one in held for one in word) for word in wanted)


@lru_cache(maxsize=8_192)  # a list of people is read word by word at every search
def _readings(word: str) -> frozenset[str]:
    """Return what a word may stand for, with what is heard alike made one."""
    return frozenset(_coarse(one) for one in spellings(word))


def _coarse(folded: str) -> str:
    for sound, plain in _COARSE:
        folded = folded.replace(sound, plain)
    return folded
