"""The body of POST /intake/partner, checked strictly, for its sender can mend it.

The page for partners is docs/api-partner.md.
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from hotline.cases.inbound import Media
from hotline.errors import RejectedInbound
from hotline.web.wire import decode_json

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks of partners may be wrong by a little
_BROKEN = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL's text cannot hold these
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base: an unknown field is an error, so that a misspelt one is not lost in silence."""


class Reporter(Strict, frozen=True):
    """Who told the partner."""

    name: str | None = None
    phone: str | None = None
    relation: str | None = None


class Complaint(Strict, frozen=True):
    """A body, site or person complained of: it will not be asked to act."""

    kind: Literal["body", "site", "person"]
    name: str
    id: str | None = None


class Policy(Strict, frozen=True):
    """How the reporter may be reached."""

    may_write: bool
    hours: str | None = None
    code_word: str | None = None


class Report(Strict, frozen=True):
    """The whole body."""

    external_id: _Key
    text: str
    lang: str | None = None
    reporter: Reporter | None = None
    anonymous: bool = False
    region: str | None = None
    site: _Key | None = None
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    complaint_about: list[Complaint] = []
    contact_policy: Policy | None = None
    attachments: list[dict[str, Any]] = []  # names and addresses; see `attached`


def attached(report: Report) -> tuple[Media, ...]:
    """Return the attachments: whatever stands in one, it is a medium; at worst without address."""
    return tuple(_medium(one) for one in report.attachments)


def _medium(one: dict[str, Any]) -> Media:
    def text(*names: str) -> str | None:
        found = (one.get(name) for name in names)
        return next((it for it in found if isinstance(it, str) and it.strip()), None)

    mime, size = text("mime", "mime_type", "content_type", "type"), one.get("size")
    half = (mime or "").partition("/")[0].strip().lower()
    return Media(
        kind=half if half in ("image", "audio", "video") else "file",
        ref=text("url", "href"),
        mime=mime,
        name=text("name", "filename"),
        size=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def read_report(
    body: bytes, *, regions: Collection[str], now: datetime, depth: int
) -> Report:
    """Return the report in `body`.

    Errors: RejectedInbound with a `code` and, where one is at fault, the `field`.
    """
    try:
        report: Report = decode_json(body, Report, depth=depth)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error
    _check(report, regions, now)
    return report


def _check(report: Report, regions: Collection[str], now: datetime) -> None:
    for field in ("external_id", "site"):
        value = getattr(report, field)
        if value is not None and _BROKEN.search(value):
            _refuse(field, "holds NUL or half a surrogate pair")
    if not report.external_id.strip():
        _refuse("external_id", "is blank; give the id under which you keep the report")
    if report.region is not None and report.region not in regions:
        _refuse("region", 'is not a two-digit KATO prefix, such as "71"', "unknown_region")
    if report.lang is not None and not _LANGUAGE.fullmatch(report.lang):
        _refuse("lang", 'is not a language tag, such as "kk"')
    at = report.occurred_at
    if at is not None and not _EARLIEST <= at <= now + _AHEAD:
        _refuse("occurred_at", "lies outside 1990 and tomorrow", "impossible_date")


def _refuse(field: str, what: str, code: str = "invalid_field") -> None:
    raise RejectedInbound(f"`{field}` {what}", code=code, field=field)


def _refusal(message: str) -> RejectedInbound:
    """Return msgspec's message as a problem that names the field; it holds no values."""
    what, _, where = message.partition(" - at `")
    place = where.rstrip("`").removeprefix("$").removeprefix(".")
    named = re.search(r"(?:unknown|required) field `(.*)`$", what)
    if named:
        place = ".".join(part for part in (place, named[1][:80]) if part)
    code = "invalid_field"
    if "unknown field" in what:
        code = "unknown_field"
    elif "required field" in what:
        code = "missing_field"
    elif place == "occurred_at":
        code = "impossible_date"
    return RejectedInbound(f"{place or 'body'}: {what}", code=code, field=place)
