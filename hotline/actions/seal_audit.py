"""Use cases: the logs are sealed block by block, and what was sealed is checked again."""

from dataclasses import dataclass
from typing import Any

from hotline.identity.viewer import Machine, Viewer
from hotline.runtime import Runtime
from hotline.store import audit_chain
from hotline.store.audit_chain import Edge
from hotline.store.transaction import Transaction

AUDIT = Machine("audit")
_LABEL = "audit"


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
    newest: str  # the beginning of the newest seal: write it down to see later that none is gone
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
    return made


def _told(block: Bounds) -> dict[str, Any]:
    return {
        "id": block.id,
        "source": block.source,
        "from_id": block.from_id,
        "to_id": block.to_id,
    }


async def verify_audit(rt: Runtime) -> Checked:
    """Check every block again from its rows; return the first that does not hold, if any."""
    key = rt.sealer.derive(_LABEL)
    blocks = rows = number = 0
    before, ends = audit_chain.FIRST, dict.fromkeys(audit_chain.SOURCES, 0)
    async with rt.transaction(AUDIT) as tx:
        while found := await audit_chain.blocks(tx, number):
            for block in found:
                why = await _wrong(tx, key, block, before, number, ends)
                if why:
                    bounds = Bounds(block.id, block.source, block.from_id, block.to_id)
                    return Checked(blocks, rows, 0, before.hex()[:16], bounds, why)
                before, number = block.seal, block.id
                ends[block.source] = block.to_id
                blocks, rows = blocks + 1, rows + block.rows
        left = (await audit_chain.edge(tx)).newest
    unsealed = sum(max(0, left[source] - ends[source]) for source in ends)
    return Checked(blocks, rows, unsealed, before.hex()[:16] if blocks else "")


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
    return Chain(int(block.id), block.at, block.seal.hex()[:16])
