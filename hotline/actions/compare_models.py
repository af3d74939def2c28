"""Use case: a candidate is measured beside the running model before anybody may propose it.

On judged contacts that no training ever sees, and on the shipped corpus's validation set:
the first tells whether the desk gains, the second is out of reach of whoever labels wrongly.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hotline.actions.steps.labelled import held_out, labelled
from hotline.actions.steps.named_person import require_keeper
from hotline.actions.train_at_desk import beliefs, corrected
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.model.desk import with_heads
from hotline.model.fit import Example
from hotline.model.heads import unpack
from hotline.quality.side_by_side import (
    Answer,
    SideBySide,
    Truth,
    better,
    side_by_side,
    worse,
)
from hotline.routing.reading import Reader, Reading
from hotline.running_model import enabled_reader
from hotline.runtime import Runtime
from hotline.store import models
from hotline.store.transaction import Transaction

FEWEST_DESK, FEWEST_GOLD = 20, 100
MOST = 1_000  # held-out contacts; the newest
COMPARABLE = ("candidate", "compared", "refused", "proposed")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison gave. `refused` is empty when the candidate may be proposed."""

    version: str
    against: str
    refused: tuple[str, ...]
    desk: SideBySide
    gold: SideBySide


async def compare_models(
    rt: Runtime,
    viewer: Viewer,
    reader: Reader,
    version: str,
    gold: Sequence[Example],
) -> Comparison:
    """Measure a candidate beside the running model, and keep the figures with it.

    Errors: NotAllowed, NotFound, RuleForbids, Unavailable.
    """
    require_keeper(viewer)
    desk = await labelled(rt, viewer, reader, wanted=held_out, limit=MOST)
    examples = [one.example for one in desk]
    async with rt.transaction(viewer) as tx:
        model = await models.by_version(tx, version, lock=True)
        if model.state not in COMPARABLE:
            raise RuleForbids("this model has been enabled already", code="wrong_state")
        if model.base_version != reader.version:
            raise RuleForbids("it corrects other weights; train anew", code="other_weights")
        running = await enabled_reader(tx, reader)
        candidate = with_heads(reader, unpack(await models.weights(tx, version), version))
        beside = _beside(running, candidate, examples)
        on_gold = _beside(running, candidate, gold)
        refused = (
            *_too_little(beside, on_gold),
            *(f"desk_{fault}" for fault in worse(beside)),
            *(f"gold_{fault}" for fault in worse(on_gold)),
            *([] if better(beside) else ["nothing_gained"]),
            *await _doubts(tx, model.id, running, examples),
        )
        found = Comparison(version, await name_of_running(tx), refused, beside, on_gold)
        await _keep(tx, model.id, found)
        return found


async def name_of_running(tx: Transaction) -> str:
    """Return the version of the enabled model, or "shipped"."""
    row = await models.running(tx)
    return str(row.model_version) if row else "shipped"


def _beside(running: Reader, candidate: Reader, examples: Sequence[Example]) -> SideBySide:
    def answers(reader: Reader) -> list[Answer]:
        return [_answer(corrected(reader, one.reading)) for one in examples]

    truths = [Truth(one.code, one.urgency) for one in examples]
    return side_by_side(truths, answers(running), answers(candidate))


def _answer(reading: Reading) -> Answer:
    code = max(reading.codes, key=lambda name: reading.codes[name])
    urgency = max(reading.urgency, key=lambda level: reading.urgency[level])
    return Answer(code, urgency, reading.danger >= reading.limits.danger)


def _too_little(desk: SideBySide, gold: SideBySide) -> list[str]:
    enough = desk.running.n >= FEWEST_DESK and gold.running.n >= FEWEST_GOLD
    return [] if enough else ["too_little_to_compare"]


async def _doubts(
    tx: Transaction, model_id: int, running: Reader, examples: Sequence[Example]
) -> list[str]:
    """Return which labels cannot be believed: those learned from, or those held out."""
    learned = await models.doubted(tx, model_id)
    held = {name for name, one in beliefs(running, examples).items() if one.doubtful}
    return [f"{name}_labels_doubtful" for name in sorted(held | learned)]


async def _keep(tx: Transaction, model_id: int, found: Comparison) -> None:
    models.act(tx, model_id, "compared", asdict(found))
    state = "refused" if found.refused else "compared"
    await models.change(tx, model_id, {"state": state})
    tx.record(
        "model_compared",
        data={"model_version": found.version, "refused": list(found.refused)},
    )
