"""Step: turn proposed referrals into offers. From here on a body outside 111 may see."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.actions.steps import route, run_clocks, suggest, wake
from hotline.cases.lifecycle import Move, next_status
from hotline.cases.terms import BodyId, BodyKind, ClockName, ReferralStatus
from hotline.routing.directory import Directory
from hotline.routing.office import OWN_QUEUE
from hotline.routing.person import PersonDecision
from hotline.runtime import Runtime
from hotline.store import cases, clocks, load, notices, referrals
from hotline.store.cases import OpenedCase
from hotline.store.clocks import ClockOwner
from hotline.store.transaction import Nudge, Transaction

PERSON = "person"  # of those by whom a case is offered the only one that is no machine


async def offer_all(
    rt: Runtime, tx: Transaction, case_id: int, *, by: str, only: str | None = None
) -> list[str]:
    """Offer every proposed referral of the case; return the bodies.

    `by`: person | screened_source | fail_safe. `only`: this body alone. Starts the
    clocks of the offer, tells each body, and tells the commissioner of a case of urgency
    0 or 1 about a child.
    """
    case = await cases.by_id(tx, case_id, lock=True)
    if case is None:
        raise RuntimeError("offered a case that is not there")
    return await offer_case(rt, tx, case, by=by, only=only)


async def offer_case(
    rt: Runtime,
    tx: Transaction,
    case: OpenedCase,
    *,
    by: str,
    only: str | None = None,
) -> list[str]:
    """Do `offer_all` for a case that this transaction has just made, or holds locked."""
    if case.row.held and by != PERSON:
        only = OWN_QUEUE  # no machine alone shows an unread hint to anybody outside
    asked = proposed(case, only)
    if not asked:
        return []
    picked = await suggest.pick(rt, tx, case, asked)
    directory = await rt.directory(tx)
    if any(_deserted(picked, one) and has_next(directory, one) for one in asked):
        return await _ask_the_next(rt, tx, asked, by=by)
    await referrals.offer(tx, [referral.id for referral in asked], by=by)
    await load.give(tx, suggested := _suggested(picked))
    await _start_clocks(rt, tx, case, [int(referral.id) for referral in asked])
    for referral in asked:
        body, person = BodyId(referral.body_id), suggested.get(int(referral.id))
        known = {"body": body, "lead": referral.lead, "by": by, "person_id": person}
        tx.record("referral_offered", case_id=case.id, data=known)
        notices.put(tx, body, "offered", case_id=case.id)
        if person is not None:
            notices.put(tx, body, "suggested", case_id=case.id, person_id=person)
        elif _deserted(picked, referral) or await _no_login(rt, tx, referral):
            tell_nobody_there(tx, referral, suggest.OFFERED)
    offered = [str(referral.body_id) for referral in asked]
    await _show(rt, tx, case, offered)
    await wake.begin(rt, tx, [_wakes(case, referral) for referral in asked], case)
    return offered


def proposed(case: OpenedCase, only: str | None = None) -> list[Any]:
    """Return the referrals that an offer would turn into offers; `only`: of this body."""
    return [
        referral
        for referral in case.referrals
        if referral.status == ReferralStatus.PROPOSED and only in (None, referral.body_id)
    ]


def has_next(directory: Directory, referral: Any) -> bool:
    """Return whether another body is asked to lead where nobody of this one can take it.

    After 111's own queue there is none, and a body without a login is rung up by 111: as
    in `routing.office`, else two bodies would pass a case to and fro.
    """
    body = directory.body(referral.body_id)
    known = body is not None and body.has_login and body.id != OWN_QUEUE
    return bool(referral.lead) and known


def _deserted(picked: Mapping[int, PersonDecision], referral: Any) -> bool:
    """Return whether the body has people, and none of them can take it now."""
    found = picked.get(int(referral.id))
    return found is not None and found.person is None


async def _no_login(rt: Runtime, tx: Transaction, referral: Any) -> bool:
    """Return whether a body is to lead in the console without having anybody there."""
    directory = await rt.directory(tx)
    body = directory.body(referral.body_id)
    if body is None or not body.has_login or body.id == OWN_QUEUE:
        return False
    return bool(referral.lead) and not directory.people.get(body.id)


def tell_nobody_there(tx: Transaction, referral: Any, why: str) -> None:
    """Tell the shift at 111 at once that a body holds a case and nobody of it is there."""
    data = {"body": referral.body_id, "referral": referral.id, "reason": why}
    tx.record("nobody_there", case_id=referral.case_id, data=data)
    notices.put(tx, notices.SHIFT, "nobody_there", case_id=referral.case_id)


def _suggested(picked: Mapping[int, PersonDecision]) -> dict[int, int]:
    return {r: one.person for r, one in picked.items() if one.person is not None}


async def _ask_the_next(
    rt: Runtime, tx: Transaction, asked: Sequence[Any], *, by: str
) -> list[str]:
    """Offer nothing to a lead that everybody has just left: the next one is proposed.

    What a machine may offer it offers; else a person at 111 shows the case to the next.
    """
    from hotline.actions.steps.reroute import pass_on  # the two steps call one another

    case_id = asked[0].case_id
    leads = next(referral for referral in asked if referral.lead)
    lead = await pass_on(rt, tx, leads, suggest.OFFERED)
    if by != PERSON:
        return await offer_all(rt, tx, case_id, by=by)
    offered = [str(lead)] if lead == OWN_QUEUE else []
    for referral in asked:
        if not referral.lead:
            offered += await offer_all(rt, tx, case_id, by=by, only=referral.body_id)
    return offered


def _wakes(case: OpenedCase, referral: Any) -> wake.Cause:
    return wake.Cause(
        wake.OFFERED,
        BodyId(referral.body_id),
        case.row.urgency,
        case_id=case.id,
        referral_id=int(referral.id),
    )


async def _start_clocks(
    rt: Runtime, tx: Transaction, case: OpenedCase, referral_ids: list[int]
) -> None:
    """Start the offers' clocks; a re-route brought its own along, and they go on."""
    running = await clocks.referrals_with_unmet(tx, case.id)
    await run_clocks.start(
        rt,
        tx,
        [
            ClockOwner(case_id=case.id, referral_id=referral_id)
            for referral_id in referral_ids
            if referral_id not in running
        ],
        run_clocks.OF_AN_OFFER,
        started_at=tx.now,
        urgency=case.row.urgency,
        regime=case.row.regime,
    )
    await _start_redirect(rt, tx, case, [one for one in referral_ids if one in running])


async def _start_redirect(
    rt: Runtime, tx: Transaction, case: OpenedCase, referral_ids: list[int]
) -> None:
    """Give the next body its own term to say "not ours", where the last one met its own."""
    for referral_id in referral_ids:
        rows = await clocks.unmet(tx, ClockOwner(referral_id=referral_id))
        if ClockName.REDIRECT in {row.name for row in rows}:
            continue
        await run_clocks.start(
            rt,
            tx,
            [ClockOwner(case_id=case.id, referral_id=referral_id)],
            [ClockName.REDIRECT],
            started_at=tx.now,
            urgency=case.row.urgency,
            regime=case.row.regime,
        )


async def _show(rt: Runtime, tx: Transaction, case: OpenedCase, offered: list[str]) -> None:
    """Move the case on, and let oversight begin unless only 111 itself was asked."""
    change: dict[str, object] = {"status": next_status(case.status, Move.OFFER)}
    outside = any(body != OWN_QUEUE for body in offered)
    begins = case.row.shown_at is None and (outside or not case.row.held)
    if begins:
        change["shown_at"] = tx.now
    row = await cases.change(tx, case.id, change)
    clocks.refresh_due(tx, [case.id])
    fresh = await cases.with_referrals(tx, row)
    await tell_commissioner(rt, tx, fresh, first=begins)
    tx.nudge(fresh.nudge())
    tx.nudge(Nudge("board"))


async def tell_commissioner(
    rt: Runtime, tx: Transaction, case: OpenedCase, *, first: bool = False
) -> None:
    """Tell the region's commissioner of a shown case of urgency 0 or 1 about a child, once.

    `first`: the case is shown for the first time, so nobody can have been told before.
    """
    row = case.row
    entry = rt.codes[row.subcategory]
    grave = row.urgency <= 1 and row.about_child and entry.commissioner_oversight
    if not grave or row.shown_at is None or "commissioner" in row.conflict_hint:
        return
    directory = await rt.directory(tx)
    day = route.day_of(tx)
    out = await route.kept_out(tx, case, directory)
    for body in directory.of(BodyKind.COMM, row.region):
        if body.acts_on(day) is not None or body.id in out.bodies:
            continue
        if first or not await notices.told(tx, body.id, "commissioner_told", case.id):
            notices.put(tx, body.id, "commissioner_told", case_id=case.id)
            tx.record("commissioner_told", case_id=case.id, data={"body": body.id})
