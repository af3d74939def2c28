"""Redis commands for each contact when there is more work than workers.

`python -m benchmarks.redis_commands`. Counted by Redis itself, relay and worker together.
"""

import asyncio
import tempfile
from pathlib import Path

import redis

from benchmarks.service import Service, fill_directory, until
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel
from hotline.embedded import Engines
from hotline.runtime import open_runtime
from hotline.store.migrate import upgrade

CONTACTS = 500
_OPEN = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
_OWN = {"config|resetstat", "config"}  # what counting itself costs


def commands_since_reset(redis_url: str) -> dict[str, int]:
    """Return how often each command ran since the statistics were reset."""
    with redis.Redis.from_url(redis_url) as line:
        stats = line.info("commandstats")
    return {
        name.removeprefix("cmdstat_"): found["calls"]
        for name, found in stats.items()
        if name.removeprefix("cmdstat_") not in _OWN
    }


async def measure(service: Service, contacts: int = CONTACTS) -> dict[str, int]:
    """Let a backlog of `contacts` be worked off; return the commands that took."""
    rt = open_runtime(service.settings)
    rt.intake.start()
    await asyncio.gather(*(receive_contact(rt, _question(n)) for n in range(contacts)))
    await rt.stop()
    with redis.Redis.from_url(service.redis_url) as line:
        line.config_resetstat()
    service.start("worker-bulk", "supervisor")
    connection = await service.connect()

    async def all_done() -> bool:
        return await connection.fetchval(_OPEN) == 0

    try:
        await until(all_done)
        return commands_since_reset(service.redis_url)
    finally:
        await connection.close()
        service.stop()


def _question(number: int) -> Inbound:
    return Inbound(
        channel=Channel.PARTNER,
        account="eotinish",
        external_id=f"question-{number}",
        text="Как записать ребёнка в детский сад в Павлодаре?",
        raw=b"{}",
    )


async def run(contacts: int = CONTACTS) -> dict[str, int]:
    """Measure on engines of its own."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Engines(folder / "data", durable=False) as engines:
            await upgrade(engines.database_url)
            service = Service(engines.database_url, engines.redis_url, folder)
            await fill_directory(service.settings)
            return await measure(service, contacts)


def report(commands: dict[str, int], contacts: int = CONTACTS) -> None:
    """Print the count for each contact against the limit of 5."""
    total = sum(commands.values())
    print(
        f"Redis commands for each contact when saturated: {total / contacts:.2f} (limit 5)"
    )
    for command, calls in sorted(commands.items(), key=lambda pair: -pair[1])[:10]:
        print(f"  {command}: {calls}")


if __name__ == "__main__":
    report(asyncio.run(run()))
