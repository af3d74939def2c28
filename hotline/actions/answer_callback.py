"""Use cases: a person at 111 takes a call-back, calls, and says how it ended."""

from datetime import timedelta
from typing import Any

from hotline.errors import NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import callback_list
from hotline.store.transaction import Nudge, Transaction

DONE = "done"
AGAIN = ("no_answer", "third_person")  # said nothing to anybody: tried again later
UNSAFE = "unsafe"
RESULTS = (DONE, *AGAIN, UNSAFE)
HELD_FOR = timedelta(minutes=30)  # then a colleague may take it over


async def take_callback(rt: Runtime, viewer: Viewer, callback_id: int) -> None:
    """Take a call-back: number and code word are shown to the viewer, and to nobody else.

    Errors: NotFound; RuleForbids `callback_over`, `callback_taken`.
    """
    async with rt.transaction(viewer) as tx:
        row = await _open(tx, viewer, callback_id)
        if row.taken_by == viewer.person_id:
            return
        if row.taken_by is not None and tx.now - row.next_at < HELD_FOR:
            raise RuleForbids("a colleague has it", code="callback_taken")
        taken = {"taken_by": viewer.person_id, "next_at": tx.now}
        await callback_list.change(tx, callback_id, taken)
        tx.record("callback_taken", contact_id=row.contact_id)
        tx.nudge(Nudge("phone"))


async def end_callback(rt: Runtime, viewer: Viewer, callback_id: int, result: str) -> None:
    """Say how one's own try ended; after `callback_tries` without an answer it is given up.

    Errors: NotFound; RuleForbids `unknown_result`, `callback_over`, `callback_taken`.
    """
    rules = rt.config.channels.phone
    async with rt.transaction(viewer) as tx:
        row = await _open(tx, viewer, callback_id)
        if result not in RESULTS:
            raise RuleForbids("choose how it ended", code="unknown_result", field="result")
        if row.taken_by != viewer.person_id:
            raise RuleForbids("take it first", code="callback_taken")
        tries = row.tries + 1
        ended: dict[str, Any] = {"tries": tries, "reason": result, "ended_at": tx.now}
        if result == DONE:
            ended |= {"state": "done", "reason": None}
        elif result == UNSAFE:
            ended |= {"state": "given_up"}
        elif tries >= rules.callback_tries:
            ended |= {"state": "given_up", "reason": "tries_used_up"}
        else:
            later = tx.now + timedelta(seconds=rules.callback_again_s)
            ended |= {"next_at": later, "taken_by": None, "ended_at": None}
        await callback_list.change(tx, callback_id, ended)
        tx.record("callback_tried", contact_id=row.contact_id, data={"result": result})
        tx.nudge(Nudge("phone"))


async def _open(tx: Transaction, viewer: Viewer, callback_id: int) -> Any:
    if not viewer.at_111:
        raise NotFound("no such call-back")
    row = await callback_list.hold(tx, callback_id)
    if row.state != "open":
        raise RuleForbids("it is over", code="callback_over")
    return row
