"""Readings of the shipped corpus with their labels, kept as numbers beside the weights.

Two files of one form: `replay.npz` (a part of the training set, learned beside what the desk
says) and `gold.npz` (the validation set, on which no candidate may do worse). They are made
with the weights and hold for those only.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hotline.model.fit import Example
from hotline.model.heads import LEVELS, BadWeights, pack_arrays, unpack_arrays
from hotline.routing.reading import Limits, Reading

WEIGHTS = Path(__file__).with_name("weights")
REPLAY, GOLD = "replay.npz", "gold.npz"


def pack_examples(
    examples: Sequence[Example], base_version: str, codes: Sequence[str]
) -> bytes:
    """Return examples as npz, for `make train` to put beside the weights."""
    named = list(codes)
    readings = [one.reading for one in examples]
    arrays: dict[str, Any] = {
        "features": np.asarray([r.features for r in readings], dtype=np.float32),
        "codes": np.asarray(
            [[r.codes.get(code, 0.0) for code in named] for r in readings], dtype=np.float32
        ),
        "danger": np.asarray([r.danger for r in readings], dtype=np.float32),
        "levels": np.asarray(
            [[r.urgency.get(n, 0.0) for n in range(LEVELS)] for r in readings],
            dtype=np.float32,
        ),
        "code": np.asarray(
            [named.index(one.code) if one.code in named else -1 for one in examples],
            dtype=np.int16,
        ),
        "urgency": np.asarray([one.urgency for one in examples], dtype=np.int8),
        "limit": np.asarray([r.limits.danger for r in readings], dtype=np.float32),
    }
    return pack_arrays({"base_version": base_version, "codes": named}, arrays)


def unpack_examples(kept: bytes) -> tuple[str, list[Example]]:
    """Return the version of the weights, and the examples. Errors: BadWeights."""
    told, arrays = unpack_arrays(kept)
    try:
        named = [str(code) for code in told["codes"]]
        columns = [arrays[name].tolist() for name in _COLUMNS]
        rows = list(zip(*columns, strict=True))
        version = str(told["base_version"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadWeights("parts of the examples are missing") from error
    return version, [
        Example(
            Reading(
                codes=dict(zip(named, codes, strict=True)),
                danger=danger,
                urgency=dict(enumerate(levels)),
                whole=True,
                features=tuple(features),
                limits=Limits(danger=limit),
            ),
            named[code] if code >= 0 else None,
            urgency,
        )
        for features, codes, danger, levels, code, urgency, limit in rows
    ]


_COLUMNS = ("features", "codes", "danger", "levels", "code", "urgency", "limit")


def shipped_examples(name: str, base_version: str, folder: Path = WEIGHTS) -> list[Example]:
    """Return REPLAY or GOLD as shipped with the weights `base_version`.

    Errors: BadWeights when it is not there, or was made with other weights.
    """
    try:
        kept = (folder / name).read_bytes()
    except OSError as error:
        raise BadWeights(f"{name} is not beside the weights; run `make train`") from error
    version, examples = unpack_examples(kept)
    if version != base_version:
        raise BadWeights(f"{name} was made with other weights; run `make train`")
    return examples
