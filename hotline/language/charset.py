"""Which letters were meant by bytes whose declared character set may be a lie.

UTF-8 proves itself: other text is hardly ever valid UTF-8. Eight-bit sets prove nothing, so
the reading whose letters are commonest in Russian and Kazakh wins; what was declared only
breaks a tie. Bytes are never lost: what no reading explains is shown with U+FFFD.
"""

import codecs
import math
import re
from dataclasses import dataclass

# KZ-1048 is windows-1251 with Kazakh letters where that has Serbian and Ukrainian ones.
_EIGHT_BIT = {"kz1048": 1.0, "koi8-r": 0.5, "cp866": 0.0, "iso8859-5": 0.0, "cp1252": 0.0}
_AS_KZ = {"cp1251": "kz1048", "windows-1251": "kz1048", "iso8859-1": "cp1252"}
_PER_MILLE = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіәғқңөұүһ",
        (110, 85, 85, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14,
         12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 1, 12, 8, 8, 14, 6, 6, 5, 6, 2),
        strict=True,
    )
)  # fmt: skip
_WEIGHT = {letter: math.log(often / 8) for letter, often in _PER_MILLE.items()}
_STRANGE_CASE = re.compile(r"[а-яёәғқңөұүһі][А-ЯЁӘҒҚҢӨҰҮҺІ]")
# No sets of letters: slow on long input, or made for something else.
_NEVER = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "utf-7"})
_FOREIGN = -3.0  # a Cyrillic letter of neither language, an accented Latin one
_BROKEN = -8.0  # controls, boxes, private use: nobody writes these
_DECLARED = 2.0
_LOOKED_AT = 4000  # characters; a long text shows its letters at its beginning
_CUT_MAX = 3  # bytes of one character that a cut may leave behind
_ENOUGH = 2  # letters that prove UTF-8
_PLAUSIBLE = 0.9
_LIKELY = (  # Cyrillic; dashes, quotes and signs; pictures
    ("\u0400", "\u04ff"), ("\u2010", "\u2122"), ("\u2600", "\u27bf"),
    ("\U0001f000", "\U0001faff"), ("\ufe0f", "\ufe0f"),
)  # fmt: skip
_SPACES = "\t\n\r"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and the set in which its bytes were read."""

    text: str
    charset: str


def read_text(data: bytes, declared: str = "") -> Reading:
    """Return what `data` says, whatever `declared` claims. Total."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return Reading(data[len(mark) :].decode(name, "replace"), name)
    utf8 = _utf8(data)
    if utf8 is not None and not _controls(utf8):
        return Reading(utf8, "utf-8")
    wide = _wide(data, declared)
    if wide is not None:
        return wide
    if utf8 is not None:
        return Reading(utf8, "utf-8")
    cut = _cut(data)
    if cut is not None:
        return Reading(cut, "utf-8")
    return _eight_bit(data, declared)


def _utf8(data: bytes) -> str | None:
    """Return `data` as UTF-8, halves of surrogate pairs too: a broken emoji is no reason."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _controls(text: str) -> bool:
    return any(letter < " " and letter not in _SPACES for letter in text)


def _wide(data: bytes, declared: str) -> Reading | None:
    """Return `data` as UTF-16 when that makes words."""
    if not data or len(data) % 2:
        return None
    order = ["utf-16-be", "utf-16-le"]
    if _canonical(declared) == "utf-16-le":
        order.reverse()
    for name in order:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        seen = text[:_LOOKED_AT]
        if sum(map(_likely, seen)) >= _PLAUSIBLE * len(seen):
            return Reading(text, name)
    return None


def _likely(letter: str) -> bool:
    if letter <= "\u024f":
        return letter.isprintable() or letter in _SPACES
    return any(first <= letter <= last for first, last in _LIKELY)


def _cut(data: bytes) -> str | None:
    """Return UTF-8 whose first or last character was cut where one SMS ends."""
    start = 0
    while start < min(_CUT_MAX, len(data)) and 0x80 <= data[start] < 0xC0:  # noqa: PLR2004
        start += 1
    try:  # unfinished at its end is no error to this decoder
        whole = codecs.getincrementaldecoder("utf-8")().decode(data[start:])
    except UnicodeDecodeError:
        return None
    letters = sum(letter > "\x7f" for letter in whole)
    return data.decode("utf-8", "replace") if letters >= _ENOUGH else None


def _eight_bit(data: bytes, declared: str) -> Reading:
    told = _canonical(declared)
    sets = {**_EIGHT_BIT, told: _DECLARED} if told else _EIGHT_BIT
    best: tuple[float, Reading] | None = None
    for name, usual in sets.items():
        reading = Reading(data.decode(name, "replace"), name)
        score = _score(reading.text[:_LOOKED_AT]) + usual
        if best is None or score > best[0]:
            best = score, reading
    assert best is not None  # noqa: S101  the list of sets is not empty
    return best[1]


def _canonical(declared: str) -> str:
    """Return Python's name of a declared set, or "" when it is none that says letters."""
    try:
        found = codecs.lookup(declared.strip()[:40])
        "a".encode(found.name)
        b"a".decode(found.name, "replace")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
    return "" if found.name in _NEVER else _AS_KZ.get(found.name, found.name)


def _score(text: str) -> float:
    """Return how much `text` looks like Russian or Kazakh."""
    found = -2.0 * len(_STRANGE_CASE.findall(text))
    for letter in text:
        if letter < "\x7f":
            found += 0.0 if letter >= " " or letter in _SPACES else _BROKEN
        elif (weight := _WEIGHT.get(letter.lower())) is not None:
            found += weight
        elif letter.isalpha():
            found += _FOREIGN
        elif letter not in "«»—–“”„’…№•°§ ":
            found += _BROKEN
    return found
