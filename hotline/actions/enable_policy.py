"""Use case: two people put a tried configuration into service; one may take it back."""

import asyncio
from collections.abc import Mapping
from typing import Any

from hotline.actions.follow_policy import follow_policy
from hotline.actions.steps.directory import known_to
from hotline.actions.steps.named_person import require_keeper
from hotline.actions.sync_bodies import write_bodies
from hotline.config.bodies import entries
from hotline.config.load import Config
from hotline.errors import BadConfig, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import bodies, trials
from hotline.store.transaction import Transaction


async def propose_policy(rt: Runtime, viewer: Viewer, trial_id: int) -> None:
    """Propose a tried configuration; somebody else enables it.

    Errors: NotFound, NotAllowed, RuleForbids (not tried, `version_unchanged`), and Stale
    when another configuration runs by now than the one it was tried beside.
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await trials.lock_all(tx)
        trial = await trials.by_id(tx, trial_id)
        _require_state(trial, "tried")
        await _require_fresh(tx, trial)
        _require_new_versions(trial)
        known = {"proposed_by": viewer.person_id, "proposed_at": tx.now}
        await trials.change(tx, trial_id, {"state": "proposed", **known})
        tx.record("policy_proposed", data=_told(trial))


async def enable_policy(rt: Runtime, viewer: Viewer, trial_id: int) -> None:
    """Enable what another person proposed; every process follows within a minute.

    Errors: NotFound, NotAllowed, Stale, RuleForbids (the same person twice, or
    `no_longer_holds`: the folder or the year changed since it was tried).
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await trials.lock_all(tx)
        trial = await trials.by_id(tx, trial_id)
        _require_state(trial, "proposed")
        if trial.proposed_by == viewer.person_id:
            raise RuleForbids("another person must enable it", code="same_person")
        await _require_fresh(tx, trial)
        config = await _read(rt, trial.files)
        if config is None:
            raise RuleForbids("its files no longer hold; try them", code="no_longer_holds")
        running = await trials.enabled(tx)
        if running is not None:
            await _end(tx, viewer, running)
        await write_bodies(rt, tx, config)
        known = {"enabled_by": viewer.person_id, "enabled_at": tx.now}
        await trials.change(tx, trial_id, {"state": "enabled", **known})
        tx.record("policy_enabled", data=_told(trial))
    await follow_policy(rt)


async def roll_back_policy(rt: Runtime, viewer: Viewer, trial_id: int) -> None:
    """End the enabled configuration and go back to what ran before it, at once.

    One person is enough: going back must be quick. It needs no reading of what it leaves,
    and passes over what no longer holds: config/ does. Bodies that only the ended one named
    become `planned`: they stay in the history and get nothing new.

    Errors: NotFound, NotAllowed, RuleForbids.
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await trials.lock_all(tx)
        trial = await trials.by_id(tx, trial_id)
        _require_state(trial, "enabled")
        before, config = await _before(rt, tx, trial)
        await _end(tx, viewer, trial)
        if before is not None:
            again = {"state": "enabled", "ended_by": None, "ended_at": None}
            await trials.change(tx, before.id, again)
        await bodies.withdraw(tx, await _bodies_of(rt, tx, trial) - _named(config))
        await write_bodies(rt, tx, config, back=True)
        back_to = None if before is None else before.id
        tx.record("policy_rolled_back", data={**_told(trial), "back_to": back_to})
    await follow_policy(rt)


async def _before(rt: Runtime, tx: Transaction, trial: Any) -> tuple[Any, Config]:
    """Return what ran before `trial` and can still be read; None stands for config/."""
    while (earlier := trials.base_of(trial)) is not None:
        trial = await trials.by_id(tx, earlier)
        config = await _read(rt, trial.files)
        if config is not None:
            return trial, config
    return None, rt.with_files({})


async def _read(rt: Runtime, files: Mapping[str, str]) -> Config | None:
    """Return what `files` make of config/, None where it does not hold.

    A release may know other keys, and a calendar that was tried may lack the next year.
    """
    try:
        return await asyncio.to_thread(rt.with_files, files)
    except BadConfig:
        return None


async def _bodies_of(rt: Runtime, tx: Transaction, trial: Any) -> set[str]:
    """Return the bodies that a trial may have named; where it cannot be read, all."""
    files = {name: text for name, text in trial.files.items() if name == "bodies.yaml"}
    config = await _read(rt, files)
    return {e.id for e in await known_to(tx)} if config is None else _named(config)


def _named(config: Config) -> set[str]:
    return {entry.id for entry in entries(config.bodies, config.places)}


async def _end(tx: Transaction, viewer: Viewer, trial: Any) -> None:
    ended = {"ended_by": viewer.person_id, "ended_at": tx.now}
    await trials.change(tx, trial.id, {"state": "ended", **ended})


def _told(trial: Any) -> dict[str, Any]:
    told = {"trial": trial.id, "fingerprint": trial.fingerprint}
    return {**told, "files": sorted(trial.files)}


def _require_state(trial: Any, state: str) -> None:
    if trial.state != state:
        raise RuleForbids(
            f"the trial is `{trial.state}`, not `{state}`", code="wrong_state", state=state
        )


async def _require_fresh(tx: Transaction, trial: Any) -> None:
    """Errors: Stale when what it was tried beside is not what runs."""
    if trials.base_of(trial) != await trials.enabled_id(tx):
        raise Stale("another configuration runs by now; try it again", code="try_again")


def _require_new_versions(trial: Any) -> None:
    """Errors: RuleForbids for a changed file under its old version."""
    same = trial.result.get("same_version", [])
    if same:
        raise RuleForbids(
            f"{same[0]}: key `version`: the file changed and its version did not; raise it",
            code="version_unchanged",
            field=same[0],
        )
