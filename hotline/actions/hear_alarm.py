"""Use case: a person at 111 says that they see to the emergencies that ring on the board."""

from collections.abc import Collection

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import alarms
from hotline.store.alarms import Alarm
from hotline.store.figure_rows import Asked
from hotline.store.transaction import Nudge


def marks(rt: Runtime, alarm: Alarm) -> dict[tuple[str, int], str]:
    """Return a mark of each that rings, which tells nobody of which case it is."""
    return {
        one: rt.sealer.token_hash(f"alarm:{one[0]}:{one[1]}").hex()[:16]
        for one in alarm.ringing
    }


async def hear_alarm(rt: Runtime, viewer: Viewer, seen: Collection[str] = ()) -> int:
    """Keep it for what rings and was `seen` to ring (its marks; empty: all of it).

    What began after the page was read was seen by nobody and goes on. Returns how many.

    What nobody has taken `alarms.QUIET` later rings again. Errors: NotFound outside 111.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        found = await alarms.read(tx, Asked(viewer, tx.now))
        heard = [one for one, mark in marks(rt, found).items() if not seen or mark in seen]
        for name, subject in heard:
            await alarms.hear(tx, subject, viewer.person_id)
            of_case = name == alarms.CASES
            tx.record(
                "alarm_heard",
                case_id=subject if of_case else None,
                contact_id=None if of_case else subject,
            )
        if heard:
            tx.nudge(Nudge("board"))
        return len(heard)
