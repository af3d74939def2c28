"""What a file is, told by its own bytes: nothing is unpacked, decoded or believed.

Source: the formats' own signatures; WHATWG MIME Sniffing for what a browser may run.
"""

import re

ARCHIVE = "application/zip"  # any of them: zip, gzip, 7z, rar, ...
PROGRAM = "application/x-executable"
MARKUP = "text/html"  # and svg and xml: whatever a browser could run
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

_AT_ZERO: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
    (b"PK\x07\x08", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MSCF", ARCHIVE),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xfe\xed\xfa", PROGRAM),
    (b"dex\n", PROGRAM),
    (b"\x00asm", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),  # a Windows shortcut
    (b"#!", PROGRAM),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
)
_BRANDS = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"3gp", b"3g2"), "video/3gpp"),
    ((b"qt  ",), "video/quicktime"),
    ((b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"f4v"), "video/mp4"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4096
_TAR = slice(257, 262)
_END_OF_ZIP, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535


def sniff(content: bytes) -> str:
    """Return the type that the first bytes of `content` tell of; UNKNOWN where they do not."""
    for magic, told in _AT_ZERO:
        if content.startswith(magic):
            return told
    if content[_TAR] == b"ustar":
        return ARCHIVE
    return _container(content) or _sound(content) or _words(content) or UNKNOWN


def ends_as_archive(content: bytes) -> bool:
    """Return whether `content` is an archive read from its end: two files in one."""
    at = content.rfind(_END_OF_ZIP, max(0, len(content) - _END_LENGTH - _LONGEST_COMMENT))
    if at < 0:
        return False
    comment = int.from_bytes(content[at + 20 : at + _END_LENGTH], "little")
    return at + _END_LENGTH + comment == len(content)


def _container(content: bytes) -> str | None:
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[:4] == b"OggS":
        return "video/ogg" if b"theora" in content[:_LOOKED_AT] else "audio/ogg"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        for brands, told in _BRANDS:
            if brand.startswith(brands):
                return told
    return None


def _sound(content: bytes) -> str | None:
    """Return the type of a bare stream of sound, which has no header but its first frame.

    FF FE is no frame that anybody sends, but the mark of words in UTF-16.
    """
    if len(content) < 4 or content[0] != 0xFF or content[1] == 0xFE:  # noqa: PLR2004
        return None
    if content[1] & 0xF6 == 0xF0:  # noqa: PLR2004  ADTS: sync, layer 0
        return "audio/aac"
    layered = content[1] & 0xE0 == 0xE0 and content[1] & 0x06  # noqa: PLR2004
    return "audio/mpeg" if layered and content[2] & 0xF0 != 0xF0 else None  # noqa: PLR2004


def _words(content: bytes) -> str | None:
    """Return whether this is text, and whether a browser would take it for a page."""
    begin = content[:_LOOKED_AT]
    wide = begin.startswith(_BOMS[1:])
    plain = begin.replace(b"\x00", b"") if wide else begin.removeprefix(_BOMS[0])
    if _MARKUP.search(plain):
        return MARKUP
    if not plain or any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in plain):  # noqa: PLR2004
        return None
    return MARKUP if plain.lstrip().startswith(b"<") else TEXT
