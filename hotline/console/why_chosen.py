"""Why this body and this person: stored choices as sentences that people read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.console.wording import Wording
from hotline.store.history import DecisionView


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: who, why, and why not the others."""

    at: datetime
    kind: str  # route | person
    who: str
    why: str
    passed_over: tuple[tuple[str, str], ...] = ()


def people_in(found: Iterable[DecisionView]) -> frozenset[int]:
    """Return the ids of everybody whom the choices looked at."""
    return frozenset(
        int(one["person"]) for it in found if it.kind == "person" for one in it.candidates
    )


def told(
    w: Wording,
    found: Iterable[DecisionView],
    bodies: Mapping[str, str],
    people: Mapping[int, str],
) -> list[Choice]:
    """Return the choices of bodies and people, newest first."""
    choices = [
        _of_bodies(w, one, bodies) if one.kind == "route" else _of_person(w, one, people)
        for one in found
        if one.kind in ("route", "person")
    ]
    return choices[::-1]


def _of_bodies(w: Wording, one: DecisionView, bodies: Mapping[str, str]) -> Choice:
    lead = str(one.choice.get("lead"))
    step = str(one.reasons[0]).partition(":")[0] if one.reasons else ""
    over = {
        bodies.get(c["body"], c["body"]): w.of(
            "body_out", str(c["excluded"]).partition(":")[0]
        )
        for c in one.candidates
        if c.get("excluded")
    }
    return Choice(
        one.at, "route", bodies.get(lead, lead), w.of("leads_by", step), tuple(over.items())
    )


def _of_person(w: Wording, one: DecisionView, people: Mapping[int, str]) -> Choice:
    def name(person: Any) -> str:
        return people.get(int(person), f"№ {person}")

    chosen = one.choice.get("person")
    step = str(one.reasons[0]) if one.reasons else ""
    over = tuple(
        (name(c["person"]), w.of("person_out", c["passed_over"]))
        for c in one.candidates
        if c.get("passed_over")
    )
    who = "—" if chosen is None else name(chosen)
    return Choice(one.at, "person", who, w.of("person_by", step), over)
