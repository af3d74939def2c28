"""The network in PyTorch: the encoder of `base`, and heads for all that triage wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.base import Base

_DROP = 0.1


class Layer(nn.Module):
    """One layer of the encoder: attention, then the inner width, each added and normed."""

    def __init__(self, base: Base) -> None:
        super().__init__()
        self.heads = base.heads
        self.qkv = nn.Linear(base.width, 3 * base.width)
        self.out = nn.Linear(base.width, base.width)
        self.norm1 = nn.LayerNorm(base.width, base.eps)
        self.up = nn.Linear(base.width, base.inner)
        self.down = nn.Linear(base.inner, base.width)
        self.norm2 = nn.LayerNorm(base.width, base.eps)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the next layer's input."""
        rows, length, width = x.shape
        parts = self.qkv(x).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        # By hand: the built-in's way back takes longer than all the rest on a CPU.
        score = query @ key.transpose(2, 3) * (width // self.heads) ** -0.5 + mask
        seen = (
            (torch.softmax(score, 3).to(value.dtype) @ value)
            .transpose(1, 2)
            .reshape(rows, length, width)
        )
        x = self.norm1(x + self.out(seen))
        return self.norm2(x + self.down(functional.gelu(self.up(x), approximate="tanh")))

    def take(self, base: Base, number: int) -> None:
        """Start from layer `number` of the base model."""

        def put(to: nn.Module, *names: str, columns: int = base.width) -> None:
            weight = np.concatenate(
                [base.unpacked(f"l{number}.{name}.w", columns) for name in names]
            )
            bias = np.concatenate([base.floats(f"l{number}.{name}.b") for name in names])
            _set(to, weight, bias)

        put(self.qkv, "q", "k", "v")
        put(self.out, "ao")
        put(self.up, "fi")
        put(self.down, "fo", columns=base.inner)
        for norm, name in ((self.norm1, "aln"), (self.norm2, "oln")):
            _set(
                norm, base.floats(f"l{number}.{name}.w"), base.floats(f"l{number}.{name}.b")
            )


def _set(module: Any, weight: np.ndarray, bias: np.ndarray) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weight))
        module.bias.copy_(torch.from_numpy(bias))


class Encoder(nn.Module):
    """Pieces in, one vector a piece out. `kept`: the base's numbers of the pieces we keep."""

    def __init__(self, base: Base, kept: Sequence[int], layers: Sequence[int]) -> None:
        super().__init__()
        table = base.unpacked("emb.word", base.width)[list(kept)]
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=True)
        places = base.floats("emb.pos").reshape(-1, base.width)[:128]
        kind = base.floats("emb.type").reshape(-1, base.width)[0]
        self.places = nn.Parameter(torch.from_numpy(places + kind))
        self.norm = nn.LayerNorm(base.width, base.eps)
        _set(self.norm, base.floats("emb.ln.w"), base.floats("emb.ln.b"))
        self.layers = nn.ModuleList()
        for number in layers:
            layer = Layer(base)
            layer.take(base, number)
            self.layers.append(layer)

    def forward(self, pieces: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return one mean vector a window."""
        x = self.norm(self.words(pieces) + self.places[: pieces.shape[1]])
        mask = torch.where(there, 0.0, -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        weights = there.unsqueeze(-1).to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)


@dataclass(frozen=True, slots=True)
class Said:
    """The network's answers for a batch of messages, as log-odds."""

    codes: torch.Tensor
    danger: torch.Tensor
    urgency: torch.Tensor
    power: torch.Tensor
    vector: torch.Tensor


class Network(nn.Module):
    """Encoder and heads. Danger is the most that any window says; the rest reads the whole."""

    def __init__(self, encoder: Encoder, width: int, codes: int, powers: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.look = nn.Linear(width, 1)
        self.codes = nn.Linear(width, codes)
        self.danger = nn.Linear(width, 1)
        self.urgency = nn.Linear(width, 4)
        self.power = nn.Linear(width, powers)
        self.drop = nn.Dropout(_DROP)
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))

    def settle(self, windows: torch.Tensor) -> None:
        """Centre what the heads see on `windows`: the base's vectors all point one way."""
        self.centre.copy_(windows.mean(0))
        self.spread.copy_(windows.std(0))

    def forward(
        self, pieces: torch.Tensor, there: torch.Tensor, owner: torch.Tensor, count: int
    ) -> Said:
        """Return what `count` messages say; `owner` is each window's message, or `count`."""
        every = count + 1  # the last one owns the windows that only fill the batch
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            windows = self.encoder(pieces, there)
        windows = (windows.float() - self.centre) / self.spread
        look = self.look(windows).squeeze(1)
        share = torch.exp(look - look.max())
        total = torch.zeros(every).index_add(0, owner, share)
        share = share / total[owner]
        vector = torch.zeros(every, windows.shape[1]).index_add(
            0, owner, windows * share.unsqueeze(1)
        )
        alarm = self.danger(self.drop(windows)).squeeze(1)
        danger = torch.full((every,), -1e4).scatter_reduce(0, owner, alarm, "amax")
        danger, vector = danger[:count], vector[:count]
        read = self.drop(vector)
        return Said(self.codes(read), danger, self.urgency(read), self.power(read), vector)
