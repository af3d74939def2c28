"""Folding of one word: letters, look-alikes, transliteration. See `normalise` for why."""

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-z\u00df-\u024f\u0259]")
_NOT_LOOKALIKE = re.compile("[dfgjlnqrsuvwz\u00df-\u024f]")
_DOUBLE = re.compile(r"(.)\1+")
_WAS = "был"  # "был" (was) must not fold into "бил" (beat)
_KEPT = "бЫл"
_CACHED = 64  # characters; longer "words" are noise and not worth remembering

_FOLDED = str.maketrans(
    {
        "қ": "к", "ғ": "г", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "ә": "а", "і": "и",
        "һ": "х", "ё": "е", "э": "е", "й": "и", "ы": "и", "Ы": "ы", "ї": "и", "є": "е",
        "ґ": "г", "ў": "у", "ӯ": "у", "ӣ": "и", "ҷ": "ч", "ҳ": "х", "ъ": None,
    }
)  # fmt: skip
_LOOKALIKES = str.maketrans("aeopcxykmtbhiαοερκ", "аеорсхукмтвниаоерк")
_ACCENTS = str.maketrans(
    {
        "ñ": "n", "ń": "n", "ŋ": "n", "ğ": "g", "ǵ": "g", "ş": "š", "ș": "š", "ç": "č",
        "ý": "u", "ú": "u", "ü": "u", "ū": "u", "ö": "o", "ó": "o", "ä": "a", "á": "a",
        "ə": "a", "ı": "y", "ï": "i", "í": "i", "î": "i", "é": "e", "ë": "e",
    }
)  # fmt: skip
_SYLLABLES = re.compile(
    r"(?P<soft>(?<=[bp])y[oe](?=t|sh|m))|(?P<ts>c(?=i|$))"
    r"|(?P<short>(?<=[aeiouy])j(?![aeiouy]))|(?P<rest>shch|sch|sh|ch|zh|kh|gh|ts|ya|yu|yo|ye"
    r"|(?<=[bcdfghklmnpqrstvwxz])j[auo]|(?<=[a-z])[46](?=[a-z])|[a-zšžč])"
)
_BY_KIND = {"soft": "ие", "ts": "ц", "short": "и"}
_SOUNDS = {
    "shch": "щ", "sch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "gh": "г",
    "ts": "ц", "ya": "я", "yu": "ю", "yo": "е", "ye": "е", "ja": "я", "ju": "ю", "jo": "е",
    "a": "а", "b": "б", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и",
    "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к",
    "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "ш", "x": "х", "y": "и",
    "z": "з", "c": "ш", "š": "ш", "ž": "ж", "č": "ч", "4": "ч", "6": "ш",
}  # fmt: skip


def fold(word: str) -> str:
    """Return the folded form of one word; empty when nothing readable is left."""
    return _remembered(word) if len(word) <= _CACHED else _fold(word)


def _fold(word: str) -> str:
    low = word.lower()
    if not low.isascii():
        low = unicodedata.normalize("NFKC", word).lower()
    if not low.isalnum():
        low = "".join(letter for letter in low if letter.isalnum())
    if _LATIN.search(low):
        low = _from_latin(low)
    if _WAS in low:
        low = low.replace(_WAS, _KEPT)
    low = low.translate(_FOLDED)
    if "ь" in low:
        low = low.replace("ье", "ие").replace("ь", "")
    if "тс" in low:
        low = low.replace("тс", "ц")
    if "иа" in low or "иу" in low:  # "taiak" and "таяқ", "biut" and "бьют"
        low = low.replace("иа", "я").replace("иу", "ю")
    return low if low.isdigit() else _DOUBLE.sub(r"\1", low)


_remembered = lru_cache(maxsize=20_000)(_fold)


def in_cyrillic(word: str) -> str:
    """Return a lower-case word that holds Latin letters in Cyrillic, not folded."""
    return _from_latin(unicodedata.normalize("NFKC", word).lower())


def _from_latin(word: str) -> str:
    if _CYRILLIC.search(word) and not _NOT_LOOKALIKE.search(word):
        return word.translate(_LOOKALIKES)
    spelt = word.translate(_ACCENTS).replace("byl", _WAS)
    return _SYLLABLES.sub(_sound, spelt)


def _sound(found: re.Match[str]) -> str:
    kind = found.lastgroup or "rest"
    return _BY_KIND.get(kind) or _SOUNDS[found.group()]
