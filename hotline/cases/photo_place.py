"""Taking out of a photograph what tells where and by whose telephone it was made. Pure.

Source: JPEG (ITU-T T.81), PNG and WebP container formats; Exif 2.32. Only the turn of the
picture is kept: without it a photograph made upright would lie on its side.
"""

import re
import struct

_JPEG_DROPPED = frozenset(range(0xE1, 0xF0)) | {0xFE}  # Exif, XMP, IPTC, colour, comments
_SCAN, _END, _NAKED = 0xDA, 0xD9, frozenset({0x01, *range(0xD0, 0xD8)})
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # a marker that ends the pixels
_ORIENTATION, _SHORT, _TURNS = 0x0112, 3, 8
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB"})
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_PNG_HEAD, _RIFF_HEAD, _TIFF = 8, 12, 6


class NoPhotograph(ValueError):
    """It is broken, or of a kind whose place cannot be taken out."""


def without_place(content: bytes, mime: str) -> bytes:
    """Return `content` without its metadata. Errors: NoPhotograph."""
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(mime)
    if strip is None:
        raise NoPhotograph(mime)
    try:
        return strip(content)
    except (struct.error, IndexError) as error:
        raise NoPhotograph(mime) from error


def _jpeg(content: bytes) -> bytes:
    kept, at, turn = [content[:2]], 2, 1
    while content[at] == 0xFF:  # noqa: PLR2004  every marker begins so
        mark = content[at + 1]
        if mark == _SCAN:
            (length,) = struct.unpack_from(">H", content, at + 2)
            end = _AFTER_SCAN.search(content, at + 2 + length)
            stop = end.start() if end else len(content)
            kept.append(content[at:stop])
            if end and content[stop + 1] != _END:  # one more scan of the same picture
                at = stop
                continue
            # What hangs behind the picture goes too: a second one has a place of its own.
            kept.append(content[stop : stop + 2])
            return kept[0] + _turned(turn) + b"".join(kept[1:])
        if mark in _NAKED or mark == 0xFF:  # noqa: PLR2004  filling
            at += 1 if mark == 0xFF else 2  # noqa: PLR2004
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        if mark == 0xE1 and segment[4:10] == b"Exif\0\0":  # noqa: PLR2004
            turn = _turn_of(segment[10:]) or turn
        if mark not in _JPEG_DROPPED:
            kept.append(segment)
        at += 2 + length
    raise NoPhotograph("image/jpeg")


def _turn_of(tiff: bytes) -> int | None:
    """Return the orientation that Exif tells of, or None; whatever it holds."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(first + 2, first + 2 + 12 * min(count, 100), 12):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, place)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                (turn,) = struct.unpack_from(f"{order}H", tiff, place + 8)
                return int(turn) if 1 <= turn <= _TURNS else None
    except struct.error:
        return None
    return None


def _turned(turn: int) -> bytes:
    """Return the smallest Exif part that says how the picture is turned."""
    if turn == 1:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, turn, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    kept, at = [content[:_PNG_HEAD]], _PNG_HEAD
    while at < len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if name in _PNG_KEPT:
            kept.append(content[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            return b"".join(kept)
    raise NoPhotograph("image/png")


def _webp(content: bytes) -> bytes:
    kept, at = [], _RIFF_HEAD
    (whole,) = struct.unpack_from("<I", content, 4)
    while at < min(len(content), whole + 8):
        name, length = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + length + length % 2]
        if name == b"VP8X":  # its flags tell of parts that are gone now
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name not in _WEBP_DROPPED:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
