"""What a gateway's form says: fields by name, letters whatever the declared set claims.

A form is read as bytes: decoded by the wrong set, its words would be lost for good.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from hotline.identity.folding import fold_phone
from hotline.language.charset import read_text

Fields = Mapping[str, list[bytes]]
_FIELDS = 200  # what stands behind so many is part of the last
_LATEST = 4_102_444_800  # 2100-01-01: later moments are broken numbers, not dates
_DIGITS = 13  # of a moment in thousandths of a second
_ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2}|[\w.~*+-])+")
_ESCAPES = re.compile(rb"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{4}){2,}")
_CYRILLIC = re.compile("[\u0400-\u04ff]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
_KOREAN = re.compile("[\uac00-\ud7ff\ufffd]")
_NO_LETTER = ("Co", "Cn", "Cs")
_WIDE = ("2", "ucs-2", "ucs2", "utf-16", "utf-16be", "utf-16le", "iso-10646-ucs-2")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T+]\d\d:\d\d(:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"\+?[\d ()-]{7,25}")
_LONG_NUMBER = 11  # digits with the country's code, as most gateways write it


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent an SMS: a number that can be called, or a name or short number that cannot."""

    phone: str | None = None
    name: str | None = None

    @property
    def address(self) -> str | None:
        """Return what the thread hangs on."""
        return self.phone or self.name


def fields_of(form: bytes) -> Fields:
    """Return each field's values, in order. Total: a broken escape stays as it stands."""
    found: dict[str, list[bytes]] = {}
    for pair in form.strip(b"\r\n").split(b"&", _FIELDS):
        name, equals, value = pair.partition(b"=")
        if equals or name:
            read = unquote_to_bytes(name.replace(b"+", b" ")).decode("utf-8", "replace")
            found.setdefault(read, []).append(unquote_to_bytes(value.replace(b"+", b" ")))
    return found


def without(form: bytes, name: str) -> bytes:
    """Return `form` but for field `name`."""
    prefix = name.encode() + b"="
    return b"&".join(
        pair for pair in form.strip(b"\r\n").split(b"&") if not pair.startswith(prefix)
    )


def first(fields: Fields, *names: str) -> bytes | None:
    """Return the first value of the first of `names` that is there."""
    return next((fields[name][0] for name in names if name in fields), None)


def plain(value: bytes | None) -> str:
    """Return a short field as text."""
    return read_text(value).text.strip() if value else ""


def text_of(values: Iterable[bytes], charset: str, coding: str = "") -> str:
    """Return what a person wrote. A field that came twice with other words is read twice."""
    read = (_read(value, charset, coding) for value in values)
    return "\n".join(dict.fromkeys(read))


def _read(value: bytes, charset: str, coding: str) -> str:
    if _ESCAPES.search(value) and _ESCAPED.fullmatch(value):
        # Escaped twice on its way: nobody writes %D0%9F by hand.
        again = read_text(unquote_to_bytes(value.replace(b"+", b" ")), charset).text
        if not again.isascii() and "\ufffd" not in again:
            return again
    wide = coding.lower() in _WIDE or charset.lower() in _WIDE
    if _HEX.fullmatch(value):
        letters = read_text(bytes.fromhex(value.decode("ascii")), "utf-16-be")
        cyrillic = letters.charset == "utf-8" and _CYRILLIC.search(letters.text)
        if cyrillic or (wide and letters.charset.startswith("utf-16")):
            return letters.text
    found = read_text(value, charset)
    sound = found.charset.startswith("utf") and not _CONTROL.search(found.text)
    return found.text if sound or not wide else _two_bytes(value) or found.text


def _two_bytes(value: bytes) -> str | None:
    """Return letters of two bytes each, of any language and cut anywhere; None if no words.

    Eight-bit Cyrillic would look like Korean, or like letters that nobody has.
    """
    text = value[: len(value) // 2 * 2].decode("utf-16-be", "replace").rstrip("\ufffd")
    strange = any(unicodedata.category(letter) in _NO_LETTER for letter in text)
    return None if strange or _KOREAN.search(text) else text


def readable(text: str) -> bool:
    """Return whether `text` is words rather than the bytes of a picture or a setting."""
    strange = sum(
        letter == "\ufffd" or (letter < " " and letter not in "\t\n\r") for letter in text
    )
    return strange * 4 <= len(text)


def sender_of(value: bytes | None) -> Sender:
    """Return who sent it; a `+` that was escaped twice, or not at all, is one still."""
    text = plain(value)
    text = re.sub(r"^%2[bB]", "+", text)
    if _NUMBER.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        home = len(digits) == _LONG_NUMBER and digits.startswith("8")
        whole = len(digits) >= _LONG_NUMBER and not home
        phone = fold_phone(f"+{digits}" if whole or text.startswith("+") else digits)
        if phone:
            return Sender(phone=phone)
    return Sender(name=text[:100] or None)


def moment_of(value: bytes | None) -> datetime | None:
    """Return a moment written in seconds since 1970, or as UTC on the calendar."""
    text = plain(value)
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        seconds = int(text) if int(text) < _LATEST else int(text) // 1000
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None
    if _MOMENT.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.replace("+", " ")).replace(tzinfo=UTC)
    except ValueError:
        return None
