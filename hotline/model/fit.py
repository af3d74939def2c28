"""Fitting heads: softmax and logistic regression on top of the shipped model's log-odds.

Pulled to nought, with examples of the shipped corpus replayed beside what the desk said, so
that the model forgets nothing. How hard the pull is, a fifth of the desk's examples decides:
what was learned from the others must foretell it.
Plain accelerated gradient descent with a fixed number of steps: the same examples give the
same weights. Source: Y. Nesterov, "Introductory lectures on convex optimization", 2.2, 2004.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, prod

import numpy as np

from hotline.model.course import Course
from hotline.model.heads import LEVELS, TINY, Heads, Numbers, correct, standard
from hotline.routing.reading import Reading

PULLS = (3.0, 1.0, 0.3, 0.1)  # a row of features is about 1 long
FIFTH = 5
STEPS = 300
URGENT = 1
_STEEPEST = 0.5  # no softmax or logistic curve bends more


@dataclass(frozen=True, slots=True)
class Example:
    """A text as the shipped model read it, and what a person said. `code` None: no topic."""

    reading: Reading
    code: str | None
    urgency: int


def learning_steps(codes: Sequence[str]) -> int:
    """Return what `choose_pull` and one `fit` after it tell a course of, together."""
    return (len(PULLS) + 1) * STEPS * (len(codes) + 1 + LEVELS)


def fit(
    examples: Sequence[Example],
    replay: Sequence[Example],
    *,
    base_version: str,
    codes: Sequence[str],
    pull: float,
    course: Course | None = None,
) -> Heads:
    """Return heads learned from `examples`, each counted once, and `replay` beside them.

    `course` hears of every step. Errors: Abandoned when nobody waits for it any more;
    ValueError when there is nothing to learn from, or readings have no features.
    """
    every, course = [*examples, *replay], course or Course()
    wide = {len(one.reading.features) for one in every}
    if len(wide) != 1 or wide == {0}:
        raise ValueError("every example needs the same features, and there must be some")
    raw = np.asarray([one.reading.features for one in every], dtype=np.float64)
    centre, scale = raw.mean(axis=0), np.maximum(raw.std(axis=0), TINY)
    seen = standard(raw, centre, scale)
    named = [one for one in every if one.code in codes]
    rows = np.asarray([one.code in codes for one in every])
    return Heads(
        base_version,
        tuple(codes),
        centre,
        scale,
        code=_softmax(
            seen[rows],
            _logs([[one.reading.codes.get(code, 0.0) for code in codes] for one in named]),
            np.asarray([list(codes).index(str(one.code)) for one in named], dtype=int),
            pull,
            course,
        )
        if named
        else np.zeros((seen.shape[1], len(codes))),
        danger=_logistic(
            seen,
            np.asarray([one.reading.danger for one in every]),
            np.asarray([one.urgency <= URGENT for one in every], dtype=np.float64),
            pull,
            course,
        ),
        urgency=_softmax(
            seen,
            _logs(
                [[one.reading.urgency.get(n, 0.0) for n in range(LEVELS)] for one in every]
            ),
            np.asarray([one.urgency for one in every], dtype=int),
            pull,
            course,
        ),
    )


def choose_pull(
    examples: Sequence[Example],
    replay: Sequence[Example],
    *,
    base_version: str,
    codes: Sequence[str],
    course: Course | None = None,
) -> float:
    """Return the pull under which four fifths of `examples` foretell the last one best."""
    told = [one for n, one in enumerate(examples) if n % FIFTH]
    asked = [one for n, one in enumerate(examples) if n % FIFTH == 0]
    surprises = {}
    for pull in PULLS:
        heads = fit(
            told, replay, base_version=base_version, codes=codes, pull=pull, course=course
        )
        surprises[pull] = sum(surprise(correct(heads, one.reading), one) for one in asked)
    return min(PULLS, key=lambda pull: surprises[pull])


def surprise(reading: Reading, said: Example) -> float:
    """Return how little a reading expected what a person said. Units: nats."""
    danger = reading.danger if said.urgency <= URGENT else 1 - reading.danger
    shares = [danger, reading.urgency.get(said.urgency, 0.0)]
    if said.code is not None:
        shares.append(reading.codes.get(said.code, 0.0))
    return -sum(log(max(share, TINY)) for share in shares)


def _logs(shares: list[list[float]]) -> Numbers:
    return np.log(np.maximum(np.asarray(shares, dtype=np.float64), TINY))


def _softmax(
    seen: Numbers, offsets: Numbers, said: Numbers, pull: float, course: Course
) -> Numbers:
    """Return weights (features x classes) that bring `offsets` towards what people said."""
    wanted = np.eye(offsets.shape[1])[said]

    def slope(weights: Numbers) -> Numbers:
        odds = offsets + seen @ weights
        share = np.exp(odds - odds.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        found: Numbers = seen.T @ (share - wanted) + pull * weights
        return found

    return _descend(slope, (seen.shape[1], offsets.shape[1]), seen, pull, course)


def _logistic(
    seen: Numbers, before: Numbers, said: Numbers, pull: float, course: Course
) -> Numbers:
    """Return weights (features) that bring the log-odds of `before` towards `said`."""
    sure = np.clip(before, TINY, 1 - TINY)
    offsets = np.log(sure / (1 - sure))

    def slope(weights: Numbers) -> Numbers:
        share = 1 / (1 + np.exp(-(offsets + seen @ weights)))
        found: Numbers = seen.T @ (share - said) + pull * weights
        return found

    return _descend(slope, (seen.shape[1],), seen, pull, course)


def _descend(
    slope: Callable[[Numbers], Numbers],
    shape: tuple[int, ...],
    seen: Numbers,
    pull: float,
    course: Course,
) -> Numbers:
    """Return where `slope` is nought, started from nought."""
    bend = _STEEPEST * float(np.linalg.eigvalsh(seen.T @ seen)[-1]) + pull
    root = np.sqrt(pull / bend)
    momentum = (1 - root) / (1 + root)
    here = ahead = np.zeros(shape)
    weight = prod(shape[1:])  # a step is as dear as the classes that it moves
    for _ in range(STEPS):
        course.step(weight)
        there = ahead - slope(ahead) / bend
        ahead = there + momentum * (there - here)
        here = there
    return here
