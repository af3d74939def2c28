"""`hotline doctor`: one line for each part that the night shift depends on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.cases.terms import QueueName
from hotline.errors import BadConfig, HotlineError, Unavailable
from hotline.identity.viewer import Machine
from hotline.model.weights import load_weights
from hotline.notify.ways import VARIABLES, open_ways
from hotline.queue import Jobs
from hotline.runtime import Runtime
from hotline.store import heartbeats, signs
from hotline.store.migrate import HEAD, current

DOCTOR = Machine("doctor")
HORIZON = timedelta(days=90)  # a deadline of two months must always be computable
LAG_S = 10.0
_WELL = ("ok", "unknown", "expiring")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding."""

    what: str
    ok: bool
    found: str


async def examine(rt: Runtime) -> list[Line]:
    """Return what was found, in the order in which a person would mend it."""
    try:
        version = await current(rt.settings.database_url)
    except (OSError, HotlineError):
        return [Line("PostgreSQL", ok=False, found="cannot be reached; start it")]
    lines = [
        Line("PostgreSQL", ok=True, found="answers"),
        Line("migrations", ok=version == HEAD, found=f"{version}; newest is {HEAD}"),
        await _redis(rt),
        _calendar(rt),
        _model(),
        *_waking(rt),
    ]
    async with rt.transaction(DOCTOR) as tx:
        lag = await heartbeats.lag(tx)
        known = await signs.every(tx)
    kinds = sorted(beat.kind for beat in lag.workers)
    needed = {"web", "supervisor", *(f"worker-{queue}" for queue in QueueName)}
    if rt.settings.imap_url or rt.settings.mail_listen:
        needed.add("mail")
    missing = sorted(needed - set(kinds))
    lines.append(Line("processes", not missing, ", ".join(kinds) or "none is alive"))
    lines.append(Line("clock sweep", lag.sweep_s <= LAG_S, f"{lag.sweep_s:.1f} s behind"))
    lines.append(
        Line("outbox", lag.outbox_s <= LAG_S, f"oldest promise {lag.outbox_s:.1f} s")
    )
    lines += [Line(f"way {row.name}", row.state in _WELL, _way_found(row)) for row in known]
    lines.append(
        Line("given up", lag.dead == 0, f"{lag.dead} promises a person must look at")
    )
    return lines


def _way_found(row: Any) -> str:
    heard = row.heard_at.isoformat(timespec="seconds") if row.heard_at else "never"
    error = f", last error {row.last_error}" if row.last_error else ""
    return f"{row.state}, heard of: {heard}{error}"


def _waking(rt: Runtime) -> list[Line]:
    """Return how people on duty can be woken; none configured is said, and is no failure.

    Without any the notice in the console and the red line at the desk remain.
    """
    ways = open_ways(rt.settings, rt.clock)
    lines = [
        Line(
            f"waking by {kind}",
            ok=True,
            found="configured" if kind in ways else f"not configured; set {variable}",
        )
        for kind, variable in VARIABLES.items()
    ]
    said = rt.settings.public_url or "not set; messages name the code, not a link"
    return [*lines, Line("HOTLINE_PUBLIC_URL", ok=True, found=said)]


def _model() -> Line:
    try:
        weights = load_weights()
    except BadConfig as error:
        return Line("language model", ok=False, found=f"{error.problems[0]}; rules go on")
    if weights.encoder is None:
        return Line("language model", ok=False, found="the encoder's file is missing")
    return Line("language model", ok=True, found=weights.version)


async def _redis(rt: Runtime) -> Line:
    try:
        with_jobs = Jobs(rt.settings.redis_url)
        with_jobs.depths()
    except Unavailable:
        return Line("Redis", ok=False, found="cannot be reached; intake goes on, jobs wait")
    return Line("Redis", ok=True, found="answers")


def _calendar(rt: Runtime) -> Line:
    last = rt.calendar.last_day
    enough = last >= (rt.clock.now() + HORIZON).date()
    return Line("calendar", ok=enough, found=f"known until {last.isoformat()}")
