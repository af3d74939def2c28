"""Other ways to type the same message: what people do to letters, done to training texts."""

import random
import re

_KK_PLAIN = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_COMMON = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "ъ": "", "э": "e",
}  # fmt: skip
_CHOICES = {
    "ё": ("yo", "e", "jo"), "ж": ("zh", "j", "zh"), "й": ("y", "i", "j"),
    "х": ("h", "kh", "x"), "ц": ("ts", "c"), "ч": ("ch", "4", "ch"), "ш": ("sh", "w", "sh"),
    "щ": ("sch", "sh", "shch"), "ы": ("y", "i"), "ь": ("", "'"), "ю": ("yu", "u", "ju"),
    "я": ("ya", "ia", "ja"), "ә": ("a", "ä", "e"), "ғ": ("g", "gh", "ğ"),
    "қ": ("k", "q"), "ң": ("n", "ng", "ñ"), "ө": ("o", "ö"), "ұ": ("u",), "ү": ("u", "ü"),
    "һ": ("h",), "і": ("i", "y"),
}  # fmt: skip


def in_latin(text: str, chance: random.Random) -> str:
    """Return `text` in Latin letters, in one invented person's own way."""
    way = {letter: chance.choice(options) for letter, options in _CHOICES.items()} | _COMMON
    return "".join(way.get(letter, letter) for letter in text.lower())


def without_special_letters(text: str) -> str:
    """Return Kazakh as typed on a Russian keyboard."""
    return text.translate(_KK_PLAIN)


def bare(text: str) -> str:
    """Return `text` as speech recognition writes it: no capitals, no signs."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text.lower())).strip()


def misspelt(text: str, chance: random.Random, share: float = 0.04) -> str:
    """Return `text` with letters dropped, doubled or swapped in about `share` of places."""
    letters = list(text)
    for at in range(1, len(letters) - 1):
        if not letters[at].isalpha() or chance.random() > share:
            continue
        deed = chance.randrange(3)
        if deed == 0:
            letters[at] = ""
        elif deed == 1:
            letters[at] *= 2
        elif letters[at + 1].isalpha():
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def varied(text: str, lang: str, chance: random.Random) -> str:
    """Return `text`, often changed in one of the ways above."""
    roll = chance.random()
    if lang in {"kk", "mixed"} and roll < 0.22:
        text = without_special_letters(text)
    elif lang in {"kk", "ru", "mixed"} and roll < 0.34:
        text = in_latin(text, chance)
    if chance.random() < 0.2:
        text = bare(text)
    if chance.random() < 0.35:
        text = misspelt(text, chance)
    return text
