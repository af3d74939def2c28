"""Long work: a candidate model is learned from the desk; two people enable it, or nobody."""

import os

from hotline.actions.train_at_desk import train_at_desk
from hotline.actions.works.kind import Asked, Bench, Kind, Made
from hotline.cases.terms import Role
from hotline.errors import RuleForbids
from hotline.model.heads import BadWeights
from hotline.model.kept_examples import REPLAY, shipped_examples


class TrainModel(Asked, frozen=True):
    """Nothing is asked: all that people at 111 judged is learned from."""


KIND = Kind(frozenset({Role.SUPERVISOR, Role.ADMIN}), TrainModel)


async def run(bench: Bench) -> Made:
    """Learn; the same contacts give the same candidate. Errors: RuleForbids, Unavailable."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # small sums: threads only wait
    await bench.progress(0)
    reader = bench.rt.reader
    if reader is None:
        raise RuleForbids("the weights of this release cannot be read", code="no_model")
    try:
        replay = shipped_examples(REPLAY, reader.version)
    except BadWeights as error:
        raise RuleForbids("the examples are of other weights", code="no_model") from error
    learning = train_at_desk(bench.rt, bench.viewer, reader, replay, bench.progress)
    made = await bench.progress.beside(learning)
    return Made({"examples": made.examples, "model": made.version})
