"""A stored decision under other rules: who would lead, and who would help.

The question stays as it was, and so does who was there to take it (people, open cases).
The rules change: what the code asks for, the chain, and the directory of bodies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hotline.cases.terms import BodyId, BodyKind
from hotline.routing.looking import RoutingFacts, look
from hotline.routing.office import decide
from hotline.routing.seen import FORMAT, BodySeen, RouteSeen
from hotline.whatif.rules import Rules


class CannotReplay(ValueError):
    """A stored decision that this release or these rules cannot judge. Its text is a code."""


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Who leads and who helps."""

    lead: str
    co_executors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredRoute:
    """A decision of kind `route`: what it rested on, and what it was."""

    id: int
    at: datetime
    case_id: int | None
    facts: RouteSeen
    choice: RouteAnswer


def require_format(facts: Mapping[str, Any]) -> None:
    """Do nothing for facts of today's form. Errors: CannotReplay."""
    if facts.get("format") != FORMAT:
        raise CannotReplay("other_form")


def read_route(
    decision_id: int,
    at: datetime,
    case_id: int | None,
    facts: Mapping[str, Any],
    choice: Mapping[str, Any],
) -> StoredRoute:
    """Return a stored decision. Errors: CannotReplay for another form of facts."""
    require_format(facts)
    try:
        read = msgspec.convert(facts, RouteSeen)
        was = RouteAnswer(choice["lead"], tuple(choice["co_executors"]))
    except (KeyError, TypeError, msgspec.ValidationError) as error:
        raise CannotReplay("unreadable") from error
    return StoredRoute(decision_id, at, case_id, read, was)


def answer(stored: StoredRoute, rules: Rules) -> RouteAnswer:
    """Return who would lead and help under `rules`.

    Errors: CannotReplay when the rules no longer have the code.
    """
    then = stored.facts
    seen = _seen(then, rules)
    there = {body.id: body for body in then.bodies}
    asked = msgspec.structs.replace(
        seen,
        day=then.day,
        urgency=then.urgency,
        language=then.language,
        hints=then.hints,
        excluded=then.excluded,
        bodies=tuple([_as_then(body, there.get(body.id)) for body in seen.bodies]),
    )
    chosen = decide(asked)
    return RouteAnswer(chosen.lead, tuple(body for body, _ in chosen.co_executors))


def _seen(then: RouteSeen, rules: Rules) -> RouteSeen:
    """Return what such a question looks at; kept, since many cases ask the same.

    Bodies in question depend on code, place and the way out of a conflict alone.
    """
    own = then.co_executors if then.lead == BodyKind.OWN else None
    key = (then.subcategory, own, then.region, then.district, then.fallback)
    seen = rules.seen.get(key)
    if seen is None:
        seen = look(_question(then, rules), rules.directory, rules.chains)
        rules.seen[key] = seen
    return seen


def _as_then(body: BodySeen, then: BodySeen | None) -> BodySeen:
    """Return the body as the rules have it, with the people and cases that it had then."""
    if then is None:
        return body  # it was not looked at: nobody counted
    return msgspec.structs.replace(body, open=then.open, members=then.members, out=then.out)


def _question(then: RouteSeen, rules: Rules) -> RoutingFacts:
    """Return the question, with lead and helpers as `rules` name them for the code."""
    entry = rules.codes.get(then.subcategory)
    if entry is None:
        raise CannotReplay("unknown_code")
    # 111's own matter, or one that the desk kept at 111, stays there under any rules.
    own = then.lead == BodyKind.OWN
    return RoutingFacts(
        subcategory=then.subcategory,
        lead=then.lead if own else entry.lead,
        co_executors=then.co_executors if own else tuple(entry.co_executors),
        region=then.region,
        day=then.day,
        excluded={BodyId(body): why for body, why in then.excluded.items()},
        hints=then.hints,
        district=then.district,
        urgency=then.urgency,
        language=then.language,
        fallback=tuple((BodyId(body), step) for body, step in then.fallback),
    )
