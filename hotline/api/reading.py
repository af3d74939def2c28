"""Reading what a client sends: every fault is a 400 that names the field, never a 500."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from aiohttp import web

from hotline.api.call import Body, Call
from hotline.cases.numbers import id_from
from hotline.errors import RejectedInbound
from hotline.web.wire import decode_json, read_body, storable

_WHERE = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)
_FIELD = re.compile(r"field `(.*?)`", re.DOTALL)
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_YES: Final = {
    "true": True,
    "1": True,
    "yes": True,
    "false": False,
    "0": False,
    "no": False,
}
_FAULTS = (
    ("unknown field", "unknown_field", "this field is not known"),
    ("missing required field", "missing_field", "this field is needed"),
    ("length", "too_long", "this text is too long"),
    ("RFC3339", "bad_moment", "give a moment as RFC 3339, with a zone"),
    ("timezone", "bad_moment", "give a moment as RFC 3339, with a zone"),
    ("enum", "unknown_value", "this value is not one of those allowed"),
)


async def body_of(request: web.Request, kind: Body, *, limit: int, depth: int) -> Any:
    """Return the request's body as `kind`; an empty body is an empty object.

    Errors: RejectedInbound names the field; TooLarge.
    """
    raw = await read_body(request, limit)
    if raw.strip() and request.content_type not in (
        "application/json",
        "application/octet-stream",
    ):
        raise RejectedInbound("send application/json", code="not_json")
    try:
        found = decode_json(raw.strip() or b"{}", kind, depth=depth)
    except msgspec.ValidationError as error:
        raise _named(str(error)) from error
    except RecursionError as error:
        raise RejectedInbound("nested too deeply", code="too_deep") from error
    _check_texts(msgspec.to_builtins(found), "")
    return found


def _named(message: str) -> RejectedInbound:
    """Return msgspec's complaint in our words: the field, never its value."""
    where = _WHERE.search(message)
    path = where.group(1) if where else ""
    code, text = "wrong_type", "this value is of the wrong kind"
    for sign, known_code, known_text in _FAULTS:
        if sign in message:
            code, text = known_code, known_text
            break
    inner = _FIELD.search(message) if code in ("unknown_field", "missing_field") else None
    field = ".".join(part for part in (path, inner.group(1)[:64] if inner else "") if part)
    return RejectedInbound(f"`{field or 'body'}`: {text}", code=code, field=field or "body")


def _check_texts(value: Any, path: str) -> None:
    if isinstance(value, str):
        if not storable(value):
            raise RejectedInbound(
                f"`{path}` holds a character that cannot be kept",
                code="bad_character",
                field=path,
            )
    elif isinstance(value, dict):
        for name, part in value.items():
            _check_texts(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _check_texts(part, f"{path}[{index}]")


def query_of(request: web.Request, call: Call) -> dict[str, str]:
    """Return the query. Errors: RejectedInbound for a parameter that the call does not have."""
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in call.query:
            shown = name[:64] if storable(name) else "?"
            raise RejectedInbound(
                f"`{shown}`: no such parameter", code="unknown_parameter", field=shown
            )
        if name in found or len(value) > 300 or not storable(value):  # noqa: PLR2004
            raise RejectedInbound(f"`{name}`: cannot be read", code="bad_value", field=name)
        if value:
            found[name] = value
    return found


def version_of(request: web.Request) -> int | None:
    """Return the version in If-Match, or None. Errors: RejectedInbound."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        raise RejectedInbound(
            'If-Match: give the version in quotes, such as "3"', code="bad_if_match"
        )
    return int(found.group(1))


def key_of(request: web.Request) -> str | None:
    """Return the Idempotency-Key, or None. Errors: RejectedInbound."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if _KEY.fullmatch(given) is None:
        raise RejectedInbound(
            "Idempotency-Key: give 1 to 200 visible ASCII characters",
            code="bad_idempotency_key",
        )
    return given


def yes_or_no(query: Mapping[str, str], name: str) -> bool | None:
    """Return a boolean parameter, or None. Errors: RejectedInbound."""
    given = query.get(name)
    if given is None:
        return None
    if given.lower() not in _YES:
        raise RejectedInbound(f"`{name}`: give true or false", code="bad_value", field=name)
    return _YES[given.lower()]


def number(query: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """Return a whole number within bounds, or None. Errors: RejectedInbound."""
    given = query.get(name)
    if given is None:
        return None
    if not re.fullmatch(r"\d{1,6}", given, re.ASCII) or not least <= int(given) <= most:
        raise RejectedInbound(
            f"`{name}`: give a number from {least} to {most}", code="bad_value", field=name
        )
    return int(given)


def moment(query: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment with its zone, or None. Errors: RejectedInbound."""
    given = query.get(name)
    if given is None:
        return None
    try:
        # An unescaped "+" of a zone arrives as a space.
        found = datetime.fromisoformat(given.strip().replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2200:  # noqa: PLR2004
        raise RejectedInbound(
            f"`{name}`: give a moment as RFC 3339, with a zone",
            code="bad_moment",
            field=name,
        )
    return found


def one_of(
    query: Mapping[str, str], name: str, known: frozenset[str], code: str
) -> str | None:
    """Return a parameter that must be one of `known`, or None. Errors: RejectedInbound."""
    given = query.get(name)
    if given is not None and given not in known:
        raise RejectedInbound(f"`{name}`: not one of ours", code=code, field=name)
    return given


def id_of(public: str, number_key: bytes) -> int | None:
    """Return the row id behind a number or receipt."""
    return id_from(public, number_key)
