"""Log-odds of the parts into one reading: weighed, calibrated, with the limits that hold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.model.weights import About, Stack, Weighing
from hotline.routing.reading import Limits, Reading

Floats = NDArray[np.float32]
_LEAST = 1e-4
_FAR = 30.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Log-odds of one part for every head; codes and urgency are log-probabilities."""

    codes: Floats
    danger: float
    urgency: Floats
    power: Floats


@dataclass(frozen=True, slots=True)
class Parts:
    """What each part says of one text. `encoder` is None where it did not answer."""

    encoder: Answers | None
    ngrams: Answers
    topics: Floats  # logarithm of each code's share of the rules' evidence
    alarm: float  # of the danger rules: their score, and 1 more when the floor holds
    vector: Floats  # the encoder's vector of the whole text, empty without it
    words: tuple[tuple[str, tuple[int, int]], ...]  # folded, with their place in the text


def weighed(parts: Parts, about: About) -> Reading:
    """Return the reading that the parts give together."""
    weighing = about.alone if parts.encoder is None else about.whole
    codes = softmax(code_odds(parts, weighing.codes))
    return Reading(
        codes=dict(zip(about.codes, map(float, codes), strict=True)),
        danger=sigmoid(danger_odds(parts, weighing.danger)),
        urgency=dict(
            zip(
                about.urgencies,
                map(float, softmax(urgency_odds(parts, weighing.urgency))),
                strict=True,
            )
        ),
        whole=parts.encoder is not None,
        features=tuple(map(float, parts.vector)),
        confidence=_confidence(float(np.max(codes)), weighing),
        power=dict(
            zip(
                about.powers,
                map(sigmoid, power_odds(parts, weighing.power)),
                strict=True,
            )
        ),
        limits=Limits(
            danger=weighing.threshold,
            critical=weighing.critical,
            power=weighing.powerful,
            sure=weighing.sure,
        ),
    )


def code_odds(parts: Parts, stack: Stack) -> Floats:
    """Return the weighed log-probabilities of the codes."""
    found = stack.ngrams * parts.ngrams.codes + stack.rules * parts.topics
    if parts.encoder is not None:
        found = found + stack.encoder * parts.encoder.codes
    return np.asarray(found, np.float32)


def danger_odds(parts: Parts, stack: Stack) -> float:
    """Return the log-odds of danger."""
    found = stack.ngrams * parts.ngrams.danger + stack.rules * parts.alarm + stack.constant
    return found if parts.encoder is None else found + stack.encoder * parts.encoder.danger


def urgency_odds(parts: Parts, stack: Stack) -> Floats:
    """Return the weighed log-probabilities of the urgencies."""
    found = stack.ngrams * parts.ngrams.urgency
    if parts.encoder is not None:
        found = found + stack.encoder * parts.encoder.urgency
    return np.asarray(found, np.float32)


def power_odds(parts: Parts, stack: Stack) -> Sequence[float]:
    """Return the log-odds that somebody has power, for each kind of body."""
    found = stack.ngrams * parts.ngrams.power + stack.constant
    if parts.encoder is not None:
        found = found + stack.encoder * parts.encoder.power
    return [float(odds) for odds in found]


def softmax(odds: Floats) -> Floats:
    """Return shares that sum to one."""
    shares = np.exp(odds - np.max(odds))
    return np.asarray(shares / shares.sum(), np.float32)


def log_softmax(odds: Floats) -> Floats:
    """Return the logarithms of shares that sum to one."""
    shifted = odds - np.max(odds)
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)


def sigmoid(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-max(-_FAR, min(_FAR, odds))))


def log_odds(share: float) -> float:
    """Return the log-odds of a probability, kept within bounds."""
    share = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def _confidence(share: float, weighing: Weighing) -> float:
    slope, constant = weighing.confidence
    return sigmoid(slope * log_odds(share) + constant)
