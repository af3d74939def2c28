"""Reading what a provider's JSON claims: each answer is of its type, or nothing.

For parsers that may not fail: what has the wrong shape reads as if it were not there.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from hotline.cases.inbound import Location
from hotline.web.wire import storable

_LATEST = 4_102_444_800  # 2100-01-01: later moments are broken numbers, not dates
_LARGEST = 1 << 50  # bytes; a larger claim is no size
_MIME = re.compile(r"[\w!#&^.+-]{1,60}/[\w!#&^.+-]{1,100}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TELLING = frozenset(
    {"text", "body", "caption", "title", "description", "message", "question"}
)
_NOT_THEIRS = frozenset({"errors", "context", "referral", "metadata", "statuses"})
_POINT = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?", re.ASCII)  # written as text
_DIGITS = 18  # of a number that fits a row
_CODE = 100  # characters


def part(value: Any, name: str) -> dict[str, Any]:
    """Return the object `name` of `value`, empty where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def parts(value: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects in the list `name` of `value`."""
    found = value.get(name) if isinstance(value, dict) else None
    return (
        [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    )


def words(value: Any, name: str) -> str:
    """Return the text `name` of `value`, empty where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def words_in(value: Any) -> str:
    """Return the words anywhere in what cannot be read, so that they are read for danger.

    Only what stands under a telling name, and was said by the person and no machine.
    """
    found: dict[str, None] = {}
    left: list[tuple[str, Any]] = [("text", value)]
    while left:
        name, one = left.pop()
        if isinstance(one, str):
            if name.lower() in _TELLING and one:
                found[one] = None
        elif isinstance(one, list):
            left += [(name, inner) for inner in reversed(one)]
        elif isinstance(one, dict):
            left += [
                (key, inner)
                for key, inner in reversed(one.items())
                if key not in _NOT_THEIRS
            ]
    return "\n".join(found)


def name_of(value: Any, name: str) -> str | None:
    """Return an identifier, written as text or as a whole number."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, str):
        return found or None
    whole = isinstance(found, int) and not isinstance(found, bool)
    return str(found) if whole else None


def code_of(value: Any, name: str) -> str | None:
    """Return an identifier that may stand in a plain column, or None."""
    found = name_of(value, name)
    fits = found is not None and len(found) <= _CODE and storable(found)
    return found if fits else None


def number_of(value: Any, name: str) -> int | None:
    """Return a whole number that fits a row, written as digits or as a number."""
    found = name_of(value, name) or ""
    fits = found.isascii() and found.isdigit() and len(found) <= _DIGITS
    return int(found) if fits else None


def moment_of(value: Any, name: str, *, per_second: int = 1) -> datetime | None:
    """Return the moment `name`. Units: since 1970, `per_second` of them a second."""
    found = number_of(value, name)
    seconds = None if found is None else found / per_second
    if seconds is None or not 0 < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def mime_of(value: Any, name: str) -> str | None:
    """Return the type `name` without its parameters."""
    found = _MIME.match(words(value, name).strip().lower())
    return found[0] if found else None


def size_of(value: Any, name: str) -> int | None:
    """Return the size `name`. Units: bytes, as claimed."""
    found = number_of(value, name)
    return found if found is not None and found < _LARGEST else None


def language_of(value: Any, name: str) -> str | None:
    """Return the language code at the start of `name`, or None."""
    code = words(value, name)[:35].lower().split("-")[0]
    return code if _LANGUAGE.fullmatch(code) else None


def file_name_of(value: Any, name: str) -> str | None:
    """Return the last part of the file name `name`: never a path."""
    found = words(value, name).replace("\\", "/").rpartition("/")[2].strip()
    return found[:200] or None


def place_of(
    value: Any, latitude: str, longitude: str, name: str | None
) -> Location | None:
    """Return the point of `value`, or None where there is none on this planet."""
    north, east = _degrees(value, latitude, 90), _degrees(value, longitude, 180)
    return None if north is None or east is None else Location(north, east, name)


def _degrees(value: Any, name: str, most: int) -> float | None:
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, str) and _POINT.fullmatch(found):
        found = float(found)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if -most <= found <= most else None


def digest(value: Any) -> str:
    """Return a short name for `value`, the same whenever it comes again."""
    said = json.dumps(value, sort_keys=True)  # in ASCII: half a surrogate pair is no fault
    return hashlib.sha256(said.encode()).hexdigest()[:32]
