"""Use cases: a complaint is set aside: one person proposes it, another one confirms."""

from typing import Any

from hotline.actions.declare_conflict import tell
from hotline.actions.record_work import need
from hotline.cases.terms import Role
from hotline.errors import NotAllowed, NotFound, RuleForbids
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import cases, complaints, keys, notices
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction


async def propose_lift(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    complaint_id: int,
    reason: str,
    version: int | None = None,
) -> None:
    """Propose that who is complained of may know of the case again; until confirmed, no.

    Errors: NotFound, also for whom the case complains of; NotAllowed outside 111;
    RuleForbids names `reason`; Stale.
    """
    said = need(reason, "reason")
    async with rt.transaction(viewer) as tx:
        case, row = await _open(rt, tx, viewer, number, complaint_id, version)
        key = await keys.load_one(tx, case.id)
        asked = {"lifted_by": viewer.person_id, "lift_asked_at": tx.now}
        sealed = key.seal_text("complaint", said)
        await complaints.change(tx, row.id, {**asked, "sealed_lift_reason": sealed})
        await cases.change(tx, case.id, {})
        tx.record("conflict_lift_proposed", case_id=case.id, data=_told(row))
        notices.put(tx, notices.SHIFT, "conflict_lift_proposed", case_id=case.id)
        await tell(tx, case)


async def confirm_lift(
    rt: Runtime,
    viewer: Viewer,
    number: str,
    complaint_id: int,
    version: int | None = None,
) -> None:
    """Confirm what somebody else proposed: who was out may be asked again.

    Nothing is given back by itself: the next routing, or a person, asks them.
    Errors: as above; RuleForbids when nothing was proposed, or by the same person.
    """
    async with rt.transaction(viewer) as tx:
        case, row = await _open(rt, tx, viewer, number, complaint_id, version)
        if row.lifted_by is None:
            raise RuleForbids(
                "nobody proposed it", code="lift_not_proposed", field="confirm"
            )
        if row.lifted_by == viewer.person_id:
            raise RuleForbids(
                "another person confirms", code="second_person", field="confirm"
            )
        if viewer.role is not Role.SUPERVISOR:
            raise NotAllowed("a supervisor confirms")
        done = {"lifted_second": viewer.person_id, "lifted_at": tx.now}
        await complaints.change(tx, row.id, done)
        await cases.change(tx, case.id, {})
        tx.record("conflict_lifted", case_id=case.id, data=_told(row))
        await tell(tx, case)


async def _open(
    rt: Runtime,
    tx: Transaction,
    viewer: Viewer,
    number: str,
    complaint_id: int,
    version: int | None,
) -> tuple[OpenedCase, Any]:
    case = await cases.read(tx, viewer, number, rt.number_key, version=version, lock=True)
    if not viewer.at_111:
        raise NotAllowed("people at 111 set a complaint aside")
    rows = await complaints.of_case(tx, case.id)
    row = next((r for r in rows if r.id == complaint_id and r.lifted_at is None), None)
    if row is None:
        raise NotFound("no such complaint")
    return case, row


def _told(row: Any) -> dict[str, Any]:
    return {"kind": row.kind, "body": row.body_id, "person": row.person_id}
