"""Step: the directory as written entries: read, checked as a whole, turned into rows."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row

from hotline.actions.steps.route import day_of
from hotline.config.bodies import known_of
from hotline.config.directory_faults import BadDirectory
from hotline.config.directory_rules import Entry, faults
from hotline.runtime import Runtime
from hotline.store import bodies
from hotline.store.transaction import Transaction

WHOLE = "directory"
_SAME = (
    "id", "kind", "name_kk", "name_ru", "valid_from", "region", "district", "valid_to",
    "status", "phone", "children", "capacity", "has_login",
)  # fmt: skip


async def known_to(tx: Transaction) -> list[Entry]:
    """Return every body of the database as an entry."""
    return [entry_of(row) for row in await bodies.listed(tx)]


def entry_of(row: Row[Any]) -> Entry:
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
