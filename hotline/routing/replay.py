"""Making a stored decision again from its own facts, to the same answer.

What is compared is the row as it was written: choice, candidates, exclusions and reasons.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from hotline.routing.office import RoutingDecision, decide
from hotline.routing.person import PersonDecision, choose_person
from hotline.routing.seen import FORMAT, RouteSeen, StaffSeen

ROUTE, PERSON = "route", "person"
ANSWER = ("choice", "candidates", "exclusions", "reasons")
Columns = dict[str, Any]


def route_columns(facts: RouteSeen, chosen: RoutingDecision) -> Columns:
    """Return a choice of bodies as the columns of its row."""
    candidates = [asdict(candidate) for candidate in chosen.candidates]
    return {
        "facts": msgspec.to_builtins(facts),
        "candidates": msgspec.to_builtins(candidates),
        "exclusions": [
            {"body": one.body, "reason": one.excluded}
            for one in chosen.candidates
            if one.excluded is not None
        ],
        "reasons": list(chosen.reasons),
        "choice": {
            "lead": chosen.lead,
            "co_executors": [body for body, _ in chosen.co_executors],
            "missing": [kind.value for kind in chosen.missing],
        },
    }


def person_columns(facts: StaffSeen, chosen: PersonDecision) -> Columns:
    """Return a choice of a person as the columns of its row."""
    return {
        "facts": msgspec.to_builtins(facts),
        "candidates": [
            {"person": one.person, "load": one.load, "passed_over": one.passed_over}
            for one in chosen.looked
        ],
        "exclusions": [{"person": person, "reason": why} for person, why in facts.excluded],
        "reasons": [chosen.step],
        "choice": {"person": chosen.person, "body": facts.body},
    }


def decided_again(kind: str, facts: Mapping[str, Any]) -> Columns | None:
    """Return the columns that the stored facts give today; None for another format.

    Errors: msgspec.ValidationError for facts that are no such facts.
    """
    if facts.get("format") != FORMAT:
        return None
    if kind == ROUTE:
        seen = msgspec.convert(facts, RouteSeen)
        return route_columns(seen, decide(seen))
    staff = msgspec.convert(facts, StaffSeen)
    return person_columns(staff, choose_person(staff))


def differences(kind: str, stored: Mapping[str, Any]) -> list[str] | None:
    """Return the columns in which a stored decision differs from the one made again.

    None for a row of another format, which cannot be replayed.
    """
    try:
        again = decided_again(kind, stored["facts"])
    except msgspec.ValidationError:
        return ["facts"]
    if again is None:
        return None
    again = msgspec.json.decode(msgspec.json.encode(again))  # as the database gives it back
    return [name for name in ("facts", *ANSWER) if stored[name] != again[name]]
