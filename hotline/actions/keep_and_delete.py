"""Use cases: what has been kept long enough is destroyed by its key; holds; what would go.

Rows stay, so that every count still adds up; what was sealed in them can never be read again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.actions.forget_person import forget_contact
from hotline.actions.make_change import DECIDERS
from hotline.cases.terms import Role
from hotline.config.admin import Period
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import cases, contacts, keys, retention
from hotline.store.retention_more import MORE
from hotline.store.transaction import Transaction
from hotline.store.visibility import visible_to

KEEPER = Machine("retention")
REASONS = ("court", "investigation", "prosecutor", "complaint")


@dataclass(frozen=True, slots=True)
class KeptKind:
    """One kind of record: how long it is kept, by what right, what is due now."""

    period: Period
    days: int  # as two people set it, or as config/admin.yaml says
    due: int
    held: int  # of these: a legal hold keeps them


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the page of keeping shows. An administrator sees no numbers of cases."""

    kinds: Sequence[KeptKind]
    runs: Sequence[Any]
    holds: Sequence[Any]


async def show_keeping(rt: Runtime, viewer: Viewer) -> Keeping:
    """Return periods, what would go now, holds and runs. Errors: NotFound."""
    if viewer.role not in DECIDERS:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        return Keeping(
            await _kinds(rt, tx),
            await retention.runs(tx),
            await retention.held_now(tx, visible_to(viewer)),
        )


async def _kinds(rt: Runtime, tx: Transaction) -> list[KeptKind]:
    named, grave = await retention.periods(tx), rt.config.admin.grave
    found = []
    for period in rt.config.admin.retention.kinds:
        days = max(named.get(period.kind, period.days), period.least_days)
        due, held = await retention.count_due(tx, period.kind, days, grave)
        found.append(KeptKind(period, days, due, held))
    return found


async def keep_and_delete(rt: Runtime, *, now: bool = False) -> int:
    """Destroy what is due, batch by batch; return how many. Safe twice at once, and cut off.

    Period: every `every_hours` of config/admin.yaml, in any supervisor. `now`: at once.
    """
    every = timedelta(hours=rt.config.admin.retention.every_hours)
    async with rt.transaction(KEEPER) as tx:
        last = await retention.last_run(tx)
        if not now and last is not None and tx.now - last < every:
            return 0
        kinds = await _kinds(rt, tx)
    return sum([await _run(rt, kind) for kind in kinds])


async def _run(rt: Runtime, kind: KeptKind) -> int:
    """Do one kind, and write what came of it; figures that do not add up are refused."""
    settings, gone = rt.config.admin, 0
    while True:
        async with rt.transaction(KEEPER) as tx:
            done = await _batch(rt, tx, kind)
        gone += done
        if not done:
            break
    async with rt.transaction(KEEPER) as tx:
        left, held = await retention.count_due(
            tx, kind.period.kind, kind.days, settings.grave
        )
        told = {
            "kind": kind.period.kind,
            "days": kind.days,
            "destroyed": gone,
            "held": held,
        }
        await retention.note_run(tx, {**told, "due": gone + left, "left_over": left - held})
    return gone


async def _batch(rt: Runtime, tx: Transaction, kind: KeptKind) -> int:
    settings, name = rt.config.admin, kind.period.kind
    most = settings.retention.batch
    if name in MORE:
        return await retention.end_due(tx, name, kind.days, most)
    ids = await retention.take_due(tx, name, kind.days, settings.grave, most)
    for one in ids:
        await _destroy(tx, name, one)
    return len(ids)


async def _destroy(tx: Transaction, kind: str, one: int) -> None:
    if kind == "contact":
        for contact in await contacts.by_ids(tx, [one], lock=True):
            await forget_contact(tx, contact)
        return
    attached = [row.id for row in await contacts.of_case(tx, one)]
    for contact in await contacts.by_ids(tx, attached, lock=True):
        await forget_contact(tx, contact)
    await keys.destroy(tx, await retention.keys_of_case(tx, one))
    tx.record("kept_long_enough", case_id=one)


async def hold_case(rt: Runtime, viewer: Viewer, number: str, reason: str) -> None:
    """Let a case be kept whatever its period. Errors: NotFound, RuleForbids."""
    if viewer.role is not Role.SUPERVISOR:
        raise NotFound("no such page")
    if reason not in REASONS:
        raise RuleForbids("say why", code="reason_missing", field="reason")
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        if not await retention.hold(tx, case.id, reason):
            raise RuleForbids("it is held already", code="held_already", field="number")
        tx.record("case_held", case_id=case.id, data={"reason": reason})


async def lift_hold(rt: Runtime, viewer: Viewer, number: str) -> None:
    """End the hold of a case. Errors: NotFound."""
    if viewer.role is not Role.SUPERVISOR:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        if not await retention.lift(tx, case.id):
            raise NotFound("no such hold")
        tx.record("case_hold_lifted", case_id=case.id)
