"""config/sla.yaml: clocks, their limits and legal basis, and the ladder of escalation."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from hotline.cases.terms import ClockName, PauseReason, Regime, Urgency
from hotline.config.limit import Limit
from hotline.config.loading import Section

FILE = "sla.yaml"
# Nothing up to "the child is safe" ever pauses (config/sla.yaml, head).
PAUSABLE = frozenset({ClockName.WRITTEN_OUTCOME})
BREACH = 100  # percent
URGENCIES = ", ".join(str(int(level)) for level in Urgency)


class Audience(StrEnum):
    """Who hears of a step of the ladder."""

    ASSIGNEE = "assignee"
    SHIFT_SUPERVISOR = "shift_supervisor"
    DUTY_LIST = "duty_list"  # the next named person on it
    HEAD_OF_BODY = "head_of_body"
    COMM = "COMM"
    UZPD = "UZPD"
    KOPD = "KOPD"
    OMB = "OMB"


class Words(Section, frozen=True):
    """A text in the three languages."""

    en: str
    kk: str
    ru: str


class Pause(Section, frozen=True):
    """A reason for which a clock may stand still."""

    reason: PauseReason
    times: int = 1
    limit: Limit | None = None


class LadderStep(Section, frozen=True):
    """Who hears when so much of the time has passed; 100 percent is the due moment."""

    percent: int
    audience: tuple[Audience, ...]
    offers_proposed: bool = False  # the breach offers a proposed referral by itself
    digest: bool = False  # told in the next digest, not at once


class ClockPolicy(Section, frozen=True):
    """One clock: what starts and meets it, what it allows, and by what right."""

    basis: Words
    starts: str
    met_by: str
    limits: dict[int, Limit]  # by urgency; without one there is no clock
    rural: dict[int, Limit] = {}
    law: tuple[Regime, ...] = ()  # regimes under which the limit is law, else policy
    pausable: tuple[Pause, ...] = ()
    ladder: tuple[LadderStep, ...] | None = None  # instead of the urgency's


class Extension(Section, frozen=True):
    """How far a written outcome may be put off."""

    max_months: int
    by: tuple[Literal["head", "deputy"], ...]
    counts_from: Literal["deadline", "receipt"] = "deadline"
    law: tuple[Regime, ...] = ()


class SlaPolicy(Section, frozen=True):
    """The whole of config/sla.yaml."""

    version: str
    clocks: dict[str, ClockPolicy]
    ladder: dict[int, tuple[LadderStep, ...]]
    extension: Extension


def problems(policy: SlaPolicy) -> list[str]:
    """Return what is wrong with the policy, a line each: file, key, remedy."""
    found = [] if policy.version.strip() else [f"{FILE}: key `version`: is empty; give one"]
    missing = sorted(set(ClockName) - set(policy.clocks))
    found += [f"{FILE}: key `clocks`: clock {name} is missing; add it" for name in missing]
    for name, clock in policy.clocks.items():
        found += _clock(name, clock)
    for urgency in Urgency:
        if urgency not in policy.ladder:
            found.append(
                f"{FILE}: key `ladder`: urgency {int(urgency)} has no steps; add them"
            )
    for level, steps in policy.ladder.items():
        found += _ladder(level, steps)
    if policy.extension.max_months < 1:
        found.append(f"{FILE}: key `extension`: allows no time; give positive numbers")
    if not policy.extension.by:
        found.append(f"{FILE}: key `extension.by`: is empty; name head, deputy or both")
    return found


def _clock(name: str, clock: ClockPolicy) -> Iterator[str]:
    where = f"{FILE}: key `clocks.{name}"
    if name not in set(ClockName):
        yield f"{where}`: no such clock; use one of {', '.join(ClockName)}"
    if not clock.limits:
        yield f"{where}.limits`: is empty; give at least one urgency a limit"
    if not (clock.basis.en.strip() and clock.basis.kk.strip() and clock.basis.ru.strip()):
        yield f"{where}.basis`: is empty in a language; name the law, or say it is policy"
    if clock.pausable and name not in PAUSABLE:
        yield f"{where}.pausable`: this clock never pauses; remove the key"
    yield from _limits(f"{where}.limits", clock.limits)
    yield from _limits(f"{where}.rural", clock.rural)
    for level in sorted(set(clock.rural) - set(clock.limits)):
        yield f"{where}.rural[{level}]`: urgency has no ordinary limit; add it to `limits`"
    yield from _pauses(f"{where}.pausable", clock.pausable)
    if clock.ladder is not None:
        yield from _ladder_steps(f"{where}.ladder", clock.ladder, offers=False)


def _pauses(where: str, pauses: tuple[Pause, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for index, pause in enumerate(pauses):
        here = f"{where}[{index}]"
        if pause.times < 1 or (pause.limit is not None and not pause.limit.positive):
            yield f"{here}`: allows no pause; give positive numbers"
        if pause.reason is PauseReason.AWAITING_APPLICANT and pause.limit is None:
            yield f"{here}.limit`: is missing; without one a pause never ends by itself"
        if pause.reason in seen:
            yield f"{here}.reason`: {pause.reason} is named twice; keep one"
        seen.add(pause.reason)


def _limits(where: str, limits: dict[int, Limit]) -> Iterator[str]:
    for level, limit in limits.items():
        if level not in set(Urgency):
            yield f"{where}[{level}]`: no such urgency; use {URGENCIES}"
        if not limit.positive:
            yield f"{where}[{level}]`: {limit.text} allows no time; give a positive number"


def _ladder(level: int, steps: tuple[LadderStep, ...]) -> Iterator[str]:
    where = f"{FILE}: key `ladder[{level}]"
    if level not in set(Urgency):
        yield f"{where}`: no such urgency; use {URGENCIES}"
    yield from _ladder_steps(where, steps, offers=level <= Urgency.DAY)


def _ladder_steps(
    where: str, steps: tuple[LadderStep, ...], *, offers: bool
) -> Iterator[str]:
    if not steps:
        yield f"{where}`: has no steps; add one at {BREACH} percent"
    for index, (before, after) in enumerate(pairwise(steps), start=1):
        if after.percent <= before.percent:
            yield (
                f"{where}[{index}].percent`: {after.percent} does not rise, the ladder "
                "would loop; sort them"
            )
    for index, step in enumerate(steps):
        here = f"{where}[{index}]"
        if step.percent < 1:
            yield f"{here}.percent`: {step.percent} is before the start; give 1 or more"
        if not step.audience:
            yield f"{here}.audience`: is empty; name who hears of it"
        if step.offers_proposed and (step.percent != BREACH or not offers):
            yield (
                f"{here}.offers_proposed`: silence offers only at {BREACH} percent of "
                "urgency 0 or 1; remove the key"
            )
