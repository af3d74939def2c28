"""Cursors of lists: where the last page ended, as one opaque word."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from hotline.errors import RejectedInbound

_LONGEST = 200
_LARGEST = 2**62  # beyond any id


def pack(*key: Any) -> str:
    """Return the sort key of a page's last row as a word for URLs."""
    told = [k.astimezone(UTC).isoformat() if isinstance(k, datetime) else k for k in key]
    raw = json.dumps(told, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpack(cursor: str, *kinds: type) -> list[Any]:
    """Return the sort key again. Errors: RejectedInbound for anything `pack` did not make."""
    wrong = RejectedInbound(
        "this cursor is not one of ours", code="bad_cursor", field="cursor"
    )
    if len(cursor) > _LONGEST:
        raise wrong
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(told, list) or len(told) != len(kinds):
            raise wrong
        return [_as(value, kind) for value, kind in zip(told, kinds, strict=True)]
    except (binascii.Error, ValueError, OverflowError, RecursionError) as error:
        raise wrong from error


def _as(value: Any, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment
    elif kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    elif type(value) is kind and not (isinstance(value, int) and abs(value) >= _LARGEST):
        return value
    raise ValueError("another kind")
