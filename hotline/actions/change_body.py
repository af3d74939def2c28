"""Use case: an administrator adds a body, corrects one, or says on which day it ends."""

from collections.abc import Mapping
from dataclasses import replace

from hotline.actions.steps.directory import (
    WHOLE,
    check,
    ends_now,
    fingerprint,
    known_to,
    need_keeper,
    overlaid,
    row_of,
)
from hotline.config.bodies_csv import COLUMNS, NEEDED, cells_of, entry_from
from hotline.config.csv_table import TableRow
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.config.directory_rules import Entry
from hotline.errors import NotFound, Stale
from hotline.identity.viewer import Actor
from hotline.runtime import Runtime
from hotline.store import bodies
from hotline.store.transaction import Transaction


async def add_body(rt: Runtime, actor: Actor, cells: Mapping[str, str]) -> str:
    """Add a body and return its id. `cells`: text by column of the table.

    Errors: BadDirectory names each field and the remedy; NotAllowed.
    """
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        known = {entry.id: entry for entry in await known_to(tx)}
        entry = _read({**dict.fromkeys(NEEDED, ""), **cells}, None)
        if entry.id in known:
            raise BadDirectory([Fault(entry.where, "id", "same_id", {"value": entry.id})])
        await _keep(rt, tx, known, entry, "new")
    rt.forget_directory()
    return entry.id


async def change_body(
    rt: Runtime,
    actor: Actor,
    body_id: str,
    cells: Mapping[str, str],
    *,
    seen: str | None = None,
) -> None:
    """Change the columns that `cells` names. `seen`: the body's mark when it was read.

    Errors: NotFound; Stale when somebody else was quicker; BadDirectory; NotAllowed.
    """
    need_keeper(actor)
    async with rt.transaction(actor) as tx:
        await bodies.lock(tx)
        known = {entry.id: entry for entry in await known_to(tx)}
        if body_id not in known:
            raise NotFound("no such body")
        before = known[body_id]
        if seen is not None and seen != fingerprint([before]):
            raise Stale("somebody else has changed this body", code="body_stale")
        given = {name: cell for name, cell in cells.items() if name != "id"}
        entry = replace(_read(given, before), id=body_id)
        if cells_of(entry) != cells_of(before):
            await _keep(rt, tx, known, entry, "changed")
    rt.forget_directory()


def _read(cells: Mapping[str, str], base: Entry | None) -> Entry:
    where = f"{WHOLE}: {base.id if base else cells.get('id') or '?'}"
    known = {name: cell.strip() for name, cell in cells.items() if name in COLUMNS}
    entry, wrong = entry_from(TableRow(where, known), base)
    if entry is None:
        raise BadDirectory(wrong)
    return entry


async def _keep(
    rt: Runtime, tx: Transaction, known: Mapping[str, Entry], entry: Entry, what: str
) -> None:
    check(rt, tx, overlaid(known.values(), [entry]))
    await ends_now(tx, known, [entry])
    await bodies.put(tx, [row_of(entry)], bodies.BY_HAND)
    before = cells_of(known[entry.id]) if entry.id in known else {}
    fields = [name for name, cell in cells_of(entry).items() if before.get(name) != cell]
    data = {"body": entry.id, "what": what, "fields": fields if before else []}
    tx.record("body_changed", data=data)
