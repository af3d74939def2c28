"""Whom to ring for a child in danger: the duty desk of the place, never simply "102".

A short number dialled at the centre reaches the services of the centre's own city, so for
any other place the answer is that place's duty desk, or words to ask for it. The machine
never dials; it says whom a person should ring, and why.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from hotline.cases.terms import EmergencyService
from hotline.config.emergency import EmergencyConfig
from hotline.errors import RuleForbids

_NUMBER = re.compile(r"\+?[\d\s()\-]+")
_FEWEST, _MOST = 2, 15  # digits of a number that can be dialled


class Ring(StrEnum):
    """What a step of the way is."""

    FIND_PLACE = "find_place"  # nobody knows where the child is: ask first
    DISTRICT_DESK = "district_desk"
    REGION_DESK = "region_desk"
    DIRECT = "direct"  # the short number reaches this very city
    THROUGH_CENTRE = (
        "through_centre"  # it reaches the centre's city: ask for the region's desk
    )
    BODY = "body"  # somebody else, because the service is complained of


@dataclass(frozen=True, slots=True)
class DutyNumber:
    """A number of the directory; it holds from `valid_from` until before `valid_to`."""

    service: str
    region: str
    district: str | None
    number: str
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the number may be rung on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class RingStep:
    """One number to ring, in order. `body`: a kind of body, for who is rung instead."""

    way: Ring
    service: str | None
    number: str | None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class RingFacts:
    """What the way rests on."""

    service: EmergencyService
    region: str | None
    district: str | None
    day: date
    hints: Collection[str] = ()  # of power, unread or not
    complained: Collection[str] = ()  # kinds of bodies that the case complains of


@dataclass(frozen=True, slots=True)
class Way:
    """Whom to ring, in order. `instead`: the service itself is complained of."""

    steps: tuple[RingStep, ...]
    instead: bool


def whom_to_ring(
    facts: RingFacts, numbers: Iterable[DutyNumber], config: EmergencyConfig
) -> Way:
    """Return whom to ring: the district's desk, the region's, else words to ask for it.

    When the service is complained of, others are named instead. Errors: none.
    Source: config/emergency.yaml.
    """
    known = [one for one in numbers if one.holds_on(facts.day)]
    rule = config.services[facts.service]
    complained = rule.power in facts.hints or not {
        str(kind) for kind in rule.kinds
    }.isdisjoint(facts.complained)
    if not complained:
        return Way(_steps(facts, facts.service, known, config), instead=False)
    steps: list[RingStep] = []
    for other in rule.instead:
        if other in set(EmergencyService):
            steps += _steps(facts, EmergencyService(other), known, config)
        else:
            steps.append(RingStep(Ring.BODY, None, None, other))
    return Way(tuple(dict.fromkeys(steps)), instead=True)


def _steps(
    facts: RingFacts,
    service: EmergencyService,
    known: Sequence[DutyNumber],
    config: EmergencyConfig,
) -> tuple[RingStep, ...]:
    if facts.region is None:
        first = RingStep(Ring.FIND_PLACE, service, None)
        return first, RingStep(Ring.THROUGH_CENTRE, service, str(service))
    here = [one for one in known if (one.service, one.region) == (service, facts.region)]
    steps = [
        RingStep(Ring.DISTRICT_DESK, service, one.number)
        for one in here
        if one.district is not None and one.district == facts.district
    ]
    steps += [
        RingStep(Ring.REGION_DESK, service, one.number)
        for one in here
        if one.district is None
    ]
    near = facts.region == config.centre
    last = Ring.DIRECT if near else Ring.THROUGH_CENTRE
    return (*steps, RingStep(last, service, str(service)))


def overlap(numbers: Iterable[DutyNumber], fresh: DutyNumber) -> DutyNumber | None:
    """Return a number of the same service and place that holds on a day of `fresh`."""
    for one in numbers:
        same = (one.service, one.region, one.district) == (
            fresh.service,
            fresh.region,
            fresh.district,
        )
        before = fresh.valid_to is not None and fresh.valid_to <= one.valid_from
        after = one.valid_to is not None and one.valid_to <= fresh.valid_from
        if same and not before and not after:
            return one
    return None


def dialled(typed: str) -> str:
    """Return a number as it can be dialled. Errors: RuleForbids naming `number`."""
    plain = typed.strip()
    digits = re.sub(r"\D", "", plain)
    if not _NUMBER.fullmatch(plain) or not _FEWEST <= len(digits) <= _MOST:
        raise RuleForbids(
            "give a number that can be dialled", code="bad_number", field="number"
        )
    return f"+{digits}" if plain.startswith("+") else digits


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One question for a child, and the places that answer it already."""

    asks: str
    kk: str
    ru: str
    en: str
    answered: tuple[str, ...]  # region or district codes


def find_the_child(
    config: EmergencyConfig, candidates: Iterable[Mapping[str, Any]]
) -> tuple[ScriptLine, ...]:
    """Return the questions in order; what the text named already stands beside its question.

    `candidates`: the region candidates of triage with `code`, `district` and `evidence`.
    """
    places: dict[str, list[str]] = {}
    for one in candidates:
        place = str(one.get("district") or one.get("code") or "")
        if place:
            places.setdefault(str(one.get("evidence")), []).append(place)
    return tuple(
        ScriptLine(
            question.asks,
            question.kk,
            question.ru,
            question.en,
            tuple(
                dict.fromkeys(
                    place for kind in question.answered_by for place in places.get(kind, ())
                )
            ),
        )
        for question in config.find_the_child
    )
