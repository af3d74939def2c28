"""The encoder: pieces of text in, one vector a window out. numpy only, one thread.

A transformer (Vaswani et al. 2017; layout of BERT, Devlin et al. 2018) with 8-bit weights,
one scale a row. Weights are unpacked one matrix at a time into one buffer, so that memory
stays near the size of the file. Windows of different lengths share the products.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_BLOCK = 32  # weights of a word's vector that share one scale
_PACKED = 18  # bytes of such a block: 2 of scale, 16 of pairs
_MIDDLE = 8  # 4-bit weights are stored from 0 to 15
_GELU = np.float32(0.7978845608)  # sqrt(2 / pi), Hendrycks and Gimpel 2016
_CUBIC = np.float32(0.044715)


class TooSlowError(Exception):
    """The encoder did not end in time; cheaper parts must answer."""


@dataclass(frozen=True, slots=True)
class _Layer:
    qkv: tuple[NDArray[np.int8], Floats, Floats]
    out: tuple[NDArray[np.int8], Floats, Floats]
    up: tuple[NDArray[np.int8], Floats, Floats]
    down: tuple[NDArray[np.int8], Floats, Floats]
    norm1: tuple[Floats, Floats]
    norm2: tuple[Floats, Floats]


class Encoder:
    """The weights, ready to read with."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]], heads: int) -> None:
        """Take the arrays of encoder.npz."""
        self._heads = heads
        self._words = np.asarray(arrays["words"], np.uint8)
        self._places = np.asarray(arrays["places"], np.float32)
        self._norm = _pair(arrays, "norm")
        count = sum(name.endswith(".norm1.weight") for name in arrays)
        self._layers = [_layer(arrays, number) for number in range(count)]
        self._eps = np.float32(arrays["eps"])
        largest = max(layer.up[0].size for layer in self._layers)
        self._room = np.empty(largest, np.float32)

    def vectors(self, windows: Sequence[Sequence[int]], deadline: float) -> Floats:
        """Return one mean vector a window. Errors: TooSlowError after `deadline`.

        Units: `deadline` is a moment of `time.monotonic`.
        """
        lengths = [len(window) for window in windows]
        ends = np.cumsum(lengths)
        spans = [
            (int(end) - size, int(end)) for end, size in zip(ends, lengths, strict=True)
        ]
        pieces = np.fromiter((piece for window in windows for piece in window), np.int64)
        at = np.concatenate([np.arange(size) for size in lengths])
        x = self._normed(self._unpacked(pieces) + self._places[at], self._norm)
        for layer in self._layers:
            if time.monotonic() > deadline:
                raise TooSlowError
            x = self._through(layer, x, spans)
        means = [x[start:end].mean(axis=0) for start, end in spans]
        return np.stack(means).astype(np.float32, copy=False)

    def _through(
        self, layer: _Layer, x: Floats, spans: Sequence[tuple[int, int]]
    ) -> Floats:
        parts = self._times(x, layer.qkv)
        seen = np.empty_like(x)
        for start, end in spans:
            seen[start:end] = self._attended(parts[start:end])
        x = self._normed(x + self._times(seen, layer.out), layer.norm1)
        inner = self._times(x, layer.up)
        cube = inner * inner
        cube *= inner
        cube *= _CUBIC
        cube += inner
        cube *= _GELU
        np.tanh(cube, out=cube)
        cube += 1
        inner *= cube
        inner *= np.float32(0.5)
        return self._normed(x + self._times(inner, layer.down), layer.norm2)

    def _attended(self, parts: Floats) -> Floats:
        length, width = parts.shape[0], parts.shape[1] // 3
        size = width // self._heads
        split = parts.reshape(length, 3, self._heads, size).transpose(1, 2, 0, 3)
        query, key, value = split
        score = query @ key.transpose(0, 2, 1)
        score *= np.float32(size**-0.5)
        score -= score.max(axis=2, keepdims=True)
        np.exp(score, out=score)
        score /= score.sum(axis=2, keepdims=True)
        seen = (score @ value).transpose(1, 0, 2).reshape(length, width)
        return np.asarray(seen, np.float32)

    def _times(self, x: Floats, part: tuple[NDArray[np.int8], Floats, Floats]) -> Floats:
        weight, scale, bias = part
        room = self._room[: weight.size].reshape(weight.shape)
        np.copyto(room, weight)
        product: Floats = x @ room.T
        product *= scale
        product += bias
        return product

    def _normed(self, x: Floats, pair: tuple[Floats, Floats]) -> Floats:
        x -= x.mean(axis=1, keepdims=True)
        x /= np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + self._eps)[:, None]
        x *= pair[0]
        x += pair[1]
        return x

    def _unpacked(self, pieces: NDArray[np.int64]) -> Floats:
        """Return the words' vectors: 4-bit weights, one scale for each 32."""
        blocks = self._words[pieces].reshape(-1, _PACKED)
        scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
        pairs = blocks[:, 2:]
        weights = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32)
        return ((weights - _MIDDLE) * scale).reshape(len(pieces), -1)


def _layer(arrays: Mapping[str, NDArray[np.generic]], number: int) -> _Layer:
    def product(name: str) -> tuple[NDArray[np.int8], Floats, Floats]:
        at = f"{number}.{name}"
        return (
            np.asarray(arrays[f"{at}.weight"], np.int8),
            np.asarray(arrays[f"{at}.scale"], np.float32),
            np.asarray(arrays[f"{at}.bias"], np.float32),
        )

    return _Layer(
        product("qkv"), product("out"), product("up"), product("down"),
        _pair(arrays, f"{number}.norm1"), _pair(arrays, f"{number}.norm2"),
    )  # fmt: skip


def _pair(arrays: Mapping[str, NDArray[np.generic]], name: str) -> tuple[Floats, Floats]:
    return (
        np.asarray(arrays[f"{name}.weight"], np.float32),
        np.asarray(arrays[f"{name}.bias"], np.float32),
    )
