"""Use case: a process takes over the configuration that two people enabled.

Asked at the first heartbeat of a process and then once a minute; a command asks before it
begins. Whatever goes wrong, the configuration that ran before goes on.
"""

import asyncio

import structlog

from hotline.errors import BadConfig, Unavailable
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.store import trials

POLICY = Machine("policy")
EVERY_S = 60.0
_log = structlog.get_logger()


async def follow_policy(rt: Runtime) -> bool:
    """Take over what is enabled; return whether anything changed. One small read."""
    try:
        async with rt.transaction(POLICY) as tx:
            wanted = await trials.enabled_id(tx)
            if wanted == rt.trial_id:
                return False
            trial = await trials.enabled(tx)
    except Unavailable:
        return False  # asked again in a minute
    try:
        files = dict(trial.files) if trial is not None else {}
        config = await asyncio.to_thread(rt.with_files, files)
    except BadConfig as error:
        _log.error("enabled_policy_unreadable", trial=wanted, problems=len(error.problems))
        return False
    rt.adopt(config, None if trial is None else int(trial.id))
    _log.info("policy_adopted", trial=rt.trial_id)
    return True
