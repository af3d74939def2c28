"""Weights on disk: npz and json, never pickle, named by a hash of what they hold.

model.json tells sizes, answers, thresholds and how the parts are weighed; `hash` covers it and
every array, so weights that were changed or cut short are refused, not used.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from hotline.errors import BadConfig

SHIPPED = Path(__file__).parent / "weights"
ENCODER, NGRAMS, ABOUT = "encoder.npz", "ngrams.npz", "model.json"
_HASH = 12  # letters

Arrays = Mapping[str, NDArray[np.generic]]


class Stack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How log-odds of the parts are weighed: encoder, n-grams, rules, and a constant."""

    encoder: float
    ngrams: float
    rules: float
    constant: float = 0.0


class Weighing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fitted on held-back messages; `alone` holds where the encoder did not answer."""

    codes: Stack
    danger: Stack
    urgency: Stack
    power: Stack
    confidence: tuple[float, float]  # Platt 1999: slope and constant on the log-odds
    threshold: float  # probability of danger from which the bell rings
    critical: float  # share of urgency 0 among 0 and 1, from which it is 0
    powerful: float  # probability from which a hint of power holds offers
    sure: float  # calibrated confidence from which nobody need look at the topic


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """model.json."""

    name: str
    hash: str
    codes: tuple[str, ...]
    urgencies: tuple[int, ...]
    powers: tuple[str, ...]
    heads: int
    whole: Weighing
    alone: Weighing
    trained_on: str  # hash of the corpus


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that reading needs. `encoder` is None where its file is missing."""

    about: About
    encoder: Arrays | None
    ngrams: Arrays

    @property
    def version(self) -> str:
        """Return name and hash."""
        return f"{self.about.name}:{self.about.hash}"


def load_weights(folder: Path = SHIPPED) -> Weights:
    """Return the weights in `folder`. Errors: BadConfig for any that cannot be trusted."""
    where = f"{folder.name}/{ABOUT}"
    try:
        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
        ngrams = _arrays(folder / NGRAMS)
        encoder = _arrays(folder / ENCODER) if (folder / ENCODER).exists() else None
    except FileNotFoundError as error:
        raise BadConfig(
            [f"{where}: {Path(str(error.filename)).name} is missing"]
        ) from error
    except (msgspec.DecodeError, ValueError, OSError, KeyError) as error:
        raise BadConfig([f"{where}: cannot be read; run make train"]) from error
    if encoder is not None and hash_of(about, encoder, ngrams) != about.hash:
        raise BadConfig([f"{where}: hash: is not that of the arrays; run make train"])
    return Weights(about, encoder, ngrams)


def save_weights(folder: Path, about: About, encoder: Arrays, ngrams: Arrays) -> About:
    """Write weights to `folder`; return what was written of them, with its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    about = msgspec.structs.replace(about, hash=hash_of(about, encoder, ngrams))
    np.savez(folder / ENCODER, **dict(encoder))  # type: ignore[arg-type]
    np.savez(folder / NGRAMS, **dict(ngrams))  # type: ignore[arg-type]
    told: Any = msgspec.to_builtins(about)
    (folder / ABOUT).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return about


def hash_of(about: About, *parts: Arrays) -> str:
    """Return the content hash: equal weights are named alike wherever they were made."""
    found = hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(about, hash="")))
    for arrays in parts:
        for name in sorted(arrays):
            array = np.ascontiguousarray(arrays[name])
            found.update(f"{name} {array.dtype.str} {array.shape}".encode())
            found.update(array.data)
    return found.hexdigest()[:_HASH]


def _arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
