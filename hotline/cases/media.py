"""Whether a picture, voice message or file is kept, and who may open it. Pure.

A verdict is made of three things that must agree: what was claimed, what the first bytes
say, and what policy allows. Nothing that a computer could run, and no archive, is kept open.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hotline.cases.inbound import Media
from hotline.cases.media_types import (
    ARCHIVE,
    MARKUP,
    PROGRAM,
    TEXT,
    UNKNOWN,
    ends_as_archive,
    sniff,
)
from hotline.cases.picture_size import picture_size
from hotline.cases.terms import MediaState

KINDS = frozenset({"image", "voice", "audio", "video", "file", "sticker"})
OPENING_REASONS = ("danger", "identify", "evidence", "review")
_SAME = {  # what phones and providers call one and the same thing
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/heif": "image/heic",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/aacp": "audio/aac",
    "audio/x-aac": "audio/aac",
    "audio/3gpp": "video/3gpp",
    "audio/amr-wb": "audio/amr",
    "application/x-pdf": "application/pdf",
}
_ONE_CONTAINER = frozenset(  # told apart by nobody
    {"audio/mp4", "video/mp4", "video/3gpp", "video/quicktime"}
)
_SILENT = frozenset({"", UNKNOWN, "binary/octet-stream", "application/binary"})
_ACTIVE_TEXT = ("html", "xml", "javascript", "ecmascript", "svg")
_OF_KIND = {  # the first half of the type
    "image": ("image",),
    "sticker": ("image",),
    "voice": ("audio", "video"),  # a voice note in an mp4 says that it is a film
    "audio": ("audio", "video"),
    "video": ("video", "image"),  # an animation comes as a gif or as a film
}


MOST_MEDIA = 50  # of one contact: the rest stays in its raw body, and is counted as one
_LARGEST_CLAIM = 2**62
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


def first_media(found: Sequence[Media]) -> Sequence[Media]:
    """Return as many as a contact may have, and one without an address for all others."""
    if len(found) <= MOST_MEDIA:
        return found
    return [*found[:MOST_MEDIA], Media("file", size=len(found) - MOST_MEDIA)]


def claimed_type(mime: str | None) -> str | None:
    """Return a claimed type as a column can hold it; None for what is no type."""
    bare = (mime or "")[:200].partition(";")[0].strip().lower()
    return bare if _TYPE.fullmatch(bare) else None


def claimed_size(size: int | None) -> int | None:
    """Return a claimed size, None for one that no file has."""
    return size if size is not None and 0 <= size <= _LARGEST_CLAIM else None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What policy lets in. Units: bytes, pixels."""

    types: Collection[str]
    largest_bytes: int
    most_pixels: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a medium: kept or quarantined, and why. `reason` is a code."""

    state: MediaState
    mime: str
    reason: str | None = None


def judge(content: bytes, *, kind: str, claimed: str | None, allowed: Allowed) -> Verdict:
    """Return the verdict on `content`, whatever stands in it. Total."""
    mime = sniff(content)
    reason = _fault(content, mime, kind, claimed, allowed)
    return Verdict(MediaState.QUARANTINED if reason else MediaState.KEPT, mime, reason)


def _fault(
    content: bytes, mime: str, kind: str, claimed: str | None, allowed: Allowed
) -> str | None:
    """Return the first thing that is wrong; the gravest is asked first."""
    picture = mime.startswith("image/")
    faults = (
        ("empty", not content),
        ("too_large", len(content) > allowed.largest_bytes),
        ("archive", mime == ARCHIVE),
        ("program", mime == PROGRAM),
        ("markup", mime == MARKUP),
        ("type", mime not in allowed.types),
        ("type_differs", not (_as_claimed(mime, claimed) and _as_kind(mime, kind))),
        ("two_in_one", ends_as_archive(content)),
    )
    found = next((reason for reason, holds in faults if holds), None)
    return _picture_fault(content, mime, allowed) if found is None and picture else found


def _picture_fault(content: bytes, mime: str, allowed: Allowed) -> str | None:
    size = picture_size(content, mime)
    if size is None:
        return "broken"
    width, height = size
    return "too_many_pixels" if width * height > allowed.most_pixels else None


def plain_type(claimed: str | None) -> str:
    """Return a claimed type without parameters, by the name that we use."""
    bare = (claimed or "").partition(";")[0].strip().lower()
    return _SAME.get(bare, bare)


def _as_claimed(mime: str, claimed: str | None) -> bool:
    said = plain_type(claimed)
    if said in _SILENT or said == mime:
        return True
    if mime in _ONE_CONTAINER and said in _ONE_CONTAINER:
        return True
    is_words = said.startswith("text/") or said == "application/json"
    return mime == TEXT and is_words and not any(word in said for word in _ACTIVE_TEXT)


def _as_kind(mime: str, kind: str) -> bool:
    halves = _OF_KIND.get(kind)
    return halves is None or mime.partition("/")[0] in halves


def shown_as(mime: str | None) -> str:
    """Return how a medium is opened: "image", "audio", "video", or "file" (saved, not shown).

    Browsers of ours cannot show HEIC and QuickTime; a PDF may carry what a viewer would run.
    """
    half = (mime or "").partition("/")[0]
    unshown = mime in ("image/heic", "video/quicktime")
    return "file" if unshown or half not in ("image", "audio", "video") else half
