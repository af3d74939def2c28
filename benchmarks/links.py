"""What comparing a contact costs, beside what lies in the store: links and incidents.

`python -m benchmarks.links [--few N] [--many N]`. Contacts are triaged already; what is timed
is `compare_contacts`, in batches as the relay makes them: an ordinary stream, then a wave of
one event. Statements are counted on the connection; they must not grow with the store.
"""

import argparse
import asyncio
import random
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, text

from benchmarks.latency import percentile
from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Identity, Inbound
from hotline.cases.terms import Channel
from hotline.clock import FixedClock
from hotline.embedded import Engines
from hotline.identity.viewer import TRIAGE
from hotline.runtime import Runtime, open_runtime
from hotline.settings import Settings
from hotline.store.migrate import upgrade

BATCH = 25
APART = timedelta(seconds=6)  # 600 contacts an hour
FEW, MANY = 250, 5_000
STATEMENTS = 24  # a batch, however many contacts there are
GROWTH = 1.5  # of the time a contact, from few to many
_NAMES = ("Қайрат", "Айгүль", "Сергей", "Мадина", "Ерлан", "Юлия", "Бауыржан", "Асель")
_SURNAMES = (
    "Өмірзақов",
    "Ким",
    "Сейтова",
    "Иванов",
    "Ахметов",
    "Жүсіп",
    "Петрова",
    "Нұрлан",
)
_SYLLABLES = (
    "ба",
    "ла",
    "ке",
    "зе",
    "ру",
    "ми",
    "на",
    "то",
    "жа",
    "сы",
    "ді",
    "гор",
    "вет",
    "кал",
)
_TOPICS = ("EDU.ACC", "NEG.CARE", "FAM.ALIM", "VIO.PHY", "SOC.PAY", "HLT.SPEC")
_TRIAGED = text(
    """
    UPDATE contacts SET triaged_at = received_at, state = 'triaged', triage =
      jsonb_build_object('subcategory', (:topics ::text[])[1 + id % 6], 'region', region_hint,
                         'reasons', '[]'::jsonb)
    WHERE id = ANY(:ids ::bigint[])
    """
)
_OWED = text(
    """
    UPDATE outbox SET job = 'compare_contact' WHERE subject_id = ANY(:ids ::bigint[])
    RETURNING id
    """
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What one step of growth cost."""

    contacts: int
    ms: float  # a contact, median over batches
    slowest_ms: float
    statements: int  # the most that one batch took


def _texts(chance: random.Random, *, wave: bool) -> str:
    """Return words of nobody's language: of 3,000, in a wave mostly of the same dozen."""
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(6 if wave else 14)]
    core = [a + b + "оқиға" for a in _SYLLABLES[:4] for b in _SYLLABLES[:3]]
    return " ".join(words + (chance.sample(core, 6) if wave else []))


async def _write(
    rt: Runtime, count: int, chance: random.Random, *, wave: bool
) -> list[int]:
    """Receive `count` contacts, strangers or many about one event; return their promises."""
    regions = ["55"] if wave else sorted(rt.regions)
    kept = await asyncio.gather(
        *(
            receive_contact(
                rt,
                Inbound(
                    channel=Channel.PARTNER,
                    account="eotinish",
                    external_id=f"b-{wave}-{chance.random()}",
                    text=_texts(chance, wave=wave),
                    raw=b"{}",
                    region_hint=chance.choice(regions),
                    identity=Identity(
                        name=f"{chance.choice(_NAMES)} {chance.choice(_SURNAMES)}",
                        phone=f"+7701{chance.randrange(10**7):07}",
                    ),
                ),
            )
            for _ in range(count)
        )
    )
    async with rt.transaction(TRIAGE) as tx:
        ids = [one.id for one in kept]
        await tx.run(_TRIAGED, {"topics": list(_TOPICS), "ids": ids})
        owed = await tx.rows(_OWED, {"ids": ids})
    return [row.id for row in owed]


async def _stream(
    rt: Runtime, clock: FixedClock, count: int, chance: random.Random, *, wave: bool = False
) -> Costs:
    """Let `count` contacts come in, compared batch by batch as they come."""
    spans, most, seen = [], 0, 0

    def note(*_: object) -> None:
        nonlocal seen
        seen += 1

    event.listen(rt.engine.sync_engine, "before_cursor_execute", note)
    for _ in range(0, count, BATCH):
        clock.forward(BATCH * APART)
        ids = await _write(rt, BATCH, chance, wave=wave)
        seen, began = 0, time.perf_counter()
        await compare_contacts(rt, ids)
        spans.append((time.perf_counter() - began) * 1000 / BATCH)
        most = max(most, seen)
    event.remove(rt.engine.sync_engine, "before_cursor_execute", note)
    return Costs(count, percentile(spans, 0.5), max(spans), most)


async def run(few: int = FEW, many: int = MANY) -> dict[str, Costs]:
    """Return the costs of the first hour, of few contacts after it, after many, and in a wave.

    The hour comes first: until it is full, there are fewer neighbours to look at.
    """
    chance, clock = random.Random(7), FixedClock(datetime(2026, 11, 20, 5, tzinfo=UTC))
    with (
        tempfile.TemporaryDirectory() as folder,
        Engines(Path(folder), durable=False) as own,
    ):
        assert own.database_url
        assert own.redis_url
        await upgrade(own.database_url)
        rt = open_runtime(
            Settings(
                database_url=own.database_url,
                redis_url=own.redis_url,
                secret_key="a-secret-key-for-a-benchmark-0123456789",
                data_dir=Path(folder),
                demo=True,
            ),
            clock=clock,
        )
        rt.intake.start()
        found = {}
        for name, count in (("hour", 600), ("few", few), ("many", many), ("last", few)):
            found[name] = await _stream(rt, clock, count, chance)
            async with rt.transaction(TRIAGE) as tx:
                await tx.run(text("ANALYZE contacts, contact_traces, sketches, links"))
        found["wave"] = await _stream(rt, clock, 300, chance, wave=True)
        await rt.stop()
    return found


def report(found: dict[str, Costs]) -> None:
    """Print what was found, and whether it is what was promised."""
    for name, one in found.items():
        print(
            f"{name:>5}: {one.contacts:>6} contacts, {one.ms:6.2f} ms a contact"
            f" (slowest batch {one.slowest_ms:.2f}), {one.statements} statements a batch"
        )
    growth = found["last"].ms / found["few"].ms
    print(f"growth from few to many: {growth:.2f} (at most {GROWTH})")
    print(f"statements a batch: at most {STATEMENTS}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=MANY)
    asked = parser.parse_args()
    report(asyncio.run(run(asked.few, asked.many)))
