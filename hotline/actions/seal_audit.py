"""Use cases: the logs are sealed block by block, and what was sealed is checked again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import structlog

from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import audit_chain
from hotline.store.audit_chain import Edge
from hotline.store.transaction import Transaction

AUDIT = Machine("audit")
_LABEL = "audit"
_TOLD = 16  # digits of a seal: nobody without the secret makes another one that begins so
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a block says of itself."""

    id: int
    source: str
    from_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found. `broken`: the first block that does not hold, None for a sound chain."""

    blocks: int
    rows: int
    unsealed: int  # rows that no block covers yet
    newest: str  # the newest seal as `mark_of` writes it
    broken: Bounds | None = None
    why: str = ""


async def look_for_seals(rt: Runtime) -> Edge:
    """Return how far the logs have come, to be sealed at the next time."""
    async with rt.transaction(AUDIT) as tx:
        return await audit_chain.edge(tx)


async def seal_audit(rt: Runtime, seen: Edge) -> int:
    """Seal what had been written when `seen` was looked at; return how many blocks were added.

    Only once every transaction of that time has ended: until then a row with a lower id may
    still come. Period: a minute, in every supervisor; one of them at a time does it.
    """
    key, made = rt.sealer.derive(_LABEL), 0
    async with rt.transaction(AUDIT) as tx:
        if not await audit_chain.lock(tx) or not await audit_chain.all_ended(tx, seen.at):
            return 0
        newest = await audit_chain.last(tx)
        number, before = (newest.id, newest.seal) if newest else (0, audit_chain.FIRST)
        for source in audit_chain.SOURCES:
            own = await audit_chain.last(tx, source)
            done, until = own.to_id if own else 0, seen.newest[source]
            while (end := await audit_chain.end_of_block(tx, source, done, until)) > done:
                number += 1
                block = Bounds(number, source, done + 1, end)
                rows, told = await audit_chain.digest(tx, source, done + 1, end)
                before = audit_chain.seal(key, before, block, rows, told)
                await audit_chain.add(tx, {**_told(block), "rows": rows, "seal": before})
                done, made = end, made + 1
    if (
        made
    ):  # where the log goes, outside of the database, the end of the chain is known too
        log.info("audit_sealed", blocks=number, seal=_mark(number, before))
    return made


def _told(block: Bounds) -> dict[str, Any]:
    return {
        "id": block.id,
        "source": block.source,
        "from_id": block.from_id,
        "to_id": block.to_id,
    }


async def verify_audit(rt: Runtime, *, against: Collection[str] = ()) -> Checked:
    """Check every block again from its rows; return the first that does not hold, if any.

    `against`: seals that were kept outside. One whose block is not there says that the end of
    the chain was cut off; one that differs, that all from there on was made anew.
    """
    key, kept = rt.sealer.derive(_LABEL), dict(map(read_mark, against))
    blocks = rows = number = 0
    before, ends = audit_chain.FIRST, dict.fromkeys(audit_chain.SOURCES, 0)
    async with rt.transaction(AUDIT) as tx:
        while found := await audit_chain.blocks(tx, number):
            for block in found:
                why = await _wrong(tx, key, block, before, number, ends)
                if not why and not block.seal.hex().startswith(kept.pop(block.id, "")):
                    why = "outside"
                if why:
                    bounds = Bounds(block.id, block.source, block.from_id, block.to_id)
                    return Checked(blocks, rows, 0, _mark(number, before), bounds, why)
                before, number = block.seal, block.id
                ends[block.source] = block.to_id
                blocks, rows = blocks + 1, rows + block.rows
        left = (await audit_chain.edge(tx)).newest
    unsealed = sum(max(0, left[source] - ends[source]) for source in ends)
    newest = _mark(number, before)
    if kept:
        return Checked(blocks, rows, unsealed, newest, Bounds(min(kept), "", 0, 0), "cut")
    return Checked(blocks, rows, unsealed, newest)


def _mark(number: int, seal: bytes) -> str:
    return f"{number}:{seal.hex()[:_TOLD]}" if number else ""


def mark_of(block: Any) -> str:
    """Return what to keep outside of a block: its number and the beginning of its seal."""
    return _mark(int(block.id), block.seal) if block is not None else ""


def read_mark(mark: str) -> tuple[int, str]:
    """Return number and seal that a mark names. Errors: ValueError."""
    number, _, seal = mark.strip().partition(":")
    if not number.isdigit() or len(seal) < _TOLD or set(seal) - set("0123456789abcdef"):
        raise ValueError(mark)
    return int(number), seal


async def _wrong(
    tx: Transaction,
    key: bytes,
    block: Any,
    before: bytes,
    number: int,
    ends: dict[str, int],
) -> str:
    """Return why a block does not hold: `missing`, `rows` or `seal`; empty where it does."""
    if block.id != number + 1 or block.from_id != ends[block.source] + 1:
        return "missing"
    rows, told = await audit_chain.digest(tx, block.source, block.from_id, block.to_id)
    if rows != block.rows:
        return "rows"
    right = audit_chain.seal(key, before, block, rows, told)
    return "" if right == block.seal else "seal"


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the chain has come, for people: a seal to write down."""

    blocks: int
    at: Any
    newest: str


async def chain_now(rt: Runtime, viewer: Viewer) -> Chain:
    """Return the newest block; checking all of them is `hotline verify audit`."""
    async with rt.transaction(viewer) as tx:
        block = await audit_chain.last(tx)
    if block is None:
        return Chain(0, None, "")
    return Chain(int(block.id), block.at, mark_of(block))
