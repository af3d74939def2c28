"""Reading bodies: capped while they stream, JSON bounded in depth before it is parsed."""

import json
import re
from typing import Any, NoReturn

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDictProxy

from hotline.errors import RejectedInbound, TooLarge

# Parts within parts, an unknown charset, headers that are none: what aiohttp makes of them.
_NO_FORM = (ValueError, LookupError, AssertionError, RuntimeError, HttpProcessingError)
# Atomic: on hostile input, such as a string without an end, the scan stays linear.
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the body of `request`. Units: `limit` in bytes.

    Errors: TooLarge as soon as the limit is passed, by what is announced or by what came;
    RejectedInbound when the stream breaks its own encoding.
    """
    announced = request.content_length
    if announced is not None and announced > limit:
        raise TooLarge(f"the body may have {limit} bytes", limit=limit)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.content.iter_any():
            size += len(part)
            if size > limit:
                raise TooLarge(f"the body may have {limit} bytes", limit=limit)
            parts.append(part)
    except web.RequestPayloadError as error:
        raise RejectedInbound(
            "the body's encoding is broken", code="bad_encoding"
        ) from error
    return b"".join(parts)


async def read_post(request: web.Request) -> MultiDictProxy[Any]:
    """Return a form of our own pages. Errors: RejectedInbound for what is no form."""
    try:
        return await request.post()
    except (*_NO_FORM, web.RequestPayloadError) as error:
        raise RejectedInbound("the form cannot be read", code="bad_form") from error


def read_json(body: bytes, *, depth: int) -> Any:
    """Return `body` as plain values. Units: `depth` in nested arrays and objects.

    NUL characters and lone surrogates survive: a strange message is no reason to lose it.
    Errors: RejectedInbound `not_utf8`, `too_deep`, `not_json`.
    """
    return decode_json(body, Any, depth=depth)


def decode_json(body: bytes, kind: Any, *, depth: int) -> Any:
    """Return `body` as `kind`; else as `read_json`.

    Errors: msgspec.ValidationError when it is JSON of another shape.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RejectedInbound("the body is not UTF-8", code="not_utf8") from error
    if not is_shallow(body, depth):
        raise RejectedInbound(f"nested deeper than {depth}", code="too_deep")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        value = _tolerant(text)
    try:
        return msgspec.convert(value, kind)
    except UnicodeEncodeError as error:  # half a surrogate pair in the name of a field
        raise RejectedInbound("a field's name is no text", code="bad_field_name") from error


def is_shallow(body: bytes, depth: int) -> bool:
    """Return whether no more than `depth` arrays and objects stand within each other."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return True
    level = 0
    for token in _TOKENS.finditer(body):
        first = token[0][:1]
        if first in b"[{":
            level += 1
            if level > depth:
                return False
        elif first in b"]}":
            level -= 1
    return True


def _tolerant(text: str) -> Any:
    """Return what the standard library reads: unlike msgspec it takes lone surrogates."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise RejectedInbound("the body is not JSON", code="not_json") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def storable(text: str) -> bool:
    """Return whether `text` is free of NUL and of halves of surrogate pairs."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
