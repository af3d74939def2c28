"""A letter taken apart: headers, bodies and parts, as deep and as many as limits allow.

Own code, since the standard library's parser recurses as deep as a letter asks it to. Each
level is read once, in linear time.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hotline.intake.mail_headers import Headers, base64_bytes, parameters

_LONGEST_HEAD = 262_144  # bytes of headers that are read
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_LETTERS = frozenset({"message/rfc822", "message/global", "message/news"})
_ENCODING = re.compile(r"[a-z0-9-]+")  # some add quotes, a semicolon, a comment
_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a letter is taken apart."""

    depth: int = 20
    parts: int = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One part; `parts` are inside it. `cut`: there was more than the limits allow."""

    kind: str  # "text/plain"; lower case
    told: dict[str, str]  # parameters of Content-Type
    headers: Headers
    body: bytes  # as it came, still encoded
    parts: tuple["Part", ...] = ()
    cut: bool = False

    def content(self) -> bytes:
        """Return the body without its transfer encoding."""
        said = _ENCODING.search(self.headers.first("content-transfer-encoding").lower())
        encoding = said[0] if said else ""
        if encoding == "base64":
            return base64_bytes(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    def walk(self) -> Iterator["Part"]:
        """Return this part and all parts inside, in their order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class _Budget:
    limits: Limits
    used: int = field(default=0)


def take_apart(raw: bytes, limits: Limits) -> Part:
    """Return `raw` as a tree of parts. Total: what has no structure is one text."""
    return _part(raw, _Budget(limits), depth=0, otherwise="text/plain")


def _part(raw: bytes, budget: _Budget, *, depth: int, otherwise: str) -> Part:
    budget.used += 1
    headers, body = _head(raw)
    said = headers.first("content-type")
    kind, told = parameters(said) if said else ("", {})
    if "/" not in kind:
        kind = otherwise
    deep = depth >= budget.limits.depth
    if kind.startswith("multipart/"):
        pieces = list(_pieces(body, told.get("boundary", "")))
        if not pieces:  # no boundary, or none of it inside: its words are words
            return Part("text/plain", told, headers, body)
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts: list[Part] = []
        for piece in [] if deep else pieces:
            if budget.used >= budget.limits.parts:
                break
            parts.append(_part(piece, budget, depth=depth + 1, otherwise=inner))
        cut = deep or len(parts) < len(pieces)
        return Part(kind, told, headers, body, tuple(parts), cut)
    if kind in _LETTERS:
        full = deep or budget.used >= budget.limits.parts
        if full:
            return Part(kind, told, headers, body, (), cut=True)
        plain = Part(kind, told, headers, body).content()
        inside = _part(plain, budget, depth=depth + 1, otherwise="text/plain")
        return Part(kind, told, headers, body, (inside,))
    return Part(kind, told, headers, body)


def _head(raw: bytes) -> tuple[Headers, bytes]:
    """Return the headers and what follows them; a body that begins too early loses nothing."""
    if raw.startswith(
        (b"\r\n", b"\n")
    ):  # a part without headers begins with the blank line
        return Headers([]), raw.removeprefix(b"\r").removeprefix(b"\n")
    blank = _BLANK.search(raw)
    head = raw[: blank.start()] if blank else raw
    body = raw[blank.end() :] if blank else b""
    if len(head) > _LONGEST_HEAD:
        head = head[:_LONGEST_HEAD].rpartition(b"\n")[0]
    pairs, early = _pairs(head)
    if early:
        body = early + (b"\r\n\r\n" + body if body else b"")
    return Headers(pairs), body


def fields_of(raw: bytes) -> Headers:
    """Return a group of fields that stands in a body, as reports have them."""
    return Headers(_pairs(raw)[0])


def _pairs(head: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers, and what begins with a line that is none."""
    found: list[list[bytes]] = []
    at = 0
    for line in head.splitlines(keepends=True):
        if _NAME.match(line):
            found.append([line])
        elif line[:1] in (b" ", b"\t") and found:
            found[-1].append(line)
        elif at or not line.startswith(b"From "):  # the first line of a mailbox file
            break
        at += len(line)
    lines = (b"".join(line).decode("ascii", "surrogateescape") for line in found)
    pairs = (line.partition(":") for line in lines)
    return [(name.strip(), value.strip("\r\n")) for name, _, value in pairs], head[at:]


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """Return what stands between the lines of `boundary`."""
    if not boundary:
        return
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    begin: int | None = None
    for line in re.finditer(rb"--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)", body):
        above = body[max(0, line.start() - 2) : line.start()]
        if above and not above.endswith(b"\n"):
            continue  # within a line
        if begin is not None:
            yield body[begin : max(begin, line.start() - (2 if above == b"\r\n" else 1))]
        begin = None if line[1] else line.end()
        if begin is not None:
            begin += 2 if body[begin : begin + 2] == b"\r\n" else 1
    if begin is not None and begin < len(body):
        yield body[begin:]  # the last boundary is missing: the letter was cut off
