"""Step: who of a body is there now: absent, on duty, how loaded, and who is kept apart."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from hotline.cases.terms import BodyId, PersonId
from hotline.routing.directory import Body, Directory, Member
from hotline.routing.load import is_full
from hotline.routing.looking import Staffing
from hotline.routing.seen import NormSeen, PersonSeen
from hotline.runtime import Runtime
from hotline.store import absences, load
from hotline.store.load import Work
from hotline.store.transaction import Transaction

Apart = Mapping[PersonId, str]  # who may not know of the case, and why


def norm_of(rt: Runtime) -> NormSeen:
    """Return the staffing norm as decisions store it."""
    norm = rt.config.referral.norm
    return NormSeen(weights=tuple(norm.weights), full_at=norm.full_at)


async def staffing(
    rt: Runtime, tx: Transaction, bodies: Sequence[Body], apart: Apart
) -> Staffing:
    """Return who of `bodies` cannot take a case now, and how many cases each body holds."""
    directory = await rt.directory(tx)
    seen = await seen_people(rt, tx, directory, [body.id for body in bodies])
    norm = norm_of(rt)
    out: dict[PersonId, str] = {}
    for people in seen.values():
        for person in people:
            name = PersonId(person.person)
            if name in apart:
                out[name] = "conflict"
            elif person.away:
                out[name] = "absent"
            elif is_full(person, norm):
                out[name] = "full"
    limited = [body.id for body in bodies if body.capacity is not None]
    return Staffing(out, await load.of_bodies(tx, limited))


async def seen_people(
    rt: Runtime,
    tx: Transaction,
    directory: Directory,
    bodies: Collection[BodyId],
    shifts: Mapping[BodyId, Sequence[PersonId]] | None = None,
) -> dict[BodyId, tuple[PersonSeen, ...]]:
    """Return the people of each body as they stand now. Two statements for all bodies."""
    members = {body: directory.people.get(body, ()) for body in bodies}
    everybody = {one.person for people in members.values() for one in people}
    if not everybody:
        return dict.fromkeys(members, ())
    away = await absences.now_absent(tx)
    since = tx.now - timedelta(days=rt.config.referral.norm.look_back_days)
    work = await load.of_people(tx, everybody, since)
    return {
        body: tuple(
            _seen(one, away, work.get(one.person, Work()), (shifts or {}).get(body, ()))
            for one in people
        )
        for body, people in members.items()
    }


def _seen(
    member: Member,
    away: Mapping[PersonId, PersonId | None],
    work: Work,
    shift: Sequence[PersonId],
) -> PersonSeen:
    person = member.person
    return PersonSeen(
        person=person,
        position=member.position,
        languages=member.languages,
        share=member.share,
        open=work.open,
        given=work.given,
        away=person in away,
        stand_in=away.get(person),
        shift=shift.index(person) + 1 if person in shift else None,
    )
