"""Use cases: a task on a case: given, done, taken back; who is late is reminded once."""

from datetime import datetime

from hotline.actions.record_act import checked_once
from hotline.actions.record_work import need
from hotline.actions.steps.tell_person import tell_person, who_may_see
from hotline.cases.lifecycle import Move
from hotline.errors import NotFound, RuleForbids
from hotline.identity.roles import require, sees
from hotline.identity.viewer import SWEEP, Viewer
from hotline.runtime import Runtime
from hotline.store import cases, keys, people, tasks

LONGEST = 500


async def give_task(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    *,
    text: str,
    who: str,
    due: datetime,
    once: str,
) -> int | None:
    """Keep a task and tell who does it; return its id, or None: sent before.

    Errors: NotFound, NotAllowed, RuleForbids names the field.
    """
    checked_once(once)
    said = need(text, "text")
    if len(said) > LONGEST:
        raise RuleForbids("too long", code="text_too_long", field="text")
    if due <= rt.clock.now():
        raise RuleForbids("the day lies ahead", code="in_past", field="due")
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.NOTE, case.access)
        doer = await who_may_see(tx, case, who or viewer.username)
        if doer is None:
            raise RuleForbids("no such colleague", code="unknown_person", field="who")
        key = await keys.load_one(tx, case.id)
        values = {
            "case_id": case.id,
            "person_id": doer.person_id,
            "due_at": due,
            "once": once,
            "sealed_text": key.seal_text("task", said),
        }
        kept = await tasks.add(tx, values)
        if kept is not None:
            tx.record("task_given", case_id=case.id, data={"task": kept})
            tx.nudge(case.nudge())
            if doer.person_id != viewer.person_id:
                tell_person(tx, doer, case, "task_given")
    return kept


async def end_task(
    rt: Runtime, viewer: Viewer, number: str, task_id: int, *, done: bool = True
) -> None:
    """Say that a task is done, or undo that; twice is once. Errors: NotFound, NotAllowed."""
    async with rt.transaction(viewer) as tx:
        case = await cases.read(tx, viewer, number, rt.number_key)
        require(viewer, Move.NOTE, case.access)
        news = await tasks.end(tx, viewer, case, task_id, done=done)
        if news is None:
            raise NotFound("no such task")
        if not news:
            return
        event = "task_done" if done else "task_open_again"
        tx.record(event, case_id=case.id, data={"task": task_id})
        tx.nudge(case.nudge())


async def remind_of_tasks(rt: Runtime) -> int:
    """Leave a notice for who is late with a task, once each; return how many."""
    async with rt.transaction(SWEEP) as tx:
        late = await tasks.to_remind(tx)
        for row in late:
            doer = await people.viewer(tx, row.person_id)
            case = await cases.by_id(tx, row.case_id)
            if doer is not None and case is not None and sees(doer, case.access):
                tell_person(tx, doer, case, "task_due")
    return len(late)
