"""Use case: whether 111 uses a foreign messenger; an administrator decides, with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.cases.terms import Channel, Role
from hotline.errors import NotAllowed, RuleForbids
from hotline.identity.viewer import INTAKE, Viewer
from hotline.runtime import Runtime
from hotline.store import channel_decisions

AGE_S = 5.0  # after so long every process goes by a new decision
LONGEST_REASON = 2000
READERS = (Role.ADMIN, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Use:
    """How one foreign messenger stands."""

    channel: str
    enabled: bool
    decided: bool  # False: nobody did; it is off, or on because this is a demo


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
    return _holds(rt, known[1], channel)


async def decide_channel(
    rt: Runtime, viewer: Viewer, channel: str, *, enable: bool, reason: str
) -> None:
    """Let 111 use `channel`, or stop it; messages that come meanwhile stay with the provider.

    Errors: NotAllowed; RuleForbids `unknown_channel`, `reason_missing`, `reason_long`,
    `nothing_changes`.
    """
    if viewer.role is not Role.ADMIN:
        raise NotAllowed("an administrator decides this")
    if channel not in foreign(rt):
        raise RuleForbids("no such messenger", code="unknown_channel", field="channel")
    if not reason.strip():
        raise RuleForbids("say why", code="reason_missing", field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleForbids("say it shorter", code="reason_long", field="reason")
    async with rt.transaction(viewer) as tx:
        await channel_decisions.lock(tx)
        now = await channel_decisions.standing(tx)
        if now.get(channel) is enable:
            raise RuleForbids(
                "it stands so already", code="nothing_changes", field="channel"
            )
        decision = {"channel": channel, "enabled": enable, "reason": reason.strip()}
        await channel_decisions.put(tx, {**decision, "person_id": viewer.person_id})
        tx.record("channel_decided", data={"channel": channel, "enabled": enable})
    rt.channels_on = None


async def show_channels(rt: Runtime, viewer: Viewer) -> tuple[list[Use], Sequence[Any]]:
    """Return how each foreign messenger stands, and the decisions. Errors: NotAllowed."""
    if viewer.role not in READERS:
        raise NotAllowed("your role does not see this")
    async with rt.transaction(viewer) as tx:
        now = await channel_decisions.standing(tx)
        made = await channel_decisions.listed(tx)
    return [Use(one, _holds(rt, now, one), one in now) for one in foreign(rt)], made


def foreign(rt: Runtime) -> list[Channel]:
    """Return the messengers whose servers stand abroad (config/channels.yaml)."""
    rules = rt.config.channels.channels
    return [one for one in Channel if one in rules and rules[one].foreign]


def _holds(rt: Runtime, standing: Mapping[str, bool], channel: str) -> bool:
    return standing.get(channel, rt.settings.demo)
