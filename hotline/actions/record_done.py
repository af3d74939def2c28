"""Use case: a body says what it did: the lead's outcome, or the end of a co-executor's part."""

from hotline.actions.end_part import part_done
from hotline.actions.record_outcome import Outcome, check_outcome, record_outcome
from hotline.cases.lifecycle import Move
from hotline.identity.roles import may
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases


async def record_done(
    rt: Runtime, viewer: Viewer, number: str, outcome: Outcome, version: int | None = None
) -> None:
    """Record the case's outcome; of a co-executor, what it did, which ends its part.

    A co-executor's help and check stand as its note. Whoever may do neither is refused the
    outcome. Errors: RuleForbids names the field; NotFound, NotAllowed, Stale.
    """
    async with rt.transaction(viewer) as tx:
        access = (await cases.read(tx, viewer, number, rt.number_key)).access
    helps = may(viewer, Move.PART_DONE, access) and not may(viewer, Move.OUTCOME, access)
    if not helps:
        await record_outcome(rt, viewer, number, outcome, version)
        return
    said = "\n".join(check_outcome(outcome))
    await part_done(rt, viewer, number, None, text=said, version=version)
