"""Use case: 111 registers an identified report as an appeal: its terms become law."""

from hotline.actions.steps.move import moving
from hotline.actions.steps.register import register
from hotline.cases.lifecycle import Move
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime


async def register_appeal(
    rt: Runtime, viewer: Viewer, number: str, version: int | None = None
) -> None:
    """Register a case as an appeal.

    Errors: RuleForbids `registered_already`, `anonymous_appeal`; NotFound, NotAllowed, Stale.
    """
    async with moving(rt, viewer, number, Move.REGISTER_APPEAL, version) as moved:
        await register(rt, moved.tx, moved.case)
