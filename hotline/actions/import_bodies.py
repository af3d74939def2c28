"""Use case: the directory of bodies comes from a table. Whole, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hotline.actions.steps.directory import (
    check,
    ends_now,
    fingerprint,
    known_to,
    need_keeper,
    overlaid,
    row_of,
)
from hotline.actions.steps.route import day_of
from hotline.actions.steps.told import Told
from hotline.config.bodies_csv import COLUMNS, cells_of, read_bodies
from hotline.config.directory_rules import OWN, Entry
from hotline.errors import Stale
from hotline.identity.viewer import Actor
from hotline.runtime import Runtime
from hotline.store import bodies
from hotline.store.transaction import Transaction

AT_A_TIME = 100  # rows; between them it tells how far it is, and can be ended


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one body."""

    body: str
    what: str  # new | changed | ended
    fields: tuple[tuple[str, str, str], ...] = ()  # column, before, after


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import does. `left`: bodies that it does not name and leaves as they are."""

    rows: int
    changes: tuple[Change, ...]
    left: int
    fingerprint: str  # of the directory before

    def count(self, what: str) -> int:
        """Return how many bodies are new, changed or ended."""
        return sum(change.what == what for change in self.changes)


async def import_bodies(
    rt: Runtime,
    actor: Actor,
    raw: bytes,
    name: str,
    *,
    whole: bool = False,
    only_look: bool = False,
    seen: str | None = None,
    told: Told | None = None,
) -> Imported:
    """Insert and change the bodies that the table names; return what changes.

    `whole`: the table is the whole directory, and what it does not name ends today.
    `only_look`: keep nothing. `seen`: the fingerprint of a preview; Stale when another
    person changed the directory since. What is imported, config/bodies.yaml no longer sets.
    `told` hears of the rows that are written; what ends it there undoes all of them.
    Errors: BadDirectory names file, line, column and remedy; NotAllowed.
    """
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        before = {entry.id: entry for entry in await known_to(tx)}
        named = read_bodies(raw, name, before)
        mark = fingerprint(before.values())
        if seen is not None and seen != mark:
            raise Stale(
                "the directory has changed since you looked", code="directory_stale"
            )
        ended = _unnamed(before, named, day_of(tx)) if whole else []
        changes = (*_changes(before, named), *(Change(one.id, "ended") for one in ended))
        check(rt, tx, overlaid(before.values(), [*named, *ended]))
        await ends_now(tx, before, [*named, *ended])
        left = len(before.keys() - {one.id for one in named}) - len(ended)
        done = Imported(len(named), changes, left, mark)
        if not only_look:
            await _keep(tx, [*named, *ended], done, told)
    if not only_look:
        rt.forget_directory()
    return done


async def _keep(
    tx: Transaction, entries: Sequence[Entry], done: Imported, told: Told | None
) -> None:
    rows = [row_of(entry) for entry in entries]
    for first in range(0, len(rows), AT_A_TIME):
        part = rows[first : first + AT_A_TIME]
        await bodies.put(tx, part, bodies.BY_HAND)
        if told:
            await told(first + len(part), len(rows))
    for change in done.changes:
        fields = [column for column, _, _ in change.fields]
        known = {"body": change.body, "what": change.what, "fields": fields}
        tx.record("body_changed", data=known)
    counts = {what: done.count(what) for what in ("new", "changed", "ended")}
    tx.record("bodies_imported", data={"rows": done.rows, **counts})


def _changes(before: Mapping[str, Entry], named: Sequence[Entry]) -> list[Change]:
    found: list[Change] = []
    for entry in named:
        old = before.get(entry.id)
        if old is None:
            found.append(Change(entry.id, "new"))
            continue
        was, now = cells_of(old), cells_of(entry)
        fields = tuple((c, was[c], now[c]) for c in COLUMNS if was[c] != now[c])
        if fields:
            found.append(Change(entry.id, "changed", fields))
    return found


def _unnamed(before: Mapping[str, Entry], named: Sequence[Entry], day: date) -> list[Entry]:
    """Return the bodies that a whole table leaves out, ended; 111's own queue stays."""
    gone = before.keys() - {entry.id for entry in named} - {OWN}
    found: list[Entry] = []
    for entry in (before[name] for name in sorted(gone)):
        if entry.status != "active" or (entry.valid_to and entry.valid_to <= day):
            continue
        begun = entry.valid_from < day
        found.append(
            replace(entry, valid_to=day) if begun else replace(entry, status="planned")
        )
    return found
