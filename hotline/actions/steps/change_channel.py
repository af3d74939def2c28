"""Step: 111 uses a foreign messenger, or not any more. To turn one on takes two people.

To turn one off takes one: where something leaks abroad, that must be quick.
"""

from collections.abc import Mapping
from typing import Any

from hotline.cases.terms import Channel
from hotline.errors import RuleForbids
from hotline.identity.changes import Values
from hotline.runtime import Runtime
from hotline.store import changes, channel_decisions
from hotline.store.transaction import Transaction

LONGEST_REASON = 2000


async def read(rt: Runtime, tx: Transaction, key: str) -> dict[str, Any]:
    """Return whether the messenger `key` is used. Errors: RuleForbids `unknown_channel`."""
    if key not in foreign(rt):
        raise RuleForbids("no such messenger", code="unknown_channel", field="channel")
    await channel_decisions.lock(tx)
    return {"use": holds(rt, await channel_decisions.standing(tx), key), "ground": ""}


async def check(
    _rt: Runtime, _tx: Transaction, _key: str, before: Values, after: Values
) -> None:
    """Do nothing where it has a ground.

    Errors: RuleForbids `reason_missing`, `reason_long`, `nothing_changes`.
    """
    if before["use"] is after["use"]:
        raise RuleForbids("it stands so already", code="nothing_changes", field="channel")
    if not after["ground"].strip():
        raise RuleForbids("say why", code="reason_missing", field="reason")
    if len(after["ground"]) > LONGEST_REASON:
        raise RuleForbids("say it shorter", code="reason_long", field="reason")


async def put(
    rt: Runtime, tx: Transaction, key: str, _before: Values, after: Values
) -> None:
    """Write the decision down; every process goes by it within seconds."""
    decision = {"channel": key, "enabled": after["use"], "reason": after["ground"].strip()}
    asked = await changes.waiting(tx, "channel", key)
    decision["proposed_by"] = asked.proposed_by if asked is not None else None
    await channel_decisions.put(tx, {**decision, "person_id": tx.actor.person_id})
    tx.record("channel_decided", data={"channel": key, "enabled": after["use"]})
    rt.channels_on = None


def by_two(before: Values, after: Values) -> bool:
    """Return whether a second person must agree: to send people's words abroad."""
    return bool(after.get("use")) and not before.get("use")


def foreign(rt: Runtime) -> list[Channel]:
    """Return the messengers whose servers stand abroad (config/channels.yaml)."""
    rules = rt.config.channels.channels
    return [one for one in Channel if one in rules and rules[one].foreign]


def holds(rt: Runtime, standing: Mapping[str, bool], channel: str) -> bool:
    """Return whether a messenger is used: as it was decided, else only in a demonstration."""
    return standing.get(channel, rt.settings.demo)
