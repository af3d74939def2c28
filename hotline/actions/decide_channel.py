"""Use case: whether 111 uses a foreign messenger; decided with a reason, turned on by two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.actions.make_change import make_within
from hotline.actions.steps.change_channel import LONGEST_REASON, foreign, holds
from hotline.cases.terms import Role
from hotline.errors import NotAllowed
from hotline.identity.viewer import INTAKE, Viewer
from hotline.runtime import Runtime
from hotline.store import changes, channel_decisions

AGE_S = 5.0  # after so long every process goes by a new decision
READERS = (Role.ADMIN, Role.SUPERVISOR)
__all__ = ["AGE_S", "LONGEST_REASON", "READERS", "decide_channel", "enabled", "foreign"]


@dataclass(frozen=True, slots=True)
class Use:
    """How one foreign messenger stands."""

    channel: str
    enabled: bool
    decided: bool  # False: nobody did; it is off, or on because this is a demo
    waits: bool  # somebody proposed to use it, and a second person has not agreed


async def enabled(rt: Runtime, channel: str) -> bool:
    """Return whether messages of `channel` are taken and sent; at most AGE_S old.

    Errors: Unavailable.
    """
    if channel not in foreign(rt):
        return True
    moment = rt.clock.now().timestamp()
    known = rt.channels_on
    if known is None or not 0 <= moment - known[0] < AGE_S:
        async with rt.transaction(INTAKE) as tx:
            known = (moment, await channel_decisions.standing(tx))
        rt.channels_on = known
    return holds(rt, known[1], channel)


async def decide_channel(
    rt: Runtime, viewer: Viewer, channel: str, *, enable: bool, reason: str
) -> None:
    """Stop using `channel`, or propose to use it: a second person agrees at `/admin/changes`.

    Messages that come while it is off stay with the provider.
    Errors: NotAllowed; RuleForbids `unknown_channel`, `reason_missing`, `reason_long`,
    `nothing_changes`, `one_waits`.
    """
    if viewer.role is not Role.ADMIN:
        raise NotAllowed("an administrator decides this")
    wanted = {"use": enable, "ground": reason}
    async with rt.transaction(viewer) as tx:
        await changes.lock(tx)
        await make_within(rt, tx, "channel", channel, wanted)
    rt.channels_on = None


async def show_channels(rt: Runtime, viewer: Viewer) -> tuple[list[Use], Sequence[Any]]:
    """Return how each foreign messenger stands, and the decisions. Errors: NotAllowed."""
    if viewer.role not in READERS:
        raise NotAllowed("your role does not see this")
    async with rt.transaction(viewer) as tx:
        now = await channel_decisions.standing(tx)
        made = await channel_decisions.listed(tx)
        waits = {one for one in foreign(rt) if await changes.waiting(tx, "channel", one)}
    return [
        Use(one, holds(rt, now, one), one in now, one in waits) for one in foreign(rt)
    ], made
