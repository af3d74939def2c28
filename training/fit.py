"""Fit the network on the corpus."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from benchmarks.themes import NEAREST, THEMES
from hotline.model.pieces import Pieces
from training.corpus import Message
from training.network import Network, Said
from training.prepare import Batch, batches

_DANGER_WEIGHT = 1.5  # a missed danger costs more than a false one
_POWER_WEIGHT = 2.0
_PARTS = {"codes": 1.0, "themes": 0.5, "danger": 1.0, "urgency": 0.5, "power": 1.0}


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast."""

    epochs: int = 6
    rate: float = 2e-4
    head_rate: float = 2e-3
    decay: float = 0.01
    warm: float = 0.08
    seed: int = 111


def loss_of(said: Said, wanted: Batch, themes: torch.Tensor) -> torch.Tensor:
    """Return the sum of what every head got wrong; `themes`: code by coarse theme, 0 or 1.

    A code of the right theme is half right: the same body acts on it.
    """
    logs = functional.log_softmax(said.codes, 1)
    codes = -(wanted.codes * logs).sum(1).mean()
    coarse = (
        -((wanted.codes @ themes) * torch.log(logs.exp() @ themes + 1e-9)).sum(1).mean()
    )
    danger = functional.binary_cross_entropy_with_logits(
        said.danger, wanted.danger, pos_weight=torch.tensor(_DANGER_WEIGHT)
    )
    urgency = functional.cross_entropy(said.urgency, wanted.urgency)
    power = functional.binary_cross_entropy_with_logits(
        said.power, wanted.power, pos_weight=torch.tensor(_POWER_WEIGHT)
    )
    return (
        _PARTS["codes"] * codes
        + _PARTS["themes"] * coarse
        + _PARTS["danger"] * danger
        + _PARTS["urgency"] * urgency
        + _PARTS["power"] * power
    )


def theme_table(codes: Sequence[str]) -> torch.Tensor:
    """Return 1 where a code's nearest coarse theme is the column's."""
    names = sorted(THEMES)
    found = torch.zeros(len(codes), len(names))
    for row, code in enumerate(codes):
        found[row, names.index(NEAREST[code])] = 1.0
    return found


def fit(
    network: Network,
    messages: Sequence[Message],
    pieces: Pieces,
    codes: Sequence[str],
    plan: Plan,
    say: Callable[[str], None] = print,
) -> None:
    """Train `network` in place. Deterministic for one machine and number of threads."""
    chance = random.Random(plan.seed)
    themes = theme_table(codes)
    inner = [p for p in network.encoder.parameters() if p.requires_grad]
    known = {id(p) for p in network.encoder.parameters()}
    heads = [p for p in network.parameters() if id(p) not in known]
    optimiser = torch.optim.AdamW(
        [
            {"params": inner, "lr": plan.rate, "weight_decay": plan.decay},
            {"params": heads, "lr": plan.head_rate, "weight_decay": plan.decay},
        ],
        fused=True,
    )
    plain = batches(messages, pieces, codes, None)
    with torch.no_grad():
        network.eval()
        network.settle(torch.cat([network.encoder(b.pieces, b.there) for b in plain[::3]]))
    steps = plan.epochs * len(plain)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min(
            (step + 1) / (plan.warm * steps),
            max(0.02, 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))),
        ),
    )
    for epoch in range(plan.epochs):
        began, total = time.monotonic(), 0.0
        network.train()
        given = batches(messages, pieces, codes, chance)
        for one in given:
            said = network(one.pieces, one.there, one.owner, one.count)
            loss = loss_of(said, one, themes)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            total += float(loss.detach())
        say(
            f"epoch {epoch + 1} of {plan.epochs}: loss {total / len(given):.3f},"
            f" {time.monotonic() - began:.0f} s"
        )
