"""Width and height of a picture, read from its header alone: no pixel is ever decoded here."""

from collections.abc import Callable

Size = tuple[int, int]
_HEADER = (
    262_144  # bytes of a JPEG before its frame: thumbnails and colour profiles stand there
)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def picture_size(content: bytes, mime: str) -> Size | None:
    """Return (width, height), or None for what is no picture of that type."""
    read = _READERS.get(mime)
    try:
        size = read(content) if read else None
    except IndexError:
        return None
    return size if size and min(size) > 0 else None


def _big(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(_exactly(content, at, length), "big")


def _little(content: bytes, at: int, length: int) -> int:
    return int.from_bytes(_exactly(content, at, length), "little")


def _exactly(content: bytes, at: int, length: int) -> bytes:
    """Errors: IndexError where the bytes end before."""
    found = content[at : at + length]
    if len(found) < length:
        raise IndexError(at)
    return found


def _png(content: bytes) -> Size | None:
    if content[12:16] != b"IHDR":
        return None
    return _big(content, 16, 4), _big(content, 20, 4)


def _gif(content: bytes) -> Size:
    return _little(content, 6, 2), _little(content, 8, 2)


def _jpeg(content: bytes) -> Size | None:
    at = 2
    while at < _HEADER:
        if content[at] != 0xFF:  # noqa: PLR2004  every marker begins so
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  filling
            at += 1
        elif marker in _FRAMES:
            return _big(content, at + 7, 2), _big(content, at + 5, 2)
        elif marker in _BARE:
            at += 2
        else:
            at += 2 + max(2, _big(content, at + 2, 2))
    return None


def _webp(content: bytes) -> Size | None:
    chunk = content[12:16]
    if chunk == b"VP8X":
        return _little(content, 24, 3) + 1, _little(content, 27, 3) + 1
    if chunk == b"VP8L" and content[20] == 0x2F:  # noqa: PLR2004  its signature
        bits = _little(content, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return _little(content, 26, 2) & 0x3FFF, _little(content, 28, 2) & 0x3FFF
    return None


def _heic(content: bytes) -> Size | None:
    """Return the largest size that its boxes name: tiles and thumbnails have theirs too."""
    found: list[Size] = []
    at = content.find(b"ispe", 0, _HEADER)
    while at >= 0:
        found.append((_big(content, at + 8, 4), _big(content, at + 12, 4)))
        at = content.find(b"ispe", at + 4, _HEADER)
    return max(found, key=lambda size: size[0] * size[1]) if found else None


_READERS: dict[str, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/heic": _heic,
}
