"""The trained network as arrays of numpy: 8-bit weights, one scale a row."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.base import Base
from training.network import Network
from training.prepare import END


def arrays_of(network: Network, base: Base, kept: Sequence[int]) -> dict[str, np.ndarray]:
    """Return the arrays of encoder.npz. Heads take their centring along."""
    encoder = network.encoder
    rows = base.blocks("emb.word").reshape(-1, base.width // 32 * 18)[list(kept)]
    found = {
        "words": rows,
        "places": _numbers(encoder.places),
        "eps": np.float32(base.eps),
        "pieces": np.frombuffer(
            "\n".join(base.pieces[number] for number in kept[END + 1 :]).encode(), np.uint8
        ),
        "scores": base.scores[list(kept[END + 1 :])].astype(np.float32),
        **_norm("norm", encoder.norm),
    }
    for number, layer in enumerate(encoder.layers):
        for name in ("qkv", "out", "up", "down"):
            found |= _rows(f"{number}.{name}", getattr(layer, name))
        for name in ("norm1", "norm2"):
            found |= _norm(f"{number}.{name}", getattr(layer, name))
    for name in ("look", "codes", "danger", "urgency", "power"):
        found[f"head.{name}"] = _head(network, getattr(network, name))
    return found


def _numbers(tensor: Any) -> np.ndarray:
    return np.asarray(tensor.detach().numpy(), np.float32)


def _norm(name: str, norm: Any) -> dict[str, np.ndarray]:
    return {f"{name}.weight": _numbers(norm.weight), f"{name}.bias": _numbers(norm.bias)}


def _rows(name: str, linear: Any) -> dict[str, np.ndarray]:
    weight = _numbers(linear.weight)
    scale = np.abs(weight).max(axis=1) / 127
    return {
        f"{name}.weight": np.round(weight / scale[:, None]).astype(np.int8),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.bias": _numbers(linear.bias),
    }


def _head(network: Network, linear: Any) -> np.ndarray:
    """Return a head that reads plain vectors; its constant stands in the last column."""
    weight = _numbers(linear.weight) / _numbers(network.spread)
    constant = _numbers(linear.bias) - weight @ _numbers(network.centre)
    return np.concatenate([weight, constant[:, None]], axis=1).astype(np.float32)
