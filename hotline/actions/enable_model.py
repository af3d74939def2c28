"""Use case: two people put a compared model into service; one may take it back at once."""

from typing import Any

from hotline.actions.steps.named_person import require_keeper
from hotline.errors import RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import models
from hotline.store.models import ModelPage
from hotline.store.transaction import Transaction

SHIPPED = "shipped"  # the name of the model without anything learned


async def list_models(rt: Runtime, viewer: Viewer) -> ModelPage:
    """Return the models with their comparisons. Errors: NotFound, NotAllowed."""
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        return await models.listed(tx)


async def propose_model(rt: Runtime, viewer: Viewer, version: str) -> None:
    """Propose a model that its comparison did not refuse; somebody else enables it.

    Errors: NotFound, NotAllowed, RuleForbids, and Stale when another model runs by now than
    the one it was compared with.
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await models.lock_all(tx)
        model = await models.by_version(tx, version)
        _require_state(model, "compared")
        await _require_fresh(tx, model)
        values = {"proposed_by": viewer.person_id, "proposed_at": tx.now}
        await models.change(tx, model.id, {"state": "proposed", **values})
        models.act(tx, model.id, "proposed")
        tx.record("model_proposed", data={"model_version": version})


async def enable_model(rt: Runtime, viewer: Viewer, version: str) -> None:
    """Enable a model that another person proposed; workers follow within a minute.

    Errors: NotFound, NotAllowed, RuleForbids (the same person twice), Stale.
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await models.lock_all(tx)
        model = await models.by_version(tx, version)
        _require_state(model, "proposed")
        if model.proposed_by == viewer.person_id:
            raise RuleForbids("another person must enable it", code="same_person")
        await _require_fresh(tx, model)
        await _retire_running(tx)
        values = {"enabled_by": viewer.person_id, "enabled_at": tx.now}
        await models.change(tx, model.id, {"state": "enabled", **values})
        models.act(tx, model.id, "enabled")
        tx.record("model_enabled", data={"model_version": version})


async def roll_back(rt: Runtime, viewer: Viewer, version: str = SHIPPED) -> None:
    """Go back to a model that two people enabled before, or to the shipped one, at once.

    One person is enough: going back must be quick. Going back to what runs changes nothing.
    Errors: NotFound, NotAllowed, RuleForbids.
    """
    require_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        await models.lock_all(tx)
        target = None
        if version != SHIPPED:
            target = await models.by_version(tx, version)
            if target.enabled_at is None:
                raise RuleForbids("this model never ran", code="never_enabled")
        running = await models.running(tx)
        if (running.id if running else None) == (target.id if target else None):
            return
        await _retire_running(tx)
        if target is not None:
            await models.change(tx, target.id, {"state": "enabled"})
        left = running.model_version if running else SHIPPED
        told = {"model_version": version, "instead_of": left}
        models.act(tx, target.id if target else None, "rolled_back", told)
        tx.record("model_rolled_back", data=told)


async def _retire_running(tx: Transaction) -> None:
    running = await models.running(tx)
    if running is not None:
        await models.change(tx, running.id, {"state": "retired"})


def _require_state(model: Any, state: str) -> None:
    if model.state != state:
        raise RuleForbids(
            f"the model is `{model.state}`, not `{state}`", code="wrong_state", state=state
        )


async def _require_fresh(tx: Transaction, model: Any) -> None:
    """Errors: Stale when the comparison was with another model than the one that runs."""
    compared = await models.last_comparison(tx, model.id) or {}
    running = await models.running(tx)
    if compared.get("against") != (running.model_version if running else SHIPPED):
        raise Stale("another model runs by now; compare again", code="compare_again")
