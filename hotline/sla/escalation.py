"""Who hears of a late clock: a step with nobody to tell is skipped at once.

Steps for people of a body wait for its working hours, except where life or health is at risk:
whoever is asleep learns nothing from a notice, and 111 is awake at any hour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.cases.terms import Urgency
from hotline.config.sla import Audience, LadderStep
from hotline.sla.breach import DueStep, Ladder

AT_ANY_HOUR = Urgency.DAY  # at 0 and 1 nothing waits for working hours
AWAKE = frozenset({Audience.SHIFT_SUPERVISOR, Audience.DUTY_LIST})
OF_THE_HOLDER = frozenset({Audience.ASSIGNEE, Audience.HEAD_OF_BODY})
Opens = Callable[[LadderStep, datetime], datetime]
AudienceExists = Mapping[Audience, bool] | Callable[[Audience], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """One step that reaches somebody, also for the empty steps `instead_of`."""

    index: int
    percent: int
    audience: tuple[Audience, ...]  # those that exist
    digest: bool
    instead_of: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """How far up the ladder a look went."""

    told: tuple[Told, ...]
    skipped: tuple[int, ...]  # indices of empty steps, for the history
    next_step: int


@dataclass(frozen=True, slots=True)
class Tellable:
    """Which due steps may be told now; `held_until` is when the first held one may be."""

    steps: tuple[DueStep, ...]
    held_until: datetime | None = None


def tellable(
    due: Sequence[DueStep], urgency: Urgency, now: datetime, opens: Opens
) -> Tellable:
    """Return the due steps up to the first that waits for somebody's working hours.

    `opens(step, now)`: the first moment from now on at which those whom the step tells are
    at work; also what an outage delayed into the night waits for the morning. A held step
    keeps its place: those after it wait too, so that the order stays.
    """
    for index, step in enumerate(due):
        if not waits(step.step, urgency):
            continue
        moment = opens(step.step, now)
        if moment > now:
            return Tellable(tuple(due[:index]), moment)
    return Tellable(tuple(due))


def waits(step: LadderStep, urgency: int) -> bool:
    """Return whether a step may have to wait for working hours."""
    return urgency > AT_ANY_HOUR and not AWAKE.issuperset(step.audience)


def walk(
    ladder: Ladder,
    urgency: Urgency,
    step_index: int,
    audience_exists: AudienceExists,
    *,
    last_due: int | None = None,
) -> Walk:
    """Return who is told, from step `step_index` to step `last_due` (default: that one).

    A due step with nobody to tell is skipped at once: the next step that reaches somebody
    is told in its place, though its own moment has not come, and is not told again.

    Errors: none; a ladder that reaches nobody tells nobody, and every step is `skipped`.
    Source: config/sla.yaml, `ladder`. After the walk, ask `breach.next_look_at` afresh.
    """
    steps = ladder.get(urgency, ())
    last = step_index if last_due is None else last_due
    told: list[Told] = []
    skipped: list[int] = []
    waiting: list[int] = []  # skipped steps that no one stands in for yet
    index = step_index
    while index < len(steps) and (index <= last or waiting):
        present = tuple(a for a in steps[index].audience if _exists(audience_exists, a))
        if present:
            step = steps[index]
            told.append(Told(index, step.percent, present, step.digest, tuple(waiting)))
            waiting.clear()
        else:
            skipped.append(index)
            waiting.append(index)
        index += 1
    return Walk(tuple(told), tuple(skipped), index)


def _exists(audience_exists: AudienceExists, audience: Audience) -> bool:
    if isinstance(audience_exists, Mapping):
        return audience_exists.get(audience, False)
    return audience_exists(audience)
