"""Step: the directory as written entries: read, checked as a whole, turned into rows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from hotline.actions.steps.route import day_of
from hotline.cases.terms import Role
from hotline.config.bodies import known_of
from hotline.config.bodies_csv import cells_of
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.directory_rules import Entry, faults
from hotline.errors import NotAllowed
from hotline.identity.viewer import Actor, Viewer
from hotline.routing.directory import NO_LONGER, NOT_YET, PLANNED, why_not_on
from hotline.runtime import Runtime
from hotline.store import bodies
from hotline.store.transaction import Transaction

WHOLE = "directory"
_FIELDS = {PLANNED: "status", NOT_YET: "valid_from", NO_LONGER: "valid_to"}
_SAME = (
    "id", "kind", "name_kk", "name_ru", "valid_from", "region", "district", "valid_to",
    "status", "phone", "children", "capacity", "has_login",
)  # fmt: skip


async def known_to(tx: Transaction) -> list[Entry]:
    """Return every body of the database as an entry."""
    return [entry_of(row) for row in await bodies.listed(tx)]


def entry_of(row: Any) -> Entry:
    """Return a row as an entry."""
    return Entry(
        where=f"{WHOLE}: {row.id}",
        parent=row.parent_id,
        hours=bodies.hours_in(row),
        languages=tuple(row.languages),
        **{name: getattr(row, name) for name in _SAME},
    )


def row_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as a row."""
    hours = entry.hours
    return {
        **{name: getattr(entry, name) for name in _SAME},
        "parent_id": entry.parent,
        "hours": None if hours is None else msgspec.to_builtins(hours),
        "languages": list(entry.languages),
    }


def check(rt: Runtime, tx: Transaction, entries: Sequence[Entry]) -> None:
    """Do nothing where the whole directory holds. Errors: BadDirectory names every fault."""
    kinds = {str(kind) for kind in rt.config.taxonomy.bodies}
    known = known_of(rt.config.places, kinds)
    found = faults(entries, known, day_of(tx), WHOLE)
    if found:
        raise BadDirectory(found)


def overlaid(before: Iterable[Entry], after: Iterable[Entry]) -> list[Entry]:
    """Return `before` with the entries of `after` in place of those of the same id."""
    named = list(after)
    replaced = {entry.id for entry in named}
    return [*(entry for entry in before if entry.id not in replaced), *named]


def need_keeper(actor: Actor) -> None:
    """Do nothing for who may change the directory. Errors: NotAllowed."""
    if isinstance(actor, Viewer) and actor.role is not Role.ADMIN:
        raise NotAllowed("only an administrator changes the directory")


def fingerprint(entries: Iterable[Entry]) -> str:
    """Return a mark that changes with every change of the directory."""
    told = sorted(repr(sorted(cells_of(entry).items())) for entry in entries)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


async def ends_now(
    tx: Transaction, before: Mapping[str, Entry], after: Iterable[Entry]
) -> None:
    """Do nothing unless a body that acts no more from today on still holds open cases.

    Errors: BadDirectory: nobody's case may stay behind in a body that is no longer there.
    """
    day = day_of(tx)
    stops = {
        entry.id: entry
        for entry in after
        if entry.id in before
        and _why_not(before[entry.id], day) is None
        and _why_not(entry, day) is not None
    }
    left = await bodies.holding_cases(tx, stops.keys()) if stops else frozenset()
    if left:
        held = [stops[one] for one in sorted(left)]
        raise BadDirectory(
            [
                Fault(
                    one.where,
                    _FIELDS[_why_not(one, day) or NO_LONGER],
                    "open_cases",
                    {"value": one.id},
                )
                for one in held
            ]
        )


def _why_not(entry: Entry, day: date) -> str | None:
    return why_not_on(entry.status, entry.valid_from, entry.valid_to, day)
