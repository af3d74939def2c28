"""Long work: changed rules are tried on a long past. The trial is made before, and waits.

What replays it asks for long work itself, so it stands above: `hotline.trial_work`.
"""

from collections.abc import Mapping
from typing import Any

from hotline.actions.works.kind import Asked, Kind
from hotline.cases.terms import Role
from hotline.store import trials
from hotline.store.transaction import Transaction

_WHY = ("bad_config", "too_long", "cancelled")


class TryPolicy(Asked, frozen=True):
    """`trial`: its id."""

    trial: int


async def _left_undone(
    tx: Transaction, asked: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Refuse the trial that nobody replays any more: else it would wait for ever."""
    trial = await trials.by_id(tx, asked["trial"])
    cause = values.get("cause") or values["state"]
    why = cause if cause in _WHY else "failed"
    kept = {"state": "refused", "result": {**(trial.result or {}), "why": why}}
    await trials.finish(tx, trial.id, kept)


KIND = Kind(frozenset({Role.SUPERVISOR, Role.ADMIN}), TryPolicy, _left_undone)
