"""Fit the network on the corpus."""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from hotline.model.pieces import Pieces
from training.corpus import Message
from training.network import Network, Said
from training.prepare import Batch, batches

_DANGER_WEIGHT = 1.5  # a missed danger costs more than a false one
_POWER_WEIGHT = 2.0
_PARTS = {"codes": 1.0, "danger": 1.0, "urgency": 0.5, "power": 1.0}


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast."""

    epochs: int = 6
    rate: float = 7e-5
    head_rate: float = 2e-3
    decay: float = 0.01
    warm: float = 0.08
    seed: int = 111


def loss_of(said: Said, wanted: Batch) -> torch.Tensor:
    """Return the sum of what every head got wrong."""
    codes = -(wanted.codes * functional.log_softmax(said.codes, 1)).sum(1).mean()
    danger = functional.binary_cross_entropy_with_logits(
        said.danger, wanted.danger, pos_weight=torch.tensor(_DANGER_WEIGHT)
    )
    urgency = functional.cross_entropy(said.urgency, wanted.urgency)
    power = functional.binary_cross_entropy_with_logits(
        said.power, wanted.power, pos_weight=torch.tensor(_POWER_WEIGHT)
    )
    return (
        _PARTS["codes"] * codes
        + _PARTS["danger"] * danger
        + _PARTS["urgency"] * urgency
        + _PARTS["power"] * power
    )


def fit(
    network: Network,
    messages: Sequence[Message],
    pieces: Pieces,
    codes: Sequence[str],
    plan: Plan,
    after_epoch: object = None,
) -> None:
    """Train `network` in place. Deterministic for one machine and number of threads."""
    chance = random.Random(plan.seed)
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
            loss = loss_of(network(one.pieces, one.there, one.owner, one.count), one)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            total += float(loss.detach())
        print(
            f"epoch {epoch + 1}: loss {total / len(given):.3f},"
            f" {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if callable(after_epoch):
            after_epoch(network)
