"""Reads texts with the shipped weights: encoder, n-grams and rules, weighed and calibrated."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import structlog
from numpy.typing import NDArray

from hotline.language.detect import detect
from hotline.language.normalise import Normalised, normalise
from hotline.language.readable import readable
from hotline.model.encoder import Encoder, TooSlowError
from hotline.model.ngrams import Ngrams
from hotline.model.pieces import Pieces
from hotline.model.weigh import Answers, Floats, Parts, log_softmax, softmax, weighed
from hotline.model.weights import Weights
from hotline.model.windows import MOST, windows
from hotline.routing.classify import TopicRules, classify
from hotline.routing.danger import DangerRules, floor
from hotline.routing.reading import Evidence, Reading

BEGIN, END = 1, 2  # pieces that frame a window
HEADS = ("look", "codes", "danger", "urgency", "power")
_FIRST_PIECE = 3
_TOGETHER = 16  # texts whose windows go through the encoder at once
_PATIENCE_S = 5.0  # for one batch; ten times what it should need
_LEAST = 1e-3  # share of a code that the rules say nothing of
_EXPLAINED, _SHOWN = 400, 3  # words that are weighed for an explanation; that are shown
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Looked:
    """One text, made ready: what the cheap parts say, and what the encoder is to read."""

    ngrams: Answers
    topics: Floats
    alarm: float
    windows: list[list[int]]
    words: tuple[tuple[str, tuple[int, int]], ...]


class ShippedReader:
    """The model of this release. Not for several threads at once."""

    def __init__(self, weights: Weights, danger: DangerRules, topics: TopicRules) -> None:
        """Take trusted weights, and the rules whose hits the model weighs."""
        self.version = weights.version
        self.about = weights.about
        self._danger = danger
        self._topics = topics
        self._ngrams = _ngrams(weights)
        self._encoder: Encoder | None = None
        if weights.encoder is not None:
            self._encoder = Encoder(weights.encoder, weights.about.heads)
            self._pieces = _pieces(weights.encoder)
            self._heads = {
                name: np.asarray(weights.encoder[f"head.{name}"], np.float32)
                for name in HEADS
            }

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return one reading per text; `whole` is False where the encoder gave none."""
        return [self._reasoned(parts) for parts in self.parts(texts)]

    def _reasoned(self, parts: Parts) -> Reading:
        """Return a reading with the words that speak most for its danger and its code."""
        reading = weighed(parts, self.about)
        code = max(reading.codes, key=lambda name: reading.codes[name])
        answers = {code: self.about.codes.index(code)}
        if reading.danger >= reading.limits.danger:
            answers["danger"] = len(self.about.codes)
        found = [
            Evidence(name, span)
            for name, answer in answers.items()
            for span in self._leaning(parts, answer)
        ]
        return replace(reading, words=tuple(found))

    def _leaning(self, parts: Parts, answer: int) -> list[tuple[int, int]]:
        """Return the places of the words that speak most for an answer, in text order."""
        worth: dict[str, float] = {}
        for word, _ in parts.words:
            if word not in worth:
                worth[word] = self._ngrams.leaning(word, answer)
        best = sorted(worth, key=lambda word: -worth[word])[:_SHOWN]
        kept = {word for word in best if worth[word] > 0}
        first = {word: span for word, span in reversed(parts.words) if word in kept}
        return sorted(first.values())

    def parts(self, texts: Sequence[str]) -> list[Parts]:
        """Return what each part of the model says of each text."""
        found: list[Parts] = []
        for start in range(0, len(texts), _TOGETHER):
            looked = [self._look(text) for text in texts[start : start + _TOGETHER]]
            vectors = self._encoded(looked)
            for number, one in enumerate(looked):
                encoder, vector = self._said(vectors[number]) if vectors else (None, _NONE)
                cheap = (one.ngrams, one.topics, one.alarm)
                found.append(Parts(encoder, *cheap, vector, one.words))
        return found

    def _look(self, text: str) -> _Looked:
        read = normalise(text)
        seen = floor(read, self._danger)
        shares = {
            one.code: one.score for one in classify(read, self._topics, seen.hits).ranked
        }
        topics = np.array(
            [math.log(max(shares.get(code, 0.0), _LEAST)) for code in self.about.codes],
            np.float32,
        )
        alarm = seen.score + (1.0 if seen.danger else 0.0)
        words = tuple(
            (token.folded, (token.start, token.end)) for token in read.tokens[:_EXPLAINED]
        )
        cheap = self._cheap(_words(read))
        return _Looked(cheap, topics, alarm, self._windows(read), words)

    def _cheap(self, words: Sequence[str]) -> Answers:
        odds = self._ngrams.says(words)
        about = self.about
        bounds = np.cumsum([len(about.codes), 1, len(about.urgencies)])
        codes, danger, urgency, power = np.split(odds, bounds)
        return Answers(log_softmax(codes), float(danger[0]), log_softmax(urgency), power)

    def _windows(self, read: Normalised) -> list[list[int]]:
        """Return what the encoder reads; of very long texts what the cheap part fears most."""
        if self._encoder is None:
            return []
        english = detect(read).language == "en"
        said = windows(
            [self._pieces.split(part) for part in readable(read, english=english)]
        )
        if len(said) > MOST:
            said = self._most_feared(_words(read), said)
        return [[BEGIN, *window, END] for window in said]

    def _most_feared(self, words: list[str], said: list[list[int]]) -> list[list[int]]:
        """Return the first, the last, and by the cheap part's fear the others, in order."""
        size = math.ceil(len(words) / len(said))
        fear = [
            self._cheap(words[number * size : (number + 1) * size]).danger
            for number in range(len(said))
        ]
        middle = sorted(range(1, len(said) - 1), key=lambda number: -fear[number])
        kept = sorted({0, len(said) - 1, *middle[: MOST - 2]})
        return [said[number] for number in kept]

    def _encoded(self, looked: Sequence[_Looked]) -> list[Floats] | None:
        """Return each text's window vectors, or None when the encoder is no help."""
        if self._encoder is None:
            return None
        joined = [window for one in looked for window in one.windows]
        try:
            vectors = self._encoder.vectors(joined, time.monotonic() + _PATIENCE_S)
        except TooSlowError:
            log.warning("encoder_too_slow", texts=len(looked))
            return None
        ends = np.cumsum([len(one.windows) for one in looked])
        return np.split(vectors, ends[:-1])

    def _said(self, vectors: Floats) -> tuple[Answers, Floats]:
        """Return the encoder's answers, and its vector of the whole text.

        Danger is the most that any window says; the rest reads a weighed mean of windows.
        """
        heads = self._heads
        share = softmax((_with_one(vectors) @ heads["look"].T)[:, 0])
        pooled = np.asarray(share @ vectors, np.float32)
        whole = _with_one(pooled[None])
        danger = float(np.max(_with_one(vectors) @ heads["danger"].T))
        return Answers(
            log_softmax((whole @ heads["codes"].T)[0]),
            danger,
            log_softmax((whole @ heads["urgency"].T)[0]),
            np.asarray((whole @ heads["power"].T)[0], np.float32),
        ), pooled


_NONE: Floats = np.zeros(0, np.float32)


def _words(read: Normalised) -> list[str]:
    return [token.folded for token in read.tokens]


def _with_one(vectors: Floats) -> Floats:
    """Return vectors with the 1 that a head's constant is multiplied with."""
    return np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)


def _pieces(arrays: Mapping[str, NDArray[np.generic]]) -> Pieces:
    names = bytes(np.asarray(arrays["pieces"], np.uint8)).decode("utf-8").split("\n")
    scores = np.asarray(arrays["scores"], np.float32)
    return Pieces(
        {
            name: (number, float(score))
            for number, (name, score) in enumerate(
                zip(names, scores, strict=True), start=_FIRST_PIECE
            )
        }
    )


def _ngrams(weights: Weights) -> Ngrams:
    arrays = weights.ngrams
    names = bytes(np.asarray(arrays["grams"], np.uint8)).decode("utf-8").split("\n")
    return Ngrams(
        {name: number for number, name in enumerate(names)},
        np.asarray(arrays["rarity"], np.float32),
        np.asarray(arrays["weights"], np.int8),
        np.asarray(arrays["scale"], np.float32),
        np.asarray(arrays["bias"], np.float32),
    )
