"""`make train`: the corpus in, hotline/model/weights out. Needs the packages of the train group.

Steps: fine-tune the encoder, fit the n-grams, weigh and calibrate the parts on the validation
messages, and keep examples as numbers for learning at the desk. About half an hour on two cores
with AMX; the same machine gives the same weights, another one equal figures but for rounding.
"""

import argparse
import hashlib
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch

from hotline.config.conflict import KINDS
from hotline.config.load import SHIPPED as CONFIG
from hotline.model.fit import Example
from hotline.model.kept_examples import GOLD, REPLAY, pack_examples
from hotline.model.reader import ShippedReader
from hotline.model.weigh import weighed
from hotline.model.weights import SHIPPED, About, Stack, Weighing, Weights, save_weights
from hotline.routing.triage import compile_policy
from hotline.triage_command import load_triage
from training import base as base_model
from training import calibrate, cheap, corpus, export, fit, prepare
from training.labels import URGENCIES
from training.network import Encoder, Network

NAME = "triage-1"
LAYERS = tuple(range(12))
PLAN = fit.Plan()
_REPLAYED = 1_200  # training messages kept as numbers
_EVEN = Stack(encoder=1.0, ngrams=1.0, rules=0.0)
_UNSET = Weighing(
    codes=_EVEN, danger=_EVEN, urgency=_EVEN, power=_EVEN, confidence=(1.0, 0.0),
    threshold=0.5, critical=0.5, powerful=0.5, sure=0.9,
)  # fmt: skip


def main() -> None:
    """Train, calibrate, write."""
    asked = argparse.ArgumentParser(prog="python -m training")
    asked.add_argument("--out", type=Path, default=SHIPPED)
    asked.add_argument(
        "--network",
        type=Path,
        help="keep the fine-tuned network here; use it if it is there",
    )
    out = asked.parse_args()
    torch.manual_seed(PLAN.seed)
    np.random.seed(PLAN.seed)  # noqa: NPY002  scikit-learn reads this one
    train, held = corpus.load("train"), corpus.load("validation")
    say(f"{len(train)} messages to learn from, {len(held)} to calibrate on")
    files = load_triage(CONFIG)
    policy = compile_policy(files)
    codes = tuple(policy.by_code)
    base = base_model.load()
    kept = prepare.kept_pieces(base)
    network = Network(Encoder(base, kept, LAYERS), base.width, len(codes), len(KINDS))
    if out.network and out.network.exists():  # rules changed: weigh and calibrate anew
        network.load_state_dict(torch.load(out.network, weights_only=True))
    else:
        fit.fit(network, train, prepare.splitter(base, kept), codes, PLAN, say)
        if out.network:
            torch.save(network.state_dict(), out.network)
    network.eval()
    encoder = export.arrays_of(network, base, kept)
    ngrams = cheap.fit(train, codes)
    about = About(
        name=NAME, hash="", codes=codes, urgencies=URGENCIES,
        powers=KINDS, heads=base.heads, whole=_UNSET, alone=_UNSET,
        trained_on=digest(train),
    )  # fmt: skip
    bare = ShippedReader(Weights(about, encoder, ngrams), policy.danger, policy.topics)
    parts = bare.parts([message.text for message in held])
    about = msgspec.structs.replace(
        about,
        whole=calibrate.weighing_for(parts, held, about, alone=False),
        alone=calibrate.weighing_for(parts, held, about, alone=True),
    )
    about = save_weights(out.out, about, encoder, ngrams)
    version = Weights(about, encoder, ngrams).version
    gold = [weighed(one, about) for one in parts]
    keep(out.out / GOLD, gold, held, version, codes)
    some = random.Random(PLAN.seed).sample(train, min(_REPLAYED, len(train)))
    replay = [weighed(one, about) for one in bare.parts([m.text for m in some])]
    keep(out.out / REPLAY, replay, some, version, codes)
    say(f"{version} written; judge it with make eval")


def keep(
    path: Path,
    readings: Sequence[object],
    messages: Sequence[corpus.Message],
    version: str,
    codes: Sequence[str],
) -> None:
    """Write readings with their labels as numbers; no text leaves the corpus this way."""
    examples = [
        Example(reading, message.category, message.urgency)  # type: ignore[arg-type]
        for reading, message in zip(readings, messages, strict=True)
    ]
    path.write_bytes(pack_examples(examples, version, codes))


def digest(messages: Sequence[corpus.Message]) -> str:
    """Return a hash of what was learned from."""
    return hashlib.sha256(repr(messages).encode()).hexdigest()[:12]


def say(line: str) -> None:
    """Tell who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
