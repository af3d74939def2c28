"""Use case: a person shuts a messenger thread to us, or opens it again."""

from hotline.actions.steps.thread import thread_of
from hotline.cases.inbound import ThreadLeft
from hotline.identity.viewer import INTAKE
from hotline.runtime import Runtime
from hotline.store import outbound


async def leave_thread(rt: Runtime, told: ThreadLeft) -> None:
    """Keep that nothing may be written to the thread any more, or that it may again."""
    thread = thread_of(rt, told.channel, told.account, told.sender)
    async with rt.transaction(INTAKE) as tx:
        if told.left:
            await outbound.shut_thread(tx, thread, told.channel)
        else:
            await outbound.open_thread(tx, thread)
