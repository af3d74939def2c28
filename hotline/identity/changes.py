"""Changes of administration as facts: what differs, a mark of what was seen, who must agree."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.cases.terms import Role

Values = Mapping[str, Any]
WHAT = ("person", "name", "rights", "retention", "words", "holiday")
_POWERFUL = frozenset({Role.SUPERVISOR, Role.ADMIN})
_READS_ALL = frozenset({Role.OPERATOR, Role.COMMISSIONER})  # of the country, of a region
_MORE_THAN_AN_OPERATOR = _POWERFUL | {Role.COMMISSIONER}
# Whatever else is taken away, these stay: nobody in danger waits for a right.
_NEVER_TAKEN = frozenset({"emergency", "urgency", "note", "accept", "decline", "return"})
_NEVER_TAKEN_AT_111 = frozenset({"offer", "phone_handover"})


@dataclass(frozen=True, slots=True)
class Line:
    """One value that differs."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Moved:
    """One value that is not what it was when a change of it was looked at."""

    name: str
    before: Any
    wanted: Any
    now: Any


def moved(before: Values, wanted: Values, now: Values) -> list[Moved]:
    """Return what was to be changed or was changed meanwhile, in order of name."""
    old, new, stands = _flat(before), _flat(wanted), _flat(now)
    return [
        Moved(name, old.get(name), new.get(name), stands.get(name))
        for name in sorted(old.keys() | new.keys() | stands.keys())
        if not old.get(name) == new.get(name) == stands.get(name)
    ]


def lines(before: Values, after: Values) -> list[Line]:
    """Return what differs, in order of name; memberships one by one."""
    flat, wanted = _flat(before), _flat(after)
    return [
        Line(name, flat.get(name), wanted.get(name))
        for name in sorted(flat.keys() | wanted.keys())
        if flat.get(name) != wanted.get(name)
    ]


def _flat(values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            found[name] = value
    return found


def mark(values: Values) -> str:
    """Return a short mark that changes with every change of `values`."""
    told = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def person_by_two(before: Values, after: Values) -> bool:
    """Return whether a second person must agree: somebody comes to a powerful role.

    To take power away, one is enough: that must be quick.
    """
    if not after.get("active") or after.get("role") not in _POWERFUL:
        return False
    return before.get("role") != after.get("role") or not before.get("active")


def content_by_two(before: Values, after: Values) -> bool:
    """Return whether somebody comes to read what people told, beyond what a body is shown.

    A second person agrees where there is one: a country's first administrator is alone.
    """
    role = after.get("role")
    if not after.get("active") or role not in _READS_ALL:
        return False
    if before.get("active") and before.get("role") == Role.SUPERVISOR:
        return False  # who read all of it already
    elsewhere = role == Role.COMMISSIONER and before.get("region") != after.get("region")
    return elsewhere or before.get("role") != role or not before.get("active")


def link_by_two(before: Values, _after: Values) -> bool:
    """Return whether a link to a new password of this person takes a second person.

    Who has the link alone could be them, and do what administrators never may.
    """
    return before.get("role") in _MORE_THAN_AN_OPERATOR


def may_take(role: str, move: str) -> bool:
    """Return whether a right may be taken away from a role at all."""
    at_111 = role in (Role.OPERATOR, Role.SUPERVISOR)
    kept = _NEVER_TAKEN | (_NEVER_TAKEN_AT_111 if at_111 else frozenset())
    return move not in kept
