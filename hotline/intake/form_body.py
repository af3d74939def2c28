"""What a public form carries: its fields, and files that are kept as far as they fit.

A file that is too large, one too many or broken is left out and named; the words are not.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from hotline.cases.inbound import Media
from hotline.config.service import Limits
from hotline.errors import TooLarge
from hotline.intake.web_form import MOST_FIELDS, read_fields
from hotline.web.wire import read_body

FORM, FILES = "application/x-www-form-urlencoded", "multipart/form-data"
_CHUNK = 65_536
_MOST_PARTS = 1000  # far more than any browser sends, chosen files and all
_NAME = 100  # characters of a file's name
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BROKEN = (
    ValueError,
    LookupError,
    AssertionError,
    RuntimeError,
    HttpProcessingError,  # a part's own headers are no headers
    web.RequestPayloadError,
    web.HTTPRequestEntityTooLarge,
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that did not come along, and why: large | many | broken | busy."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class FormBody:
    """A form as it came. `raw`: the fields alone; files stand beside it, each sealed."""

    fields: dict[str, str] = field(repr=False)
    raw: bytes = field(repr=False)
    media: tuple[Media, ...] = field(default=(), repr=False)
    left_out: tuple[LeftOut, ...] = ()


class Uploads:
    """How many bytes of files this process holds at the moment."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0


UPLOADS = web.AppKey("uploads", Uploads)


async def read_form_body(request: web.Request, limits: Limits) -> FormBody:
    """Return the form in `request`. Errors: TooLarge for words alone; RejectedInbound."""
    if request.content_type != FILES:
        body = await read_body(request, limits.form_bytes)
        return FormBody(read_fields(body), body)
    return await _Reading(limits, request.app[UPLOADS]).read(request)


class _Reading:
    """One multipart form being read."""

    def __init__(self, limits: Limits, uploads: Uploads) -> None:
        self._limits = limits
        self._uploads = uploads
        self._fields: dict[str, str] = {}
        self._media: list[Media] = []
        self._left: list[LeftOut] = []
        self._words = 0
        self._came = 0  # bytes of files, kept or not
        self._held = 0

    async def read(self, request: web.Request) -> FormBody:
        """Return what can be read: a form that breaks off still has its first fields."""
        try:
            async for part in _parts(await request.multipart()):
                await self._take(part)
                if self._came > 2 * self._limits.form_files * self._limits.file_bytes:
                    break  # whoever sends this much sends it in vain
        except _BROKEN:
            self._left.append(LeftOut("", "broken"))
        finally:
            self._uploads.held -= self._held
        raw = urlencode(self._fields, errors="replace").encode()
        return FormBody(self._fields, raw, tuple(self._media), tuple(self._left))

    async def _take(self, part: BodyPartReader) -> None:
        if part.filename is None:
            await self._take_field(part)
        elif part.filename:
            await self._take_file(part)
        else:
            await part.release()  # a browser sends an empty one where none was chosen

    async def _take_field(self, part: BodyPartReader) -> None:
        pieces = []
        async for piece in _pieces(part):
            self._words += len(piece)
            if self._words > self._limits.form_bytes:
                raise TooLarge(f"the words may have {self._limits.form_bytes} bytes")
            pieces.append(piece)
        if part.name and part.name not in self._fields and len(self._fields) < MOST_FIELDS:
            self._fields[part.name] = b"".join(pieces).decode("utf-8", "replace")

    async def _take_file(self, part: BodyPartReader) -> None:
        """Keep the file if it fits; read it to its end either way: more fields may follow."""
        name = file_name(part.filename or "")
        mime = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()[:100]
        why = "many" if len(self._media) >= self._limits.form_files else ""
        pieces: list[bytes] = []
        size = 0
        async for piece in _pieces(part):
            size += len(piece)
            self._came += len(piece)
            if size > self._limits.file_bytes:
                why = why or "large"
            elif not self._hold(len(piece)):
                why = why or "busy"
            if why:
                pieces.clear()
            else:
                pieces.append(piece)
        if why:
            self._left.append(LeftOut(name, why))
        elif size:
            content = b"".join(pieces)
            self._media.append(Media(_kind(mime), None, mime or None, name, size, content))

    def _hold(self, size: int) -> bool:
        if self._uploads.held + size > self._uploads.most:
            return False
        self._uploads.held += size
        self._held += size
        return True


def file_name(claimed: str) -> str:
    """Return a name without path or tricks, to be shown and kept sealed; never a path."""
    last = re.split(r"[\\/]", claimed)[-1]
    return _ODD.sub("", last).strip(". ")[-_NAME:]


def _kind(mime: str) -> str:
    top = mime.partition("/")[0]
    return top if top in ("image", "audio", "video") else "file"


async def _parts(reader: MultipartReader) -> AsyncIterator[BodyPartReader]:
    for _ in range(_MOST_PARTS):  # an empty part is short to send and long to read
        part = await reader.next()
        if part is None:
            return
        if isinstance(part, BodyPartReader):
            yield part
    raise ValueError("too many parts")


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(_CHUNK):
        yield piece
