"""Use case: how the service does, for administrators: engine, processes, people, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.actions.make_change import need_admin
from hotline.cases.terms import QueueName
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import audit_chain, changes, heartbeats, person_cards, retention
from hotline.store.heartbeats import Beat, Lag

SLOW_S = 10.0  # as `hotline doctor` judges
_ALWAYS = ("web", "supervisor", *(f"worker-{queue}" for queue in QueueName))


@dataclass(frozen=True, slots=True)
class Service:
    """What the page shows; nothing of any case."""

    lag: Lag
    slow: frozenset[str]  # of sweep, outbox, and the queues by name
    missing: Sequence[str]  # kinds of processes that ought to live and were not heard
    processes: Mapping[str, Sequence[Beat]]
    versions: Mapping[str, str]
    people_on: int
    without_factor: int
    waiting: int  # changes that wait for a second person
    sealed_at: datetime | None
    kept_at: datetime | None  # the newest run of keeping and deleting


async def show_service(rt: Runtime, viewer: Viewer) -> Service:
    """Return how the service does. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        lag = await heartbeats.lag(tx)
        people = await person_cards.listed(tx, state="on")
        waits = await changes.listed(tx, state=changes.WAITING)
        block, kept = await audit_chain.last(tx), await retention.last_run(tx)
    alive: dict[str, list[Beat]] = {}
    for beat in lag.workers:
        alive.setdefault(beat.kind, []).append(beat)
    named = {"sweep": lag.sweep_s, "outbox": lag.outbox_s, **lag.queues}
    config = rt.config
    return Service(
        lag,
        frozenset(name for name, age in named.items() if age > SLOW_S),
        [kind for kind in _ALWAYS if kind not in alive],
        alive,
        {
            "sla.yaml": config.sla.version,
            "taxonomy.yaml": config.taxonomy.version,
            "referral.yaml": config.referral.version,
            "calendar.yaml": config.calendar.version,
            "service.yaml": config.service.version,
            "admin.yaml": config.admin.version,
        },
        len(people),
        sum(row.factor_at is None for row in people),
        len(waits),
        block.at if block else None,
        kept,
    )
