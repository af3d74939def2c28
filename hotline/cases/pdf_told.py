"""Blanking in a PDF what tells who made it, when and where. Pure.

Source: ISO 32000-1, 7.3.4 (strings), 14.3 (document information, metadata streams). Every byte
stays at its place, so that the file still opens. What lies in compressed or encrypted parts
is not read: a page says so to who adds a file.
"""

import re

_INFO = re.compile(rb"/Info\s+(\d{1,10})\s+(\d{1,5})\s+R")
_TOLD = re.compile(
    rb"/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|Manager|Comments"
    rb"|CreationDate|ModDate|SourceModified)\s*(?=[(<])"
)
_PACKET = re.compile(rb"<\?xpacket begin=[^>]{0,200}\?>")
_PACKET_END = b"<?xpacket end="
_EXIF = re.compile(rb"\xff\xe1(..)Exif\0\0", re.DOTALL)
_LARGEST_OBJECT = 65_536
_MOST_INFO = 50


def without_told(content: bytes) -> bytes:
    """Return `content`, as long as before, without what says who made it.

    Each step looks at what the one before it left: what stands inside of something blanked is
    nothing any more, and a file that comes by twice is the same the second time.
    """
    blank = bytearray(content)
    at = 0
    while photo := _EXIF.search(blank, at):
        at = min(photo.start() + 2 + int.from_bytes(photo[1], "big"), len(blank))
        at = max(at, photo.end())
        blank[photo.end() : at] = bytes(at - photo.end())
    for packet in list(_PACKET.finditer(bytes(blank))):
        end = blank.find(_PACKET_END, packet.end())
        if end > 0:
            blank[packet.end() : end] = b" " * (end - packet.end())
    if b"/Encrypt" not in blank:  # an altered string of these could not be opened any more
        for number, generation in list(dict.fromkeys(_INFO.findall(blank)))[:_MOST_INFO]:
            _blank_info(blank, rb"\b" + number + rb"\s+" + generation + rb"\s+obj\b")
    return bytes(blank)


def _blank_info(blank: bytearray, begins: bytes) -> None:
    for found in re.finditer(begins, bytes(blank)):
        end = blank.find(b"endobj", found.end(), found.end() + _LARGEST_OBJECT)
        whole = bytes(blank[found.end() : end]) if end > 0 else b""
        at = 0
        while told := _TOLD.search(whole, at):
            first = at = told.end()
            if whole[first : first + 2] != b"<<":
                at = _end_of_string(whole, first)
                filling = b" " if whole[first : first + 1] == b"(" else b"0"
                size = max(0, at - first - 1)
                start = found.end() + first + 1
                blank[start : start + size] = filling * size


def _end_of_string(whole: bytes, first: int) -> int:
    """Return where the string that begins at `first` has its closing sign."""
    if whole[first : first + 1] == b"<":
        end = whole.find(b">", first)
        return end if end >= 0 else len(whole)
    depth, at = 0, first
    while at < len(whole):
        sign = whole[at : at + 1]
        if sign == b"\\":
            at += 1
        elif sign == b"(":
            depth += 1
        elif sign == b")":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return len(whole)
