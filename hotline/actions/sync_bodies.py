"""Use case: bring the directory of bodies into the database, as config/bodies.yaml says."""

from typing import Any

from hotline.actions.steps.directory import check, ends_now, known_to, overlaid, row_of
from hotline.config.bodies import entries
from hotline.config.load import Config
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import bodies
from hotline.store.transaction import Transaction

DIRECTORY = Machine("directory")


def rows_of(config: Config) -> list[dict[str, Any]]:
    """Return one row for each body that the patterns of config/bodies.yaml stand for."""
    return [row_of(entry) for entry in entries(config.bodies, config.places)]


async def sync_bodies(rt: Runtime) -> int:
    """Insert or correct the bodies of the configuration; return how many it names.

    What people imported or changed by hand stays as they left it, and so does what the file
    names no longer; both must hold together with the rest. Errors: BadDirectory names both
    sides, or a body that would end today with open cases; then nothing was changed.
    """
    async with rt.transaction(DIRECTORY) as tx:
        return await write_bodies(rt, tx, rt.config)


async def write_bodies(
    rt: Runtime, tx: Transaction, config: Config, *, back: bool = False
) -> int:
    """Do `sync_bodies` with `config` inside a transaction.

    `back`: going back to it must work whatever cases a body holds that it ends.
    """
    named = entries(config.bodies, config.places)
    await bodies.lock(tx)
    kept = await bodies.by_hand(tx)
    before = {entry.id: entry for entry in await known_to(tx)}
    ours = [entry for entry in named if entry.id not in kept]
    check(rt, tx, overlaid(before.values(), ours))
    if not back:
        await ends_now(tx, before, ours)
    await bodies.put(tx, [row_of(entry) for entry in ours])
    return len(named)
