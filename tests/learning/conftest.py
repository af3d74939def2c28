"""People of 111 over an emptied database, and many judged contacts at once."""

import os
import random

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small sums: threads only wait

from hotline.cases.numbers import number_of
from hotline.identity.viewer import TRIAGE
from hotline.model.fit import Example
from hotline.store import contacts, decisions, keys
from tests.builders import everybody
from tests.learning.stand_in import HashingReader, reading

FILLER = ("вчера", "у", "нас", "дома", "пожалуйста", "скажите", "она", "он", "кеше", "үйде",
          "сегодня", "помогите", "сосед", "дочь", "сын", "бала", "маған", "когда")  # fmt: skip
KNOWN = [  # what people say of words that the stand-in knows; and of one that it does not
    ("бьёт", "VIO.PHY", 1, 30), ("справка", "INF.REF", 4, 110), ("юрист", "INF.LEG", 4, 80),
    ("садик", "EDU.ACC", 3, 80), ("дубасит", "VIO.PHY", 1, 20),
]  # fmt: skip
CODES = ("VIO.PHY", "INF.REF", "INF.LEG", "EDU.ACC", "NEG.ALONE")


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
def reader():
    return HashingReader()


def sentence(chance, telling):
    words = [*chance.sample(FILLER, 4), telling]
    chance.shuffle(words)
    return " ".join(words)


def said(seed=1, times=1):
    """Return (text, code, urgency) as an honest desk says it: one in twenty is a slip."""
    chance, found = random.Random(seed), []
    for telling, code, urgency, n in KNOWN:
        for _ in range(n * times):
            slip = code.startswith("INF") and chance.random() < 0.05
            found.append((sentence(chance, telling), "EDU.ACC" if slip else code, urgency))
    chance.shuffle(found)
    return found


def shipped(seed, words=KNOWN[:4]):
    """Return examples of the shipped corpus: only words that the stand-in knows."""
    chance = random.Random(seed)
    return [
        Example(reading(sentence(chance, telling)), code, urgency)
        for telling, code, urgency, n in words
        for _ in range(n)
    ]


GOLD, REPLAY = shipped(11), shipped(12)


async def judged(rt, clock, person, rows, *, language="ru", machine="INF.REF", day=0):
    """Keep contacts with a person's judgement, as the actions would; return their ids."""
    made = []
    async with rt.transaction(person.viewer) as tx:
        for text, code, urgency in rows:
            contact_id = await rt.numbers.take(clock.now())
            key = await keys.create(tx, contact_id)
            triage = {
                "subcategory": machine, "category": machine[:3], "urgency": 4,
                "danger": False, "alternatives": [{"code": machine, "score": 0.9}],
                "model_version": "stand-in-1",
            }  # fmt: skip
            values = {
                "id": contact_id, "receipt": number_of(contact_id, rt.number_key),
                "channel": "telegram", "account": "bot", "external_id": str(contact_id),
                "state": "closed", "wrap_up": "information_given",
                "received_at": tx.now, "closed_at": tx.now, "seen_at": tx.now,
                "seen_by": person.viewer.person_id, "danger": False, "danger_score": 0.0,
                "urgency": 4, "language": language, "triage": triage, "triaged_at": tx.now,
                "sealed_narrative": key.seal_text("narrative", text),
            }  # fmt: skip
            await contacts.put(tx, values, [])
            decisions.store(
                tx,
                [{
                    "case_id": None, "contact_id": contact_id, "kind": "confirm", "facts": {},
                    "candidates": [], "exclusions": [], "reasons": [],
                    "choice": {"subcategory": code, "urgency": urgency, "machine": triage},
                    "policy_version": "test", "model_version": "stand-in-1",
                }],
            )  # fmt: skip
            made.append(contact_id)
    return made


async def forget(rt, ids):
    async with rt.transaction(TRIAGE) as tx:
        await keys.destroy(tx, ids)
