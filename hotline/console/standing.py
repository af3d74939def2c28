"""Pages as what differs from the words that stand on them for everybody.

A browser that can (RFC 9842) fetches those words when it has nothing else to do, and names
them with what it asks for later. Set-up writes them (`standing_words`); without it, and for
other browsers, pages are compressed as ever.
"""

import hashlib
from base64 import b64decode
from dataclasses import dataclass
from functools import cache

import zstandard

from hotline.console.bundles import PACKED
from hotline.i18n import LOCALES

SUFFIX = ".words"
ENCODING = "dcz"
PAGES = {"desk": "/desk*", "cases": "/cases/*", "board": "/board*", "inbox": "/inbox*"}
_HEAD = bytes.fromhex("5e2a4d1820000000")  # how such an answer begins, before the digest
_LEVEL = 9  # half a millisecond to four; higher levels take ten times that for a twentieth


@dataclass(frozen=True, slots=True)
class Standing:
    """What one page says in one language whoever reads it."""

    digest: bytes
    compressor: zstandard.ZstdCompressor

    def differs(self, body: bytes) -> bytes:
        """Return what `body` says beside it."""
        return _HEAD + self.digest + self.compressor.compress(body)


def words_of(path: str, lang: str) -> str:
    """Return the file that holds what a page says anyway; nothing where there is none."""
    page = path.split("/", 2)[1]
    name = f"{page}.{lang}{SUFFIX}"
    return f"packed/{name}" if page in PAGES and (PACKED / name).is_file() else ""


def pages_of(name: str) -> str:
    """Return for which addresses a browser may name the words of a file."""
    return PAGES[name.rpartition("/")[2].partition(".")[0]]


def named(accepted: str, digest: str) -> Standing | None:
    """Return the words that a browser has and names, if they are ours still."""
    if ENCODING not in accepted:
        return None
    try:
        return known().get(b64decode(digest.strip().strip(":"), validate=True))
    except ValueError:
        return None


@cache
def known() -> dict[bytes, Standing]:
    """Return the words of every page in every language, by how browsers name them."""
    texts = [PACKED / f"{page}.{lang}{SUFFIX}" for page in PAGES for lang in LOCALES]
    made = [_read(path.read_bytes()) for path in texts if path.is_file()]
    return {one.digest: one for one in made}


def _read(text: bytes) -> Standing:
    words = zstandard.ZstdCompressionDict(text, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    compressor = zstandard.ZstdCompressor(
        level=_LEVEL, dict_data=words, write_checksum=False, write_dict_id=False
    )
    return Standing(hashlib.sha256(text).digest(), compressor)
