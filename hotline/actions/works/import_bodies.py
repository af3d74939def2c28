"""Long work: a large table of bodies, or of their people, is taken over as one piece."""

from typing import Annotated

from msgspec import Meta

from hotline.actions.import_bodies import import_bodies
from hotline.actions.import_members import import_members
from hotline.actions.works.kind import Asked, Bench, Kind, Made
from hotline.cases.terms import Role
from hotline.config.csv_table import heading_of

_NAME = "table.csv"


class ImportBodies(Asked, frozen=True):
    """`whole`: what the table does not name ends today. `seen`: mark of the preview."""

    whole: bool = False
    seen: Annotated[str, Meta(max_length=64)] | None = None


KIND = Kind(frozenset({Role.ADMIN}), ImportBodies)


async def run(bench: Bench) -> Made:
    """Take the table over: all of it or nothing. Errors: BadDirectory, Stale."""
    raw, asked = bench.file or b"", bench.asked
    rows = max(0, raw.count(b"\n") - 1)
    await bench.progress(0, rows)
    if "username" in heading_of(raw, _NAME):
        placed = await import_members(
            bench.rt, bench.viewer, raw, _NAME, whole=asked.whole, told=bench.progress
        )
        return Made({"rows": placed.rows})
    done = await import_bodies(
        bench.rt, bench.viewer, raw, _NAME, whole=asked.whole, seen=asked.seen,
        told=bench.progress,
    )  # fmt: skip
    counts = {what: done.count(what) for what in ("new", "changed", "ended")}
    return Made({"rows": done.rows, **counts})
