"""What a look at a clock finds: a breach, due steps of the ladder, the next look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.config.sla import LadderStep

Ladder = Mapping[int, Sequence[LadderStep]]


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What a judgement needs to know of a clock; moments aware."""

    name: ClockName
    started_at: datetime
    due_at: datetime
    urgency: Urgency
    state: ClockState
    told_percent: int = (
        0  # how far up the ladder it is, whatever steps the ladder has today
    )


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step of the ladder whose moment has come. `due_at` may lie far back: an outage."""

    index: int
    due_at: datetime
    step: LadderStep


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a clock now."""

    breaches: bool  # it is late, and was not judged late before
    breached_at: datetime | None  # the due moment, not the moment of judging
    steps: tuple[DueStep, ...]  # in order; each is due once
    offers_proposed: bool  # silence: a proposed referral is now offered by itself
    state: ClockState
    told_percent: int
    next_look_at: datetime | None  # None: nothing will ever be due again

    @property
    def changes(self) -> bool:
        """Return whether there is anything to write."""
        return self.breaches or bool(self.steps)


def judge(facts: ClockFacts, now: datetime, ladder: Ladder) -> Verdict:
    """Return what is due at `now`: everything that was missed, in order, once.

    A clock is late from its due moment on. Met, cancelled and paused clocks are never late,
    and a breached one is not breached again but goes on up the ladder.

    Units: `now` aware. Errors: none.
    Source: config/sla.yaml, `ladder`; only an unseen contact is offered by silence.
    """
    breaches = facts.state is ClockState.RUNNING and now >= facts.due_at
    steps = _due_steps(facts, now, ladder) if _ticks(facts) else ()
    after = replace(
        facts,
        state=ClockState.BREACHED if breaches else facts.state,
        told_percent=steps[-1].step.percent if steps else facts.told_percent,
    )
    silent = breaches and facts.name is ClockName.HUMAN_EYES
    return Verdict(
        breaches=breaches,
        breached_at=facts.due_at if breaches else None,
        steps=steps,
        # Asked of the whole ladder: the offer may not hang on who was told of the step.
        offers_proposed=silent and any(s.offers_proposed for s in _steps(facts, ladder)),
        state=after.state,
        told_percent=after.told_percent,
        next_look_at=next_look_at(after, ladder),
    )


def next_look_at(facts: ClockFacts, ladder: Ladder) -> datetime | None:
    """Return the moment of the next breach or step, or None when none is left.

    Computed from start and due moment, never from now, so a late look loses nothing.

    Units: in the zone of `due_at`. Errors: none.
    """
    if not _ticks(facts):
        return None
    moments = [facts.due_at] if facts.state is ClockState.RUNNING else []
    ahead = (step for _, step in _ahead(facts, ladder))
    moments += [step_moment(facts, step.percent) for step in islice(ahead, 1)]
    return min(moments, default=None)


def step_moment(facts: ClockFacts, percent: int) -> datetime:
    """Return when so many percent of the elapsed time from start to due have passed."""
    return facts.started_at + (facts.due_at - facts.started_at) * percent / 100


def _due_steps(facts: ClockFacts, now: datetime, ladder: Ladder) -> tuple[DueStep, ...]:
    found: list[DueStep] = []
    for index, step in _ahead(facts, ladder):
        moment = step_moment(facts, step.percent)
        if moment > now:
            break
        found.append(DueStep(index, moment, step))
    return tuple(found)


def _ahead(facts: ClockFacts, ladder: Ladder) -> Iterator[tuple[int, LadderStep]]:
    """Yield the steps that nobody was told of yet, with their places on this ladder."""
    for index, step in enumerate(_steps(facts, ladder)):
        if step.percent > facts.told_percent:
            yield index, step


def _steps(facts: ClockFacts, ladder: Ladder) -> Sequence[LadderStep]:
    return ladder.get(facts.urgency, ())


def _ticks(facts: ClockFacts) -> bool:
    return facts.state in {ClockState.RUNNING, ClockState.BREACHED}
