"""Heads: small linear corrections, learned at the desk, to what the shipped model says.

A head adds to the model's log-odds, so that heads of nought are the shipped model itself.
They see numbers only (`Reading.features`), never words. They may raise danger freely but
lower it by `LOWEST` at most: what a model has learned must not silence an alarm alone.
"""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from hotline.routing.reading import Reading

Numbers = NDArray[np.float64]
LEVELS = 5  # of urgency
LOWEST, HIGHEST = -0.5, 4.0  # log-odds that learning may add to danger
FARTHEST = 20.0  # log-odds; beyond, sums would overflow
TINY = 1e-6
_ARRAYS = ("centre", "scale", "code", "danger", "urgency")
_THEN = (1980, 1, 1, 0, 0, 0)  # the same weights are the same bytes, whenever packed


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Weights for one shipped model, `base_version`. Rows of matrices are features."""

    base_version: str
    codes: tuple[str, ...]
    centre: Numbers
    scale: Numbers
    code: Numbers  # features x codes
    danger: Numbers  # features
    urgency: Numbers  # features x LEVELS

    @property
    def version(self) -> str:
        """Return the name of these weights: a hash of their content."""
        return version_of(pack(self))


class BadWeights(ValueError):
    """The bytes are no heads of ours, or not those that their name says."""


def no_heads(base_version: str, codes: tuple[str, ...], features: int) -> Heads:
    """Return heads of nought: the shipped model as it is."""
    return Heads(
        base_version,
        codes,
        centre=np.zeros(features),
        scale=np.ones(features),
        code=np.zeros((features, len(codes))),
        danger=np.zeros(features),
        urgency=np.zeros((features, LEVELS)),
    )


def correct(heads: Heads, reading: Reading) -> Reading:
    """Return the reading with what was learned added to its log-odds.

    A reading without its features (the encoder was missing or slow) is returned as it is.
    """
    if not reading.whole or len(reading.features) != len(heads.centre):
        return reading
    seen = standard(np.asarray([reading.features]), heads.centre, heads.scale)[0]
    shifts = dict(
        zip(heads.codes, np.clip(seen @ heads.code, -FARTHEST, FARTHEST), strict=True)
    )
    levels = dict(enumerate(np.clip(seen @ heads.urgency, -FARTHEST, FARTHEST)))
    shift = float(np.clip(seen @ heads.danger, LOWEST, HIGHEST))
    codes = _shifted(reading.codes, shifts)
    surer = _odds(max(codes.values(), default=0.5)) - _odds(
        max(reading.codes.values(), default=0.5)
    )
    return replace(
        reading,
        codes=codes,
        confidence=_moved(reading.confidence, surer),
        danger=_moved(reading.danger, shift),
        urgency=_shifted(reading.urgency, levels),
    )


def standard(features: Numbers, centre: Numbers, scale: Numbers) -> Numbers:
    """Return features centred and scaled so that a row is about 1 long, however many."""
    count = max(features.shape[1], 1)
    found: Numbers = (features - centre) / (scale * np.sqrt(count))
    return found


def _odds(share: float) -> float:
    """Return the log-odds of a probability, kept within bounds."""
    within = min(max(share, TINY), 1 - TINY)
    return log(within / (1 - within))


def _moved(share: float, shift: float) -> float:
    """Return a probability with its log-odds shifted."""
    raised = share * exp(shift)
    return raised / (1 - share + raised)


def _shifted(before: Any, shifts: dict[Any, Any]) -> dict[Any, float]:
    """Return probabilities with shifted log-odds; their sum stays what it was."""
    raised = {
        name: max(share, TINY) * exp(shifts.get(name, 0.0))
        if shifts.get(name, 0.0)
        else share
        for name, share in before.items()
    }
    total = sum(raised.values())
    rest = sum(before.values()) / total if total > 0 else 1.0
    return {name: share * rest for name, share in raised.items()}


def pack(heads: Heads) -> bytes:
    """Return the heads as npz, the same bytes for the same weights; nothing is pickled."""
    told = {"base_version": heads.base_version, "codes": list(heads.codes)}
    arrays = {name: getattr(heads, name).astype(np.float32) for name in _ARRAYS}
    return pack_arrays(told, arrays)


def unpack(kept: bytes, version: str | None = None) -> Heads:
    """Return the heads in `kept`. Errors: BadWeights, also when `version` is another's."""
    if version is not None and version_of(kept) != version:
        raise BadWeights("the weights are not those that their name says")
    told, arrays = unpack_arrays(kept)
    try:
        found = Heads(
            told["base_version"],
            tuple(told["codes"]),
            **{name: arrays[name].astype(np.float64) for name in _ARRAYS},
        )
    except (KeyError, TypeError) as error:
        raise BadWeights("parts of the weights are missing") from error
    features, codes = len(found.centre), len(found.codes)
    shapes = [getattr(found, name).shape for name in _ARRAYS]
    one = (features,)
    if shapes != [one, one, (features, codes), one, (features, LEVELS)]:
        raise BadWeights("the weights do not fit each other")
    return found


def version_of(kept: bytes) -> str:
    """Return the name of packed weights: `desk-` and the begin of their SHA-256."""
    return f"desk-{hashlib.sha256(kept).hexdigest()[:16]}"


def pack_arrays(told: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    """Return `told` (JSON) and arrays as one npz, the same bytes for the same content."""
    words = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    every = {"told": np.frombuffer(words, np.uint8), **arrays}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, array in sorted(every.items()):
            held = io.BytesIO()
            npy.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
            parts.writestr(zipfile.ZipInfo(f"{name}.npy", _THEN), held.getvalue())
    return out.getvalue()


def unpack_arrays(kept: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what `pack_arrays` took. Errors: BadWeights."""
    try:
        with np.load(io.BytesIO(kept), allow_pickle=False) as parts:
            arrays = {name: parts[name] for name in parts.files}
        told = json.loads(arrays.pop("told").tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise BadWeights("these are no weights of ours") from error
    if not isinstance(told, dict):
        raise BadWeights("these are no weights of ours")
    return told, arrays
