"""Who hears of a late clock: a step with nobody to tell is skipped at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hotline.cases.terms import Urgency
from hotline.config.sla import Audience
from hotline.sla.breach import Ladder

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
