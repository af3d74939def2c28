"""Use case: a process takes over the configuration that two people enabled.

Asked before a process begins its work and then once a minute; a command asks before it
begins. Whatever goes wrong, the configuration that ran before goes on.
"""

import asyncio
from enum import StrEnum

from hotline.errors import BadConfig, Unavailable
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import trials

POLICY = Machine("policy")
EVERY_S = 60.0


class Followed(StrEnum):
    """What came of asking."""

    SAME = "same"
    ADOPTED = "adopted"
    UNREADABLE = "unreadable"  # this release cannot read what is enabled
    AWAY = "away"


async def follow_policy(rt: Runtime) -> Followed:
    """Take over what is enabled. One small read; the caller says what came of it.

    Nothing is logged here: a command's output is not ours to write into.
    """
    try:
        async with rt.transaction(POLICY) as tx:
            if await trials.enabled_id(tx) == rt.trial_id:
                return Followed.SAME
            trial = await trials.enabled(tx)
    except Unavailable:
        return Followed.AWAY  # asked again in a minute
    try:
        files = dict(trial.files) if trial is not None else {}
        config = await asyncio.to_thread(rt.with_files, files)
    except BadConfig:
        return Followed.UNREADABLE
    rt.adopt(config, None if trial is None else int(trial.id))
    return Followed.ADOPTED
