"""Use case: a person at 111 says that they see to the emergencies that ring on the board."""

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import alarms
from hotline.store.figure_rows import Asked
from hotline.store.transaction import Nudge


async def hear_alarm(rt: Runtime, viewer: Viewer) -> int:
    """Keep it for all that rings now; return how many. Nothing else is changed by it.

    What nobody has taken `alarms.QUIET` later rings again. Errors: NotFound outside 111.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        found = await alarms.read(tx, Asked(viewer, tx.now))
        for name, subject in found.ringing:
            await alarms.hear(tx, subject, viewer.person_id)
            of_case = name == alarms.CASES
            tx.record(
                "alarm_heard",
                case_id=subject if of_case else None,
                contact_id=None if of_case else subject,
            )
        if found.ringing:
            tx.nudge(Nudge("board"))
        return len(found.ringing)
