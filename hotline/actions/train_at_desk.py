"""Use case: a candidate model is learned from what people at 111 said of contacts.

Learning happens inside: sealed words are opened in memory, and numbers alone are kept.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hotline.actions.steps.labelled import Told, held_out, labelled
from hotline.actions.steps.named_person import require_keeper
from hotline.errors import RuleForbids
from hotline.identity.viewer import Viewer
from hotline.model.course import Course
from hotline.model.desk import DeskReader
from hotline.model.fit import Example, choose_pull, fit, learning_steps
from hotline.model.heads import Heads, correct, pack, version_of
from hotline.quality.trust import Belief, belief
from hotline.routing.reading import Reader, Reading
from hotline.running_model import enabled_reader
from hotline.runtime import Runtime
from hotline.store import models

FEWEST = 50  # judged contacts; fewer teach nothing that lasts
URGENT = 1
FITTING = 100  # steps that are told of the fitting, beside one for each contact read
_LOOKS_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate. `fresh` is False when the same examples gave the same weights before."""

    version: str
    examples: int
    replayed: int
    fresh: bool


async def train_at_desk(
    rt: Runtime,
    viewer: Viewer,
    reader: Reader,
    replay: Sequence[Example],
    progress: Told | None = None,
) -> Trained:
    """Learn a candidate from judged contacts that are not held out for comparing.

    `reader` is the shipped model, `replay` examples of its corpus. Nothing changes at the
    desk before the candidate was compared, proposed and enabled. Errors: NotAllowed,
    RuleForbids (too few contacts), Unavailable.
    """
    require_keeper(viewer)
    telling = _Telling(progress)
    found = await labelled(
        rt,
        viewer,
        reader,
        wanted=lambda one: not held_out(one),
        told=telling.read,
        after=FITTING,
    )
    if len(found) < FEWEST:
        raise RuleForbids(
            f"{len(found)} judged contacts can be read; {FEWEST} are needed",
            code="too_few_examples",
        )
    examples = [one.example for one in found]
    heads, pull = await _learned(
        examples, list(replay), reader.version, tuple(sorted(rt.codes)), telling
    )
    weights = pack(heads)
    version = version_of(weights)
    async with rt.transaction(viewer) as tx:
        await models.lock_all(tx)
        if await models.find(tx, version) is not None:
            return Trained(version, len(examples), len(replay), fresh=False)
        running = await enabled_reader(tx, reader)
        told = {
            "pull": pull,
            "languages": dict(Counter(one.language for one in found)),
            "beliefs": {
                name: {**asdict(one), "doubtful": one.doubtful}
                for name, one in beliefs(running, examples).items()
            },
        }
        model_id = await models.add(
            tx,
            {
                "model_version": version,
                "base_version": reader.version,
                "state": "candidate",
                "weights": weights,
                "examples": len(examples),
                "replayed": len(replay),
                "made_at": tx.now,
                "made_by": viewer.person_id,
            },
        )
        models.act(tx, model_id, "trained", told)
        tx.record(
            "model_trained", data={"model_version": version, "examples": len(examples)}
        )
    return Trained(version, len(examples), len(replay), fresh=True)


class _Telling:
    """Tells of both halves in one count: contacts that were read, hundredths of the fitting."""

    def __init__(self, told: Told | None) -> None:
        self._told, self._contacts = told, 0

    async def read(self, done: int, whole: int | None) -> None:
        self._contacts = done
        if self._told is not None:
            await self._told(done, whole)

    async def fitted(self, share: float) -> None:
        if self._told is not None:
            done = self._contacts + int(FITTING * share)
            await self._told(done, self._contacts + FITTING)


async def _learned(
    examples: list[Example],
    replay: list[Example],
    base: str,
    codes: tuple[str, ...],
    telling: _Telling,
) -> tuple[Heads, float]:
    """Return heads fitted in a thread, which ends soon after nobody waits for them."""
    course = Course(learning_steps(codes))
    task = asyncio.ensure_future(
        asyncio.to_thread(_learn, examples, replay, base, codes, course)
    )
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOKS_EVERY_S)
            await telling.fitted(course.share)
        return task.result()
    finally:
        course.unwanted = True
        task.cancel()


def _learn(
    examples: list[Example],
    replay: list[Example],
    base: str,
    codes: tuple[str, ...],
    course: Course,
) -> tuple[Heads, float]:
    pull = choose_pull(examples, replay, base_version=base, codes=codes, course=course)
    return (
        fit(examples, replay, base_version=base, codes=codes, pull=pull, course=course),
        pull,
    )


def beliefs(running: Reader, examples: Sequence[Example]) -> dict[str, Belief]:
    """Return how far the labels agree with what the running model is sure of."""
    read = [corrected(running, one.reading) for one in examples]
    both = list(zip(read, examples, strict=True))
    topics = [_sure_topic(reading, one) for reading, one in both if one.code is not None]
    alarms = [(reading.danger, one.urgency <= URGENT) for reading, one in both]
    calm = [(1 - reading.danger, one.urgency > URGENT) for reading, one in both]
    return {"topic": belief(topics), "danger": belief(alarms), "calm": belief(calm)}


def corrected(reader: Reader, reading: Reading) -> Reading:
    """Return what `reader` makes of a reading of its shipped model."""
    return correct(reader.heads, reading) if isinstance(reader, DeskReader) else reading


def _sure_topic(reading: Reading, one: Example) -> tuple[float, bool]:
    top = max(reading.codes, key=lambda code: reading.codes[code])
    return reading.codes[top], top == one.code
