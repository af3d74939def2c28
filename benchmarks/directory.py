"""How long the directory takes to load: 1,000 bodies and 5,000 people, in two statements.

`python -m benchmarks.directory [--bodies N] [--people N]`. Beside it stands a bare reading of
the same rows, so that the figure can be compared between machines.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import event

from hotline.cases.terms import BodyKind
from hotline.embedded import Engines
from hotline.identity.viewer import Machine
from hotline.store import bodies
from hotline.store.engine import asyncpg_options, open_engine
from hotline.store.migrate import upgrade
from hotline.store.sealing import Sealer
from hotline.store.transaction import begin

BODIES, PEOPLE = 1_000, 5_000
LIMIT_S = 1.0
LIMIT_STATEMENTS = 2
_ROUNDS = 5
_BODIES = """
INSERT INTO bodies (id, kind, region, district, name_kk, name_ru, status, valid_from, hours)
SELECT 'body-' || n, 'GUARD', lpad((10 + n % 20)::text, 2, '0'), (100000000 + n)::text,
       'Орган ' || n, 'Орган ' || n, 'active', '2020-01-01',
       CASE WHEN n % 3 = 0 THEN '{"mon": ["09:00-13:00", "14:00-18:00"]}'::jsonb END
FROM generate_series(1, $1::int) AS n
"""
_PEOPLE = """
WITH made AS (
  INSERT INTO people (username, display_name, role, password_hash, languages, share)
  SELECT 'p-' || n, 'P ' || n, 'guardian', '-', '{kk,ru}', 1 FROM generate_series(1, $1::int) AS n
  RETURNING id
)
INSERT INTO memberships (person_id, body_id, position)
SELECT id, 'body-' || (1 + id % $2::int), CASE WHEN id % 5 = 0 THEN 'head' ELSE 'specialist' END
FROM made
"""
_BARE_PEOPLE = """
SELECT m.body_id, m.person_id, m.position, p.languages, p.share
FROM memberships AS m JOIN people AS p ON p.id = m.person_id
"""
_BARE = ("SELECT * FROM bodies ORDER BY id", _BARE_PEOPLE)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took, in seconds; a bare reading of the same rows; statements; a look-up."""

    seconds: float
    bare: float
    statements: int
    lookup_us: float


async def fill(line: asyncpg.Connection, n: int, people: int) -> None:
    """Add `n` bodies and `people` people who belong to them."""
    await line.execute(_BODIES, n)
    await line.execute(_PEOPLE, people, n)
    await line.execute("ANALYZE bodies, people, memberships")


async def measure(url: str, n: int = BODIES, people: int = PEOPLE) -> Loaded:
    """Return what it takes at the database at `url`, which is filled first."""
    line = await asyncpg.connect(**asyncpg_options(url))
    engine = open_engine(url, pool_size=1)
    sealer, statements = Sealer("a-key-for-measuring-0123456789abcdef"), 0

    def note(*_: object) -> None:
        nonlocal statements
        statements += 1

    try:
        await fill(line, n, people)
        spent, bare = [], []
        for _ in range(_ROUNDS):
            async with begin(engine, datetime.now(UTC), Machine("measure"), sealer) as tx:
                if statements == 0:
                    event.listen(engine.sync_engine, "before_cursor_execute", note)
                statements, began = 0, time.perf_counter()
                directory = await bodies.directory(tx)
                spent.append(time.perf_counter() - began)
            began = time.perf_counter()
            for statement in _BARE:
                await line.fetch(statement)
            bare.append(time.perf_counter() - began)
        assert len(directory.bodies) == n
        assert sum(map(len, directory.people.values())) == people
        began, times = time.perf_counter(), 10_000
        for number in range(times):
            directory.of(BodyKind.GUARD, "20", str(100_000_000 + number % n))
        lookup = (time.perf_counter() - began) / times * 1e6
        return Loaded(statistics.median(spent), statistics.median(bare), statements, lookup)
    finally:
        await engine.dispose()
        await line.close()


async def run(*, n: int = BODIES, people: int = PEOPLE) -> Loaded:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        with Engines(folder / "data", durable=False, with_redis=False) as engines:
            await upgrade(engines.database_url)
            return await measure(engines.database_url, n, people)


def report(found: Loaded) -> None:
    """Print what was found and the limits."""
    print(
        f"{found.seconds * 1e3:.0f} ms (at most {LIMIT_S * 1e3:.0f}),"
        f" {found.statements} statements (at most {LIMIT_STATEMENTS});"
        f" bare reading {found.bare * 1e3:.0f} ms, x{found.seconds / found.bare:.1f};"
        f" a look-up {found.lookup_us:.1f} µs"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bodies", type=int, default=BODIES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    asked = parser.parse_args()
    report(asyncio.run(run(n=asked.bodies, people=asked.people)))
