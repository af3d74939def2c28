"""Use cases: people at 111 say what they are doing; what nobody ends, ends by itself."""

import re
from datetime import timedelta

from hotline.actions.steps.presence import tell
from hotline.cases.presence import BY_HAND, Doing
from hotline.cases.terms import PresenceState
from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import SWEEP, Viewer
from hotline.runtime import Runtime
from hotline.store import presence
from hotline.store.transaction import Transaction

PAUSES = ("break", "meal", "training", "supervision", "after_hard_call")
_EXTENSION = re.compile(r"[0-9]{2,8}")


async def set_presence(
    rt: Runtime, viewer: Viewer, state: str, reason: str | None = None
) -> None:
    """Do what the person says of themselves; a pause has a reason of PAUSES.

    Nobody is refused: who talks may say that they are not, should a PBX have lost the end of
    their call. Errors: NotFound, RuleForbids (names the field).
    """
    _only_111(viewer)
    if state not in BY_HAND:
        raise RuleForbids("choose a state", code="unknown_presence", field="state")
    then = PresenceState(state)
    if then is PresenceState.PAUSE and reason not in PAUSES:
        raise RuleForbids("say what for", code="unknown_pause", field="reason")
    why = reason if then is PresenceState.PAUSE else None
    async with rt.transaction(viewer) as tx:
        row = await presence.hold(tx, viewer.person_id)
        if (row.state, row.reason) != (then, why):
            await presence.change(tx, row, Doing(then), reason=why)
            tell(tx, viewer.person_id)


async def set_extension(rt: Runtime, viewer: Viewer, extension: str) -> None:
    """Take the telephone of a desk, or none. Errors: NotFound, RuleForbids `extension`."""
    _only_111(viewer)
    wanted = extension.strip() or None
    if wanted is not None and not _EXTENSION.fullmatch(wanted):
        raise RuleForbids("2 to 8 digits", code="bad_extension", field="extension")
    async with rt.transaction(viewer) as tx:
        await presence.hold(tx, viewer.person_id)
        if not await presence.set_extension(tx, viewer.person_id, wanted):
            raise RuleForbids(
                "somebody is at this telephone", code="extension_taken", field="extension"
            )
        tell(tx, viewer.person_id)


async def leave_desk(tx: Transaction, person_id: int) -> None:
    """Let a person who signs out be off; without a desk's telephone they never were on."""
    row = await presence.of_person(tx, person_id, lock=True)
    if row is not None and row.state != PresenceState.OFF:
        await presence.change(tx, row, Doing(PresenceState.OFF))
        tell(tx, person_id)


async def settle_presence(rt: Runtime) -> int:
    """End what has run out: writing up leads to ready, a forgotten state to off.

    Period: `sweep_s`, in every supervisor; two at once are harmless (SKIP LOCKED).
    Returns how many changed.
    """
    longest = timedelta(hours=rt.config.service.sign.session_hours)
    async with rt.transaction(SWEEP) as tx:
        rows = await presence.run_out(tx, tx.now - longest)
        for row in rows:
            wrote = row.state == PresenceState.WRAP_UP
            then = PresenceState.READY if wrote else PresenceState.OFF
            await presence.change(tx, row, Doing(then))
            tell(tx, row.person_id)
    return len(rows)


def _only_111(viewer: Viewer) -> None:
    if not viewer.at_111:
        raise NotFound("no such page")
