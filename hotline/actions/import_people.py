"""Use cases: people come from a table, or go into one. Whole, or not at all."""

from dataclasses import dataclass
from typing import Any

from hotline.actions.keep_people import hire_within
from hotline.actions.make_change import make_within, need_admin, takes_two
from hotline.actions.steps import change_person
from hotline.actions.steps.told import Told
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.people_csv import PersonEntry, read_people, write_people
from hotline.errors import RuleForbids
from hotline.identity.changes import Line, lines
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import changes, people, person_cards
from hotline.store.transaction import Transaction

_FAULTS = {
    "unknown_body": "unknown_body",
    "unknown_region": "unknown_region",
    "region_needed": "empty",
    "unknown_language": "unknown_language",
    "bad_share": "bad_share",
}
# Of somebody new of whom the table says no more than the role.
_NEWCOMER: dict[str, Any] = {
    "region": None,
    "bodies": {},
    "languages": ["kk", "ru"],
    "share": 1.0,
    "active": True,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What one row of the table does."""

    username: str
    new: bool
    two: bool  # waits for a second person
    lines: tuple[Line, ...]
    token: str = ""  # of the link to a first password


async def import_people(
    rt: Runtime,
    viewer: Viewer,
    raw: bytes,
    name: str,
    *,
    only_look: bool,
    told: Told | None = None,
) -> list[Imported]:
    """Return what the table changes; unless `only_look`, it is so afterwards.

    `told` hears of the rows that are done; what ends it there undoes all of them.
    Errors: BadDirectory names line and column; NotFound, NotAllowed.
    """
    need_admin(viewer)
    entries = read_people(raw, name)
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        found: list[Imported] = []
        for entry in entries:
            found.append(await _one(rt, tx, entry, only_look=only_look))
            if told:
                await told(len(found), len(entries))
    return [one for one in found if one.new or one.lines]


async def _one(
    rt: Runtime, tx: Transaction, entry: PersonEntry, *, only_look: bool
) -> Imported:
    row = await people.by_username(tx, entry.username)
    key = str(row.id) if row is not None else ""
    empty: dict[str, Any] = {"role": "body", "active": False, "bodies": {}}
    before = await change_person.read(rt, tx, key) if row is not None else empty
    after = {**(_NEWCOMER if row is None else before), **entry.values}
    found = tuple(lines(before, after))
    two = await takes_two(tx, "person", key, before, after)
    done = Imported(entry.username, row is None, two, found)
    try:
        if only_look or not (found or row is None):
            if row is not None and found:
                await change_person.check(rt, tx, key, before, after)
            return done
        if row is not None:
            await make_within(rt, tx, "person", key, after)
            return done
        _, token = await hire_within(rt, tx, entry.username, entry.name, after)
    except RuleForbids as refused:
        raise BadDirectory([_fault(entry, refused)]) from refused
    return Imported(done.username, done.new, done.two, done.lines, token)


def _fault(entry: PersonEntry, refused: RuleForbids) -> Fault:
    code = _FAULTS.get(refused.code, "not_now")
    field = str(refused.facts.get("field", "username"))
    return Fault(entry.where, field, code, {"value": entry.username})


async def export_people(rt: Runtime, viewer: Viewer) -> bytes:
    """Return everybody as a table. Errors: NotFound, NotAllowed."""
    need_admin(viewer)
    async with rt.transaction(viewer) as tx:
        rows = await person_cards.listed(tx)
        named = [
            (row.username, row.display_name, await change_person.read(rt, tx, str(row.id)))
            for row in rows
        ]
        tx.record("people_exported", data={"rows": len(named)})
    return write_people(named)
