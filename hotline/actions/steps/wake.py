"""Step: wake the next person on duty for a case, a contact or a late clock.

The page is a row of this transaction; a worker sends it after the commit
(actions.send_pages), and the sweep goes on to the next person (actions.wake_duty).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.actions.steps import wake_posts
from hotline.cases.terms import BodyId, JobName, QueueName, ReferralStatus, Urgency
from hotline.routing.duty import OnDuty
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import cases, notices, pages, visits
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Nudge, Transaction

OFFERED, RAISED, LADDER, UNSEEN = "offered", "raised", "ladder", "unseen"
VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody is woken, and for whose case."""

    why: str  # offered | raised | ladder | unseen | visit
    body: BodyId
    urgency: int
    case_id: int | None = None
    contact_id: int | None = None
    referral_id: int | None = None
    clock_id: int | None = None


async def begin(
    rt: Runtime,
    tx: Transaction,
    causes: Sequence[Cause],
    case: OpenedCase | None,
    *,
    anew: bool = False,
) -> None:
    """Wake the first person on duty for each cause of one case or contact.

    What was begun before, and an urgency that wakes nobody, is passed over. `anew`: it was
    no emergency in between, so that chains which ended before say nothing any more.
    """
    wanted = [cause for cause in causes if rt.config.duty.wakes(cause.urgency)]
    if not wanted:
        return
    subject = wanted[0]
    before = await pages.of_subject(
        tx, case_id=subject.case_id, contact_id=subject.contact_id
    )
    if anew:
        before = [page for page in before if page.state in pages.OPEN]
    wanted = [cause for cause in wanted if not _begun(cause, before)]
    if wanted:
        bodies = [one.body for one in wanted]
        contact = subject.contact_id
        on_duty = await wake_posts.choose(rt, tx, bodies, case, contact_id=contact)
        await _page(rt, tx, list(zip(wanted, on_duty, strict=True)))


async def begin_raised(
    rt: Runtime, tx: Transaction, case: OpenedCase, *, before: int
) -> None:
    """Wake whoever holds a case that became grave after it was offered or accepted.

    `before`: its urgency until now. A case may become grave more than once.
    """
    held = [
        (r, OFFERED if r.status == ReferralStatus.OFFERED else RAISED)
        for r in case.referrals
        if r.status == ReferralStatus.OFFERED
        or (r.lead and r.status == ReferralStatus.ACCEPTED)
    ]
    causes = [
        Cause(
            why,
            BodyId(referral.body_id),
            case.row.urgency,
            case_id=case.id,
            referral_id=int(referral.id),
        )
        for referral, why in held
    ]
    await begin(rt, tx, causes, case, anew=not rt.config.duty.wakes(before))


async def begin_visit(rt: Runtime, tx: Transaction, body: BodyId, case: OpenedCase) -> None:
    """Wake the body's duty for a colleague on a visit who is missed, or asks for help.

    However urgent the case itself is: a colleague may be in danger. A chain that runs for
    this body goes on; whoever is on the visit is not woken for themselves.
    """
    before = await pages.of_subject(tx, case_id=case.id, contact_id=None)
    if _called(body, [page for page in before if page.cause == VISIT]):
        return
    out = await visits.out_of_reach(tx, case.id)
    on_duty = await wake_posts.choose(rt, tx, [body], case, asked=out)
    cause = Cause(VISIT, body, Urgency.LIFE, case_id=case.id)
    await _page(rt, tx, [(cause, on_duty[0])])


def _called(body: BodyId, before: Sequence[Any]) -> bool:
    """Return whether a chain of `before` that began with `body` is running."""
    chains: dict[int, list[Any]] = {}
    for page in before:
        chains.setdefault(page.chain_id or page.id, []).append(page)
    return any(
        _foot(chain[0]) == body and any(page.state in pages.OPEN for page in chain)
        for chain in chains.values()
    )


def _begun(cause: Cause, before: Sequence[Any]) -> bool:
    """Return whether somebody was woken for this already, or is being woken for the body."""
    for page in before:
        live = page.state in pages.OPEN
        if live and cause.body in (page.body_id, *(one["body"] for one in page.skipped)):
            return True
        if cause.clock_id is not None and page.clock_id == cause.clock_id:
            return True
        same = cause.referral_id is not None and page.referral_id == cause.referral_id
        if same and (live or cause.clock_id is None):
            return True
    return False


async def go_on(rt: Runtime, tx: Transaction, page: Any) -> None:
    """Wake whoever comes after the person of `page`, who did not answer."""
    chain = page.chain_id or page.id
    case = None if page.case_id is None else await cases.by_id(tx, page.case_id)
    woken = await pages.of_chain(tx, chain)
    cause = Cause(
        page.cause,
        _foot(woken[0]),
        page.urgency,
        page.case_id,
        page.contact_id,
        page.referral_id,
        page.clock_id,
    )
    asked = frozenset(one.person_id for one in woken if one.person_id is not None)
    if page.cause == VISIT:
        asked |= await visits.out_of_reach(tx, page.case_id)
    on_duty = await wake_posts.choose(
        rt, tx, [cause.body], case, contact_id=page.contact_id, asked=asked
    )
    await _page(rt, tx, [(cause, on_duty[0])], chain_id=chain, rank=len(woken))


def _foot(first: Any) -> BodyId:
    """Return the body that a chain began with, also when nobody of it could be woken."""
    return BodyId(first.skipped[0]["body"] if first.skipped else first.body_id)


async def _page(
    rt: Runtime,
    tx: Transaction,
    chosen: Sequence[tuple[Cause, OnDuty]],
    *,
    chain_id: int | None = None,
    rank: int = 0,
) -> None:
    rows = [
        {
            "body_id": one.body,
            "case_id": cause.case_id,
            "contact_id": cause.contact_id,
            "clock_id": cause.clock_id,
            "referral_id": cause.referral_id,
            "cause": cause.why,
            "urgency": cause.urgency,
            "person_id": one.person,
            "rank": rank,
            "state": "sent" if one.person is None else "waiting",
            "chain_id": chain_id,
            "next_at": None
            if one.person is None
            else tx.now + rt.config.duty.answer_within[cause.urgency],
            "skipped": [
                {"body": s.body, "person": s.person, "reason": s.reason}
                for s in one.skipped
            ],
        }
        for cause, one in chosen
    ]
    ids = await pages.put(tx, rows)
    for (cause, one), page_id in zip(chosen, ids, strict=True):
        _tell(tx, cause, one, page_id)


def _tell(tx: Transaction, cause: Cause, chosen: OnDuty, page_id: int) -> None:
    """Record who is woken, leave the notice, and promise that the page is sent."""
    ended = chosen.person is None
    tx.record(
        "duty_unanswered" if ended else "duty_woken",
        case_id=cause.case_id,
        contact_id=cause.contact_id,
        data={
            "body": cause.body if ended else chosen.body,
            "step": chosen.step,
            "cause": cause.why,
            "page": page_id,
            "person": chosen.person,
        },
    )
    notices.put(
        tx,
        notices.SHIFT if ended or chosen.body == OWN_QUEUE else chosen.body,
        "duty_unanswered" if ended else "duty_page",
        case_id=cause.case_id,
        contact_id=cause.contact_id,
        clock_id=cause.clock_id,
        person_id=chosen.person,
    )
    if ended:
        tx.nudge(Nudge("board"))
    else:
        tx.promise(JobName.WAKE_DUTY, QueueName.URGENT, [page_id])
