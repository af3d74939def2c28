"""Bytes of a letter to text: the declared charset is a hint, the letters decide.

`language.charset` knows Russian and Kazakh in eight bits. Letters of other languages and
long texts with a broken byte in the midst are what only mail brings.
"""

import codecs

from hotline.language.charset import read_text

_WESTERN = frozenset({"iso8859-1", "iso8859-15", "cp1252"})
_CYRILLIC = frozenset({"cp1251", "koi8-r", "kz1048", "cp866", "iso8859-5", "mac-cyrillic"})
# No charsets of letters: slow on long input, or made for something else.
_NEVER = frozenset(
    {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"}
)
_OTHER_NAMES = {"win-1251": "cp1251", "x-cp1251": "cp1251", "cp-1251": "cp1251",
                "koi8": "koi8-r", "x-koi8-r": "koi8-r", "kz-1048": "kz1048",
                "strk1048-2002": "kz1048", "x-mac-cyrillic": "mac-cyrillic"}  # fmt: skip
_LOOKED_AT = 4_000  # bytes; enough to know a language by its letters
_FEW = 10  # sound characters for each broken one


def decode(raw: bytes, declared: str | None = None) -> str:
    """Return `raw` as text. Total: every sequence of bytes is some text."""
    name = _known(declared)
    if name is not None and name.startswith(("utf-16", "utf-32")):
        name = _ordered(raw, name)
    if raw.isascii() and b"\x00" not in raw:
        stateful = name is not None and name.startswith(("iso2022", "hz", "utf-7"))
        return raw.decode(name if name and stateful else "ascii", "replace")
    if name is not None and name.startswith(("utf-16", "utf-32")):
        return raw.decode(name, "replace").removeprefix("\ufeff")
    if _nearly(raw):
        return raw.decode("utf-8", "replace").removeprefix("\ufeff")
    if name in _WESTERN and not _mostly_high(raw):
        return raw.decode("cp1252", "replace")
    if name in (None, "utf-8", "ascii", *_WESTERN, *_CYRILLIC):
        return read_text(raw, name if name in _CYRILLIC else "").text
    return raw.decode(name or "ascii", "replace")


def _known(declared: str | None) -> str | None:
    """Return Python's name of a charset of letters, or None."""
    if not declared:
        return None
    wanted = declared.strip("\"' \t").lower()[:40]
    try:
        name = codecs.lookup(_OTHER_NAMES.get(wanted, wanted)).name
        if name in _NEVER:
            return None
        b"".decode(name)
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    return name


def _ordered(raw: bytes, name: str) -> str | None:
    """Return UTF-16 with its order of bytes; None where the bytes are nothing of the kind."""
    if name == "utf-32" or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return name if name == "utf-32" else "utf-16"
    high = b"\x00\x04"  # the upper bytes of Latin and Cyrillic
    first = sum(raw[0:_LOOKED_AT:2].count(byte) for byte in high)
    second = sum(raw[1:_LOOKED_AT:2].count(byte) for byte in high)
    if 4 * max(first, second) < min(len(raw), _LOOKED_AT):
        return None
    return "utf-16-le" if second >= first else "utf-16-be"


def _nearly(raw: bytes) -> bool:
    """Return whether it is UTF-8 but for a few broken places."""
    text = raw[:_LOOKED_AT].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for letter in text if letter > "\x7f") - broken
    return sound > 0 and broken * _FEW <= sound


def _mostly_high(raw: bytes) -> bool:
    """Return whether most letters are beyond ASCII, as in no Western language."""
    sample = raw[:_LOOKED_AT]
    if b"\x00" in sample:
        return True
    high = sum(1 for byte in sample if byte >= 0xC0)  # noqa: PLR2004  letters of Latin-1
    plain = sum(1 for byte in sample if chr(byte).isascii() and chr(byte).isalpha())
    return high > plain
