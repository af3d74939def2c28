"""Use case: bring the directory of bodies into the database, as config/bodies.yaml says."""

from typing import Any

from hotline.actions.steps.directory import check, known_to, row_of
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

    What people imported or changed by hand stays as they left it, and must hold together
    with the rest. Errors: BadDirectory names both sides; then nothing was changed.
    """
    async with rt.transaction(DIRECTORY) as tx:
        return await write_bodies(rt, tx, rt.config)


async def write_bodies(rt: Runtime, tx: Transaction, config: Config) -> int:
    """Do `sync_bodies` with `config` inside a transaction."""
    named = entries(config.bodies, config.places)
    await bodies.lock(tx)
    kept = {e.id: e for e in await known_to(tx) if e.id in await bodies.by_hand(tx)}
    ours = [entry for entry in named if entry.id not in kept]
    check(rt, tx, [*kept.values(), *ours])
    await bodies.put(tx, [row_of(entry) for entry in ours])
    return len(named)
