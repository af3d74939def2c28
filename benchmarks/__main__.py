"""`make bench`: everything that was promised in figures, measured in one go.

`python -m benchmarks [--only NAME ...] [--small]`. Ratios are of one run, the two sides in
turns where they would disturb each other; trust them more than seconds and megabytes. What is
measured and how each figure came about: docs/benchmarks.md.
"""

import argparse
import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from benchmarks import (
    consoles,
    directory,
    escalation,
    fairness,
    forecast,
    inbox,
    latency,
    links,
    pages,
    posts,
    reading,
    redis_commands,
    routing,
    sweep,
    webhooks,
    whatif,
    whole,
)
from benchmarks.latency import percentile


@dataclass(frozen=True, slots=True)
class Line:
    """One promise: what was found, and how far it may go."""

    what: str
    found: float
    limit: float
    at_least: bool = False

    @property
    def held(self) -> bool:
        """Return whether the promise was kept."""
        return self.found >= self.limit if self.at_least else self.found <= self.limit


Lines = Iterable[Line]


async def _posts(small: bool) -> Lines:
    rates = await posts.run(posts=1_000 if small else 4_000, rounds=2 if small else 3)
    posts.report(rates)
    commits = sorted(rates.commits)[len(rates.commits) // 2]
    return (
        Line("accepted POSTs / bare inserts", rates.ratio, posts.LIMIT, at_least=True),
        Line("commits a POST", commits, 1),
    )


async def _latency(small: bool) -> Lines:
    found = await latency.run(reports=60 if small else 300)
    latency.report(found)
    return [
        Line(f"POST -> {name} at 20/s, {label}, ms", percentile(values, share), limit)
        for name, values in (("triaged", found.triaged), ("offered", found.offered))
        for label, share, limit in (("p50", 0.5, 50), ("p99", 0.99, 300))
        if values
    ]


async def _webhooks(small: bool) -> Lines:
    found = await webhooks.run(messages=400 if small else webhooks.MESSAGES)
    webhooks.report(found)
    late = percentile(found.milliseconds, 0.99)
    return (
        Line("WhatsApp answered p99 at 50/s, ms", late, webhooks.LIMIT_MS),
        Line("messages lost", found.lost, 0),
    )


async def _redis_commands(small: bool) -> Lines:
    contacts = 250 if small else redis_commands.CONTACTS
    commands = await redis_commands.run(contacts)
    redis_commands.report(commands, contacts)
    return [
        Line("Redis commands a contact, saturated", sum(commands.values()) / contacts, 5)
    ]


async def _sweep(small: bool) -> Lines:
    few, many = await sweep.run(many=100_000 if small else sweep.MANY)
    sweep.report(few, many)
    return (
        Line("idle sweep, many / few clocks", many.milliseconds / few.milliseconds, 1.5),
        Line("idle sweep, more buffers", many.buffers - few.buffers, 3),
    )


async def _directory(small: bool) -> Lines:  # noqa: ARG001  it is small as it is
    found = await directory.run()
    directory.report(found)
    return (
        Line("directory, 1,000 bodies, 5,000 people, s", found.seconds, directory.LIMIT_S),
        Line("directory, statements", found.statements, directory.LIMIT_STATEMENTS),
    )


async def _inbox(small: bool) -> Lines:
    many = 50_000 if small else inbox.MANY
    found = await inbox.run(many=many, times=30 if small else 60)
    inbox.report(*found)
    return [Line("inbox page p95, many / few cases", inbox.worst(*found), inbox.LIMIT)]


async def _whole(small: bool) -> Lines:
    found = await whole.run(contacts=200 if small else whole.CONTACTS, warm_starts=2)
    whole.report(found)
    return (
        Line("whole service, PSS MB", found.worked.pss, whole.LIMIT_MB),
        Line("warm start to first 2xx, s", found.warm_s, whole.LIMIT_S),
    )


async def _reading(small: bool) -> Lines:
    found = reading.run(rounds=60 if small else reading.ROUNDS)
    reading.report(found)
    return (
        Line("triage p95, short texts, ms", found.short_ms, 150),
        Line("triage p95, 2,500 characters, ms", found.long_ms, 1200),
        Line("triage in batches, texts/s", found.rate, 25, at_least=True),
        Line("triage process at its peak, MB", found.peak_mb, 200),
    )


async def _whatif(small: bool) -> Lines:
    same, other = await whatif.run(decisions=10_000 if small else whatif.DECISIONS)
    whatif.report(same, other)
    share = same.found.decisions / whatif.DECISIONS
    return (
        Line("what-if, s for 100,000 decisions", other.took_s / share, whatif.LIMIT_S),
        Line("what-if, changes of identical rules", same.changes, 0),
    )


async def _escalation(small: bool) -> Lines:
    found = await escalation.run(burst=300 if small else escalation.BURST)
    escalation.report(found)
    return (
        Line("step told after due, 100k open, s", found.steady_s, escalation.LIMIT_S),
        Line("the same, many in one moment, s", found.burst_s, escalation.LIMIT_S),
    )


async def _routing(small: bool) -> Lines:
    found = routing.run(times=1_000 if small else routing.TIMES)
    routing.report(found)
    late = percentile(found.milliseconds, 0.99)
    return [Line("choice of body and person p99, ms", late, routing.LIMIT_MS)]


async def _fairness(small: bool) -> Lines:
    found = fairness.run(*((fairness.CASES // 10, 2) if small else ()))
    fairness.report(found)
    return (
        Line("heaviest / mean load, worst body", found.ours.inside, fairness.LIMIT),
        Line("heaviest / mean load, country", found.ours.everybody, fairness.LIMIT),
    )


async def _links(small: bool) -> Lines:
    found = await links.run(*((300, 1_000) if small else ()))
    links.report(found)
    growth = found["last"].ms / found["few"].ms
    return (
        Line("comparing a contact, many / few", growth, links.GROWTH),
        Line(
            "statements to compare a batch",
            max(one.statements for one in found.values()),
            links.STATEMENTS,
        ),
    )


async def _consoles(small: bool) -> Lines:
    many = 100 if small else consoles.CONSOLES
    found = await consoles.run(consoles=many, rounds=2 if small else consoles.ROUNDS)
    consoles.report(found)
    late = percentile(found.milliseconds, 0.99)
    return (
        Line(f"change -> list, {many} consoles, p99 ms", late, consoles.LIMIT_MS),
        Line(f"what {many} consoles weigh, MB", found.more_mb, consoles.LIMIT_MB),
    )


async def _forecast(small: bool) -> Lines:
    found = forecast.run(*((4_000,) if small else ()))
    forecast.report(found)
    return [
        Line(
            f"forecast, Brier within {one.hours} h (due soon)",
            one.forecast.brier,
            one.due_soon.brier,
        )
        for one in found
    ]


async def _pages(small: bool) -> Lines:
    found, bare = await pages.run(tries=2 if small else pages.TRIES)
    pages.report(found, bare)
    return (
        Line(
            "first words at 400 kbit/s, worst page, ms",
            max(min(one.milliseconds) for one in found),
            pages.LIMIT_MS,
        ),
        Line("heaviest cold page, bytes", max(one.cold for one in found), pages.COLD_BYTES),
        Line("heaviest warm page, bytes", max(one.warm for one in found), pages.WARM_BYTES),
    )


MEASURED: dict[str, Callable[[bool], Awaitable[Lines]]] = {
    "sweep": _sweep,
    "posts": _posts,
    "latency": _latency,
    "webhooks": _webhooks,
    "redis_commands": _redis_commands,
    "reading": _reading,
    "whole": _whole,
    "inbox": _inbox,
    "consoles": _consoles,
    "directory": _directory,
    "escalation": _escalation,
    "whatif": _whatif,
    "routing": _routing,
    "fairness": _fairness,
    "links": _links,
    "forecast": _forecast,
    "pages": _pages,
}


def main() -> None:
    """Measure, then print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", nargs="+", choices=MEASURED, default=list(MEASURED))
    parser.add_argument(
        "--small", action="store_true", help="fewer rows: under two minutes"
    )
    asked = parser.parse_args()
    table: list[str] = []
    for name in asked.only:
        print(f"-- {name}", flush=True)
        try:
            lines = asyncio.run(_measured(name, asked.small))
        except Exception:  # noqa: BLE001  the other figures are wanted all the same
            traceback.print_exc()
            table.append(f"{name:38} {'broke':>10}")
            continue
        table += [_shown(line, name) for line in lines]
    print(f"\n{'what':38} {'found':>10} {'limit':>8}  held  again by")
    print("\n".join(table))


async def _measured(name: str, small: bool) -> Lines:
    return await MEASURED[name](small)


def _shown(line: Line, name: str) -> str:
    limit = f"{'>=' if line.at_least else '<='} {line.limit:g}"
    held = "yes" if line.held else "NO"
    again = f"python -m benchmarks.{name}"
    return f"{line.what:38} {line.found:10.2f} {limit:>8}  {held:4}  {again}"


if __name__ == "__main__":
    main()
