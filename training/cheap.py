"""Fit the n-gram model: logistic regressions on weighted words and letter groups."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from hotline.config.conflict import KINDS
from hotline.language.normalise import normalise
from hotline.model.ngrams import Ngrams, grams
from training.augment import varied
from training.corpus import Message
from training.labels import URGENCIES

_MOST = 48_000  # groups that are kept
_SEEN = 4  # texts in which a group must stand
_PENALTY = {"codes": 12.0, "danger": 6.0, "urgency": 6.0, "power": 8.0}


def words_of(text: str) -> list[str]:
    """Return what the n-gram model reads of a text."""
    return [token.folded for token in normalise(text).tokens]


def fit(
    messages: Sequence[Message], codes: Sequence[str], seed: int = 111
) -> dict[str, np.ndarray]:
    """Return the arrays of ngrams.npz. Deterministic."""
    chance = random.Random(seed)
    texts = [words_of(message.text) for message in messages]
    texts += [words_of(varied(m.text, m.lang, chance)) for m in messages]
    seen: Counter[str] = Counter()
    for words in texts[: len(messages)]:
        seen.update(set(grams(words)))
    least = {True: 2, False: _SEEN}
    ranked = sorted(
        (gram for gram, count in seen.items() if count >= least[gram[0] == "="]),
        key=lambda gram: (-seen[gram], gram),
    )
    kept = sorted(ranked[:_MOST])
    rarity = np.array(
        [np.log((1 + len(messages)) / (1 + seen[gram])) + 1 for gram in kept], np.float32
    )
    bare = Ngrams(
        {gram: number for number, gram in enumerate(kept)},
        rarity,
        np.zeros((0, 0), np.int8),
        np.zeros(0, np.float32),
        np.zeros(0, np.float32),
    )
    table = matrix(bare, texts, len(kept))
    weights, bias = _answers(table, [*messages, *messages], codes)
    scale = np.abs(weights).max(axis=0) / 127 + 1e-9
    return {
        "grams": np.frombuffer("\n".join(kept).encode(), np.uint8),
        "rarity": rarity,
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": bias.astype(np.float32),
    }


def matrix(bare: Ngrams, texts: Sequence[Sequence[str]], width: int) -> sparse.csr_matrix:
    """Return the texts as rows of weighted groups."""
    at, columns, values = [0], [], []
    for words in texts:
        rows, weighed = bare.vector(words)
        columns.extend(rows)
        values.extend(weighed)
        at.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, np.float32), np.array(columns), np.array(at)),
        shape=(len(texts), width),
    )


def _answers(
    table: sparse.csr_matrix, messages: Sequence[Message], codes: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    found = [_softmax(table, [m.category for m in messages], codes, _PENALTY["codes"])]
    found.append(_yes(table, [m.danger for m in messages], _PENALTY["danger"]))
    urgency = [m.urgency for m in messages]
    found.append(_softmax(table, urgency, URGENCIES, _PENALTY["urgency"]))
    found += [
        _yes(table, [kind in m.conflict for m in messages], _PENALTY["power"])
        for kind in KINDS
    ]
    return (
        np.concatenate([weights for weights, _ in found], axis=1),
        np.concatenate([bias for _, bias in found]),
    )


def _softmax(
    table: sparse.csr_matrix,
    labels: Sequence[object],
    order: Sequence[object],
    penalty: float,
) -> tuple[np.ndarray, np.ndarray]:
    fitted = LogisticRegression(C=penalty, max_iter=200).fit(
        table, [order.index(label) for label in labels]
    )
    weights = np.zeros((table.shape[1], len(order)), np.float32)
    bias = np.full(len(order), -12.0, np.float32)
    weights[:, fitted.classes_] = fitted.coef_.T
    bias[fitted.classes_] = fitted.intercept_
    return weights, bias


def _yes(
    table: sparse.csr_matrix, labels: Sequence[bool], penalty: float
) -> tuple[np.ndarray, np.ndarray]:
    fitted = LogisticRegression(C=penalty, max_iter=200).fit(table, labels)
    return fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)
