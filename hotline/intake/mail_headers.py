"""Headers of a letter: encoded words, addresses, parameters, names of files. Total."""

import binascii
import re
import unicodedata
from collections.abc import Iterator, Sequence
from email.errors import MessageError
from email.message import Message
from email.utils import getaddresses

from hotline.intake.mail_charset import decode

_LONGEST = 8_000  # characters of one header that are read
_LONGEST_NAME = 150  # characters of a file's name
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"[ \t\r\n]*")
_FOLD = re.compile(r"\r?\n[ \t]*|[ \t]*\r")
# Unseen marks that turn a line of text around: "gpj.exe" would be shown as "exe.jpg".
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@[^\s@<>,;:\"()\[\]]{1,190}")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


class Headers:
    """The headers of one part, in order; a value is text with lone surrogates for raw bytes."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def all(self, name: str) -> Iterator[str]:
        """Return every value of `name`, from the top, unfolded."""
        for known, value in self._pairs:
            if known == name:
                yield _FOLD.sub(" ", value[:_LONGEST]).strip()

    def first(self, name: str) -> str:
        """Return the topmost value of `name`, or an empty string."""
        return next(self.all(name), "")

    def names(self) -> list[str]:
        """Return the names in their order, in lower case."""
        return [name for name, _ in self._pairs]

    def text(self, name: str) -> str:
        """Return the topmost value of `name` as people read it."""
        return shown(words(self.first(name)))

    def before(self, name: str, limit: str) -> Iterator[str]:
        """Return the values of `name` that stand above the first `limit`."""
        for known, value in self._pairs:
            if known == limit:
                return
            if known == name:
                yield _FOLD.sub(" ", value[:_LONGEST]).strip()


def words(value: str) -> str:
    """Return a header's value with its encoded words read.

    Neighbours of one charset are joined as bytes first: senders cut within a letter.
    """
    out: list[str] = []
    waiting, charset, at = b"", "", 0
    for found in _WORD.finditer(value):
        between = value[at : found.start()]
        name = found[1].partition("*")[0].lower()
        joined = bool(charset) and _GAP.fullmatch(between) is not None
        if not joined or name != charset:
            out.append(decode(waiting, charset) if waiting else "")
            waiting = b""
        if not joined:
            out.append(raw_text(between))
        waiting, charset, at = waiting + _word_bytes(found[2], found[3]), name, found.end()
    out.append(decode(waiting, charset) if waiting else "")
    out.append(raw_text(value[at:]))
    return "".join(out)


def _word_bytes(kind: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogateescape")
    if kind in "bB":
        return base64_bytes(raw)
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), raw.replace(b"_", b" "))


def base64_bytes(raw: bytes) -> bytes:
    """Return what base64 says, also where padding or letters are missing."""
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(raw + padding)
        except binascii.Error:
            continue
    try:  # one letter too many: without it the rest can be read
        return binascii.a2b_base64(raw.rstrip(b"=\r\n \t")[:-1] + b"==")
    except binascii.Error:
        return b""


def raw_text(value: str) -> str:
    """Return a value whose raw 8-bit bytes (lone surrogates) are read by their letters."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"))


def shown(text: str) -> str:
    """Return one line of text without control signs and marks that turn it around."""
    text = _TURNING.sub("", text)
    plain = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join(plain.split())


def addresses(value: str) -> list[tuple[str, str]]:
    """Return (name, address) of each address in a From, To or Reply-To; lower case."""
    clean = raw_text(value[:2_000])
    try:
        pairs = getaddresses([clean])
    except (ValueError, IndexError, RecursionError):
        pairs = [("", clean)]
    found = []
    for name, address in pairs:
        known = _ADDRESS.search(address) or _ADDRESS.search(name)
        if known:
            found.append((shown(words(name)), known[0].lower()))
    return found


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the kind that a Content-* header names, and its parameters."""
    message = Message()
    message["content-type"] = raw_text(value[:_LONGEST]).replace("\n", " ")
    try:
        pairs = message.get_params(failobj=[], unquote=True)
    except (ValueError, LookupError, TypeError, MessageError):
        pairs = [(value.partition(";")[0], "")]
    kind = pairs[0][0].strip().lower() if pairs else ""
    return kind, {name.lower(): _value(found) for name, found in reversed(pairs[1:])}


def _value(found: str | tuple[str | None, str | None, str]) -> str:
    """Return a parameter: plain, with encoded words, or by RFC 2231."""
    if isinstance(found, tuple):
        charset, _, text = found
        return decode(text.encode("latin-1", "replace"), charset)
    return words(found)


def file_name(name: str) -> str | None:
    """Return a name that is no path, reads in one direction, and can be shown; or None."""
    last = re.split(r"[/\\]", shown(name.replace("\x00", "")))[-1].strip(" .")
    if len(last) > _LONGEST_NAME:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem[: _LONGEST_NAME - 12]}{dot}{ending[:10]}"
    return last or None
