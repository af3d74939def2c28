"""GET /healthz, /readyz and /metrics: alive, can serve, in figures."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from hotline.errors import Unavailable
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import conservation, heartbeats, migrate, signs
from hotline.store.conservation import Balance
from hotline.web.keys import RT
from hotline.web.metrics import (
    BALANCE,
    GIVEN_UP,
    HEARD,
    OUTBOX_LAG,
    PROCESSES,
    QUEUE_LAG,
    REGISTRY,
    SIGN,
    SWEEP_LAG,
)

METRICS = Machine("metrics")
_PATIENCE_S = 2.0
_ROOT = Path(__file__).parents[1]


def routes(app: web.Application) -> None:
    """Add the three to `app`."""
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_: web.Request) -> web.Response:
    """Return that the process answers."""
    return web.json_response({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """Return whether requests can be served: 503 while the database is away or too old.

    Redis may be away: contacts, clocks and the console go on, jobs wait in the outbox.
    """
    rt = request.app[RT]
    (database, found), queue = await asyncio.gather(_database(rt), _redis(rt))
    ready = database == "ok" and found == migrate.HEAD
    parts = {
        "status": "ready" if ready else "not_ready",
        "database": database,
        "redis": queue,
        "migrations": {"found": found, "wanted": migrate.HEAD},
        "version": version("hotline"),
        "commit": commit(),
        "start_id": rt.settings.start_id,
    }
    return web.json_response(parts, status=200 if ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """Return counters and the engine's lag in Prometheus' text format.

    While the database is away the lags keep what was last known.
    """
    with suppress(Unavailable):
        await _measure(request.app[RT])
    return web.Response(
        body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


async def _measure(rt: Runtime) -> None:
    async with rt.transaction(METRICS) as tx:
        lag = await heartbeats.lag(tx)
        balances = await conservation.balances(tx)
        known = await signs.every(tx)
        now = tx.now
    SWEEP_LAG.set(lag.sweep_s)
    OUTBOX_LAG.set(lag.outbox_s)
    GIVEN_UP.set(lag.dead)
    for queue, age in lag.queues.items():
        QUEUE_LAG.labels(queue).set(age)
    _tell_channels(balances, known, now)
    PROCESSES.clear()
    for kind, count in Counter(beat.kind for beat in lag.workers).items():
        PROCESSES.labels(kind).set(count)


def _tell_channels(
    balances: Sequence[Balance], known: Sequence[Any], now: datetime
) -> None:
    """Set what is told of each channel: names of ours and figures."""
    for one in balances:
        for part in ("received", "new", "attached", "spam", "quarantined", "pending"):
            BALANCE.labels(one.channel, part).set(getattr(one, part))
        BALANCE.labels(one.channel, "difference").set(one.difference)
    SIGN.clear()
    for row in known:
        SIGN.labels(row.name, row.state).set(1)
        if row.heard_at is not None:
            HEARD.labels(row.name).set((now - row.heard_at).total_seconds())


@cache
def commit() -> str:
    """Return the commit of the clone that runs, "unknown" outside one."""
    git = _ROOT / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        name = head.removeprefix("ref: ")
        if name == head:
            return head
        loose = git / name
        if loose.exists():
            return loose.read_text(encoding="ascii").strip()
        packed = (git / "packed-refs").read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return "unknown"
    return next(
        (line.split()[0] for line in packed if line.endswith(f" {name}")), "unknown"
    )


async def _database(rt: Runtime) -> tuple[str, str | None]:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return "ok", await migrate.current(rt.settings.database_url)
    except (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return "away", None


async def _redis(rt: Runtime) -> str:
    # Late: the door needs no Redis, and its library costs a third of a second of each start.
    import redis.asyncio
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError

    client = redis.asyncio.Redis.from_url(
        rt.settings.redis_url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=_PATIENCE_S,
        socket_connect_timeout=_PATIENCE_S,
    )
    try:
        await client.ping()
    except (RedisError, OSError):
        return "away"
    finally:
        await client.aclose()
    return "ok"
