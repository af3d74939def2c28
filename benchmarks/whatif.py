"""100,000 stored decisions and their clocks replayed under two configurations.

`python -m benchmarks.whatif [--decisions N]`. Half of the decisions choose bodies, half a
person; three clocks a case. Both directions are timed: identical rules (an empty diff) and
rules with another chain, another limit and another norm.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec

from hotline.actions.replay_past import replay_past
from hotline.actions.sync_bodies import sync_bodies
from hotline.actions.try_policy import MOST
from hotline.config.load import SHIPPED
from hotline.config.overlay import texts
from hotline.embedded import Engines
from hotline.routing.looking import RoutingFacts, look
from hotline.routing.office import decide
from hotline.routing.person import choose_person
from hotline.routing.replay import person_columns, route_columns
from hotline.routing.seen import FORMAT, NormSeen, PersonSeen, StaffSeen
from hotline.runtime import Runtime, open_runtime
from hotline.settings import Settings
from hotline.store.engine import asyncpg_options
from hotline.store.migrate import upgrade
from hotline.whatif.result import TrialResult

DECISIONS, LIMIT_S = 100_000, 60
CHANGED = {
    "referral.yaml": [
        ("GUARD: [UZPD, GUARD]", "GUARD: [COMM, UZPD, GUARD]"),
        ("weights: [8, 5, 3, 2, 1]", "weights: [4, 4, 3, 2, 1]"),
    ],
    "sla.yaml": [("2: {work: PT4H}", "2: {work: PT2H}")],
}
_CASES = """
INSERT INTO cases (id, number, status, urgency, urgency_by, category, subcategory, region,
                   channel, about_child, received_at, opened_at)
SELECT 26000000000 + n, 'w-' || n, 'accepted', n % 5, 'machine', 'NEG', 'NEG.CARE', '71',
       'partner', true, t, t
FROM (SELECT n, now() - n * interval '20 seconds' AS t FROM generate_series(1, $1) n) x
"""
_DECISIONS = """
INSERT INTO decisions (at, case_id, kind, facts, candidates, exclusions, reasons, choice,
                       policy_version, model_version)
SELECT now() - n * interval '20 seconds', 26000000000 + n, $2,
       ($3::jsonb[])[1 + n % array_length($3::jsonb[], 1)], '[]', '[]', '[]',
       ($4::jsonb[])[1 + n % array_length($4::jsonb[], 1)], 'm', 'none'
FROM generate_series(1, $1) n
"""
_CLOCKS = """
INSERT INTO clocks (case_id, name, basis, law, calendar, allowed, urgency, started_at, due_at,
                    state, met_at, policy_version, calendar_version)
SELECT 26000000000 + n, name, 'measured', false, 'work', 'x', n % 5, t, t + interval '1 day',
       'met', t + (n % 50) * interval '1 hour', 'm', 'm'
FROM (SELECT n, now() - n * interval '20 seconds' AS t FROM generate_series(1, $1) n) x,
     unnest(ARRAY['acceptance', 'first_contact', 'written_outcome']) AS name
"""


@dataclass(frozen=True, slots=True)
class Timed:
    """What a replay took. Units: seconds."""

    took_s: float
    found: TrialResult

    @property
    def changes(self) -> int:
        """Return how many answers change."""
        return sum(self.found.changed.values())


def _routes(rt: Runtime, directory) -> tuple[list[str], list[str]]:
    """Return facts and choices of decisions over every code and some regions."""
    today = datetime.now(UTC).date()
    rows = []
    for code, entry in rt.codes.items():
        for region in ("71", "39", "55", None):
            question = RoutingFacts(
                code, entry.lead, tuple(entry.co_executors), region, today, {}
            )
            seen = look(question, directory, rt.config.referral.chains)
            rows.append(route_columns(seen, decide(seen)))
    return _json(rows)


def _people(rt: Runtime) -> tuple[list[str], list[str]]:
    norm = rt.config.referral.norm
    weighed = NormSeen(weights=tuple(norm.weights), full_at=norm.full_at)
    rows = []
    for n in range(200):
        people = tuple(
            PersonSeen(person=p, open=(p * n % 3, n % 4, p % 5, n % 7, p * n % 11))
            for p in range(1, 9)
        )
        facts = StaffSeen(
            body=f"guard-{n}",
            at=datetime(2026, 11, 20, tzinfo=UTC),
            urgency=n % 5,
            language="ru",
            norm=weighed,
            format=FORMAT,
            people=people,
        )
        rows.append(person_columns(facts, choose_person(facts)))
    return _json(rows)


def _json(rows) -> tuple[list[str], list[str]]:
    kept = [json.loads(msgspec.json.encode(row)) for row in rows]
    return (
        [json.dumps(row["facts"]) for row in kept],
        [json.dumps(row["choice"]) for row in kept],
    )


async def _fill(rt: Runtime, url: str, decisions: int) -> None:
    async with rt.transaction(_machine()) as tx:
        directory = await rt.directory(tx)
    line = await asyncpg.connect(**asyncpg_options(url))
    try:
        half = decisions // 2
        async with line.transaction():
            await line.execute("SET LOCAL session_replication_role = replica")
            await line.execute(_CASES, half, timeout=300)
            for kind, (facts, choices) in (
                ("route", _routes(rt, directory)),
                ("person", _people(rt)),
            ):
                await line.execute(_DECISIONS, half, kind, facts, choices, timeout=300)
            await line.execute(_CLOCKS, half, timeout=300)
        await line.execute("VACUUM ANALYZE decisions, clocks, cases", timeout=300)
    finally:
        await line.close()


def _machine():
    from hotline.actions.replay_past import REPLAY

    return REPLAY


async def _timed(rt: Runtime, config) -> Timed:
    began = time.perf_counter()
    found = await replay_past(rt, config, 366, most=MOST)
    return Timed(time.perf_counter() - began, found)


async def run(*, decisions: int = DECISIONS) -> tuple[Timed, Timed]:
    """Measure identical rules and changed ones, on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False, with_redis=False) as engines:
            await upgrade(engines.database_url)
            settings = Settings(
                engines.database_url, "", "a-key-for-measuring-only-012345678"
            )
            rt = open_runtime(settings)
            try:
                await sync_bodies(rt)
                await _fill(rt, engines.database_url, decisions)
                same = replace(rt.config)
                return await _timed(rt, same), await _timed(rt, _changed(rt))
            finally:
                await rt.stop()


def _changed(rt: Runtime):
    shipped, files = texts(SHIPPED), {}
    for name, changes in CHANGED.items():
        text = shipped[name]
        for old, new in changes:
            if old not in text:
                raise RuntimeError(f"{name} no longer says {old}")
            text = text.replace(old, new)
        files[name] = text
    return rt.with_files(files)


def report(same: Timed, other: Timed) -> None:
    """Print both."""
    for name, one in (("identical", same), ("changed", other)):
        clocks = sum(count.replayed for count in one.found.clocks)
        print(
            f"{name:9} {one.found.decisions} decisions, {clocks} clocks: {one.took_s:.1f} s"
            f" (at most {LIMIT_S}), {one.changes} answers change,"
            f" cannot be replayed: {one.found.cannot_replay or 0}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--decisions", type=int, default=DECISIONS)
    report(*asyncio.run(run(decisions=parser.parse_args().decisions)))
