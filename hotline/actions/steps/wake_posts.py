"""Step: who is on duty now for some bodies, by the roster, absences and conflicts as they stand."""

from collections.abc import Sequence

from hotline.actions.steps.route import day_of
from hotline.cases.terms import BodyId, ContactId, PersonId
from hotline.identity.roles import CaseAccess, kept_out
from hotline.routing.conflicted import KeptOut, keep_out
from hotline.routing.directory import Directory
from hotline.routing.duty import DutyFacts, OnDuty, Post, next_on_duty
from hotline.routing.office import OWN_QUEUE, POWER
from hotline.runtime import Runtime
from hotline.store import absences, contacts, duty, people
from hotline.store.cases import OpenedCase
from hotline.store.transaction import Transaction

HEADS = ("head", "deputy")


async def choose(
    rt: Runtime,
    tx: Transaction,
    wanted: Sequence[BodyId],
    case: OpenedCase | None,
    *,
    contact_id: int | None = None,
    asked: frozenset[int] = frozenset(),
) -> list[OnDuty]:
    """Return who is woken now for each of the bodies; `asked` were woken in vain.

    `contact_id`: the contact that is no case yet; it may complain of somebody too.
    """
    directory = await rt.directory(tx)
    chains = [chain_of(directory, body) for body in wanted]
    shifts = await duty.on_shift(tx, {body for chain in chains for body in chain})
    absent = await absences.now_absent(tx)
    apart: dict[PersonId, str] = {}
    found = []
    out = KeptOut()
    access = await _access(tx, case, contact_id)
    if access.apart:
        out = keep_out(directory, access.apart, {})
        apart.update(out.people)
    for chain in chains:
        closed = _closed(tx, case, directory, chain, out)
        posts = [
            Post(body, shifts.get(body, ()), heads_of(directory, body), closed.get(body))
            for body in chain
        ]
        before = frozenset(PersonId(person) for person in asked)
        while True:
            chosen = next_on_duty(DutyFacts(posts, absent, before, apart))
            why_not = await _may_not_know(tx, access, chosen.person)
            if chosen.person is None or why_not is None:
                break
            apart[chosen.person] = why_not
        found.append(chosen)
    return found


def chain_of(directory: Directory, body: BodyId) -> list[BodyId]:
    """Return whose duty is asked for a body: its own, those above it, 111's."""
    above = [body, *directory.above(body)]
    return [*(one for one in above if one != OWN_QUEUE), OWN_QUEUE]


def heads_of(directory: Directory, body: BodyId) -> tuple[PersonId, ...]:
    """Return the head and the deputies of a body, the head first."""
    members = directory.people.get(body, ())
    return tuple(
        one.person for position in HEADS for one in members if one.position == position
    )


def _closed(
    tx: Transaction,
    case: OpenedCase | None,
    directory: Directory,
    chain: list[BodyId],
    out: KeptOut,
) -> dict[BodyId, str]:
    """Return which bodies of the chain may not be told, and why.

    111's own post never is among them: a chain must end with somebody, and its people are
    kept apart one by one.
    """
    day, closed = day_of(tx), dict[BodyId, str]()
    # Unread hints speak against every kind they name; a hinted commissioner is never told.
    hints = () if case is None else case.row.conflict_hint
    counted = [h for h in hints if h == "commissioner" or (case and case.row.held)]
    hinted = {kind for hint in counted for kind in POWER.get(hint, frozenset())}
    for body in chain[:-1]:
        known = directory.body(body)
        if body in out.bodies:
            closed[body] = out.bodies[body]
        elif known is None or known.acts_on(day) is not None:
            closed[body] = "not_acting"
        elif known.kind in hinted:
            closed[body] = "conflict_hint"
    return closed


async def _access(
    tx: Transaction, case: OpenedCase | None, contact_id: int | None
) -> CaseAccess:
    """Return what tells who may know: of the case, or of a contact that is none yet."""
    if case is not None:
        return case.access
    found = () if contact_id is None else await contacts.by_ids(tx, [ContactId(contact_id)])
    apart = frozenset(key for row in found for key in row.apart or ())
    return CaseAccess(region=None, shown=False, lead=None, referrals={}, apart=apart)


async def _may_not_know(
    tx: Transaction, access: CaseAccess, person: PersonId | None
) -> str | None:
    """Return why a person may not know of it, or None. Reads only where it can matter."""
    if person is None or not access.apart:
        return None
    viewer = await people.viewer(tx, person)
    if viewer is None:
        return "not_active"
    return "conflict" if kept_out(viewer, access) else None
