"""How the parts are weighed: fitted on messages that no part was trained on.

Platt scaling (Platt 1999) for danger, power and confidence; one weight a part for codes and
urgency. Thresholds are then read off the same messages for the recall and the certainty asked.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from hotline.model.weigh import (
    Parts,
    code_odds,
    danger_odds,
    log_odds,
    power_odds,
    sigmoid,
    softmax,
    urgency_odds,
)
from hotline.model.weights import About, Stack, Weighing
from training.corpus import Message

_DANGER_RECALL = 0.98  # asked for are 0.97 on messages that nobody has seen
_POWER_RECALL = 0.965  # beside the rules' hints
_RIGHT = 0.94  # of the topics that no person need look at; asked for are 0.90


def weighing_for(
    parts: Sequence[Parts], messages: Sequence[Message], about: About, *, alone: bool
) -> Weighing:
    """Return the weighing for `messages`; `alone`: as if the encoder never answered."""
    said = [_without_encoder(one) for one in parts] if alone else list(parts)
    codes = _codes(said, messages, about, alone=alone)
    danger = _danger(said, messages, alone=alone)
    power = _power(said, messages, about, alone=alone)
    shares = np.stack([softmax(code_odds(one, codes)) for one in said])
    slope, constant = _confidence(shares, messages, about)
    sure = [sigmoid(slope * log_odds(float(share)) + constant) for share in shares.max(1)]
    urgency = _urgency(said, messages, about, alone=alone)
    return Weighing(
        codes=codes,
        danger=danger,
        urgency=urgency,
        power=power,
        confidence=(slope, constant),
        threshold=_for_recall(
            [sigmoid(danger_odds(one, danger)) for one in said],
            [message.danger for message in messages],
            _DANGER_RECALL,
        ),
        critical=_critical(said, messages, about, urgency),
        powerful=_for_recall(
            [max(map(sigmoid, power_odds(one, power))) for one in said],
            [bool(message.conflict) for message in messages],
            _POWER_RECALL,
        ),
        sure=_surest(np.array(sure), shares, messages, about),
    )


def _without_encoder(parts: Parts) -> Parts:
    return Parts(None, parts.ngrams, parts.topics, parts.alarm, parts.vector, parts.words)


def _fitted(loss: Callable[[np.ndarray], float], start: Sequence[float]) -> list[float]:
    found = minimize(loss, np.array(start), method="Nelder-Mead", options={"maxiter": 400})
    return [round(float(value), 4) for value in found.x]


def _codes(
    said: Sequence[Parts], messages: Sequence[Message], about: About, *, alone: bool
) -> Stack:
    right = [about.codes.index(message.category) for message in messages]
    topics = np.stack([one.topics for one in said])
    ngrams = np.stack([one.ngrams.codes for one in said])
    encoder = np.zeros_like(ngrams) if alone else _stacked(said, "codes")

    def loss(weights: np.ndarray) -> float:
        odds = weights[0] * encoder + weights[1] * ngrams + weights[2] * topics
        odds -= odds.max(1, keepdims=True)
        logs = odds - np.log(np.exp(odds).sum(1, keepdims=True))
        return float(-logs[np.arange(len(right)), right].mean())

    one, two, three = _fitted(loss, (0.0 if alone else 0.7, 0.5, 0.1))
    return Stack(encoder=0.0 if alone else one, ngrams=two, rules=three)


def _stacked(said: Sequence[Parts], name: str) -> np.ndarray:
    return np.stack([getattr(one.encoder, name) for one in said])


def _danger(said: Sequence[Parts], messages: Sequence[Message], *, alone: bool) -> Stack:
    columns = [[one.ngrams.danger, one.alarm] for one in said]
    if not alone:
        columns = [
            [one.encoder.danger if one.encoder else 0.0, *row]
            for one, row in zip(said, columns, strict=True)
        ]
    fitted = LogisticRegression(C=10.0).fit(columns, [m.danger for m in messages])
    weights = [round(float(value), 4) for value in fitted.coef_[0]]
    if alone:
        weights = [0.0, *weights]
    constant = round(float(fitted.intercept_[0]), 4)
    return Stack(encoder=weights[0], ngrams=weights[1], rules=weights[2], constant=constant)


def _power(
    said: Sequence[Parts], messages: Sequence[Message], about: About, *, alone: bool
) -> Stack:
    rows, right = [], []
    for one, message in zip(said, messages, strict=True):
        for place, kind in enumerate(about.powers):
            ours = 0.0 if one.encoder is None else float(one.encoder.power[place])
            rows.append([ours, float(one.ngrams.power[place])])
            right.append(kind in message.conflict)
    table = np.array(rows)
    fitted = LogisticRegression(C=10.0).fit(table[:, 1:] if alone else table, right)
    weights = [round(float(value), 4) for value in fitted.coef_[0]]
    if alone:
        weights = [0.0, *weights]
    constant = round(float(fitted.intercept_[0]), 4)
    return Stack(encoder=weights[0], ngrams=weights[1], rules=0.0, constant=constant)


def _urgency(
    said: Sequence[Parts], messages: Sequence[Message], about: About, *, alone: bool
) -> Stack:
    right = [about.urgencies.index(message.urgency) for message in messages]

    def loss(weights: np.ndarray) -> float:
        stack = Stack(encoder=float(weights[0]), ngrams=float(weights[1]), rules=0.0)
        shares = np.stack([softmax(urgency_odds(one, stack)) for one in said])
        return float(-np.log(shares[np.arange(len(right)), right] + 1e-9).mean())

    one, two = _fitted(loss, (0.0 if alone else 0.7, 0.4))
    return Stack(encoder=0.0 if alone else one, ngrams=two, rules=0.0)


def _confidence(
    shares: np.ndarray, messages: Sequence[Message], about: About
) -> tuple[float, float]:
    fitted = LogisticRegression(C=100.0).fit(
        [[log_odds(float(share))] for share in shares.max(1)],
        _agreed(shares, messages, about),
    )
    return round(float(fitted.coef_[0][0]), 4), round(float(fitted.intercept_[0]), 4)


def _agreed(shares: np.ndarray, messages: Sequence[Message], about: About) -> list[bool]:
    return [
        about.codes[int(best)] in {message.category, *message.accept}
        for best, message in zip(shares.argmax(1), messages, strict=True)
    ]


def _for_recall(shares: Sequence[float], right: Sequence[bool], recall: float) -> float:
    """Return the highest threshold that still finds `recall` of what is right."""
    found = sorted(share for share, true in zip(shares, right, strict=True) if true)
    if not found:
        return 0.5
    return round(found[int((1 - recall) * len(found))] * 0.999, 5)


def _critical(
    said: Sequence[Parts], messages: Sequence[Message], about: About, stack: Stack
) -> float:
    """Return the share of 0 among 0 and 1 from which most messages are called rightly."""
    rows = []
    for one, message in zip(said, messages, strict=True):
        if message.danger:
            shares = softmax(urgency_odds(one, stack))
            life = float(shares[about.urgencies.index(0)])
            day = float(shares[about.urgencies.index(1)])
            rows.append((life / (life + day), message.urgency == 0))
    steps = [step / 100 for step in range(15, 70)]
    return max(steps, key=lambda step: sum((share >= step) == now for share, now in rows))


def _surest(
    sure: np.ndarray, shares: np.ndarray, messages: Sequence[Message], about: About
) -> float:
    """Return the confidence from which `_RIGHT` of the topics are right."""
    right = np.array(_agreed(shares, messages, about))
    order = np.argsort(-sure)
    share = right[order].cumsum() / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= _RIGHT)
    last = int(enough[-1]) if len(enough) else 0
    return round(float(sure[order][last]), 4)
