"""Use cases: the letter of the day, by mail, to who asked for it; once a working day.

Period: half a minute, in every supervisor. A claim is committed before the letter goes out,
so that a crash sends none rather than two.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from hotline.actions.seal_audit import mark_of
from hotline.cases.terms import Role
from hotline.errors import RuleForbids
from hotline.identity.viewer import Machine, Viewer
from hotline.notify.digest import Digest, Part
from hotline.notify.smtp import MailServer, NotTaken, Unsure
from hotline.runtime import Runtime
from hotline.store import audit_chain, duty, lists, own_day, people, visits
from hotline.store.list_parts import CaseFilter
from hotline.store.transaction import Transaction

POSTMAN = Machine("postman")
_BATCH = 20
_FIRST, _LAST = (
    5 * 60,
    21 * 60,
)  # minutes of the day between which a letter may be asked for
log = structlog.get_logger()


async def choose_digest(rt: Runtime, viewer: Viewer, at: str) -> None:
    """Ask for the letter at "HH:MM" of each working day, or with "" for none.

    Errors: RuleForbids `bad_hour`, `no_mail` where no address of theirs is known.
    """
    minute = None if not at else _minute(at)
    async with rt.transaction(viewer) as tx:
        if minute is not None and await _address(tx, viewer.person_id) is None:
            raise RuleForbids("give an address first", code="no_mail", field="at")
        await own_day.set_digest(tx, viewer.person_id, minute)


def _minute(at: str) -> int:
    try:
        hour = time.fromisoformat(at)
    except ValueError as error:
        raise RuleForbids("HH:MM", code="bad_hour", field="at") from error
    minute = hour.hour * 60 + hour.minute
    if not _FIRST <= minute <= _LAST:
        raise RuleForbids("between 05:00 and 21:00", code="bad_hour", field="at")
    return minute


@dataclass(frozen=True, slots=True)
class _Addressed:
    person: int
    to: str
    digest: Digest


async def send_digests(rt: Runtime) -> int:
    """Send the letters whose hour has come; return how many went out."""
    if not rt.settings.smtp_url:
        return 0
    now = rt.clock.now().astimezone(rt.calendar.zone)
    if not rt.calendar.is_working_day(now.date()):
        return 0
    async with rt.transaction(POSTMAN) as tx:
        minute = now.hour * 60 + now.minute
        claimed = await own_day.claim_digests(tx, now.date(), minute, _BATCH)
    ready = [one for person in claimed if (one := await _prepared(rt, person, now.date()))]
    states = await asyncio.gather(*(_send(rt, one, now) for one in ready))
    return sum(state == "sent" for state in states)


async def _prepared(rt: Runtime, person: int, day: date) -> _Addressed | None:
    """Return a person's letter, or None for who may have none; that is booked as well."""
    async with rt.transaction(POSTMAN) as tx:
        viewer = await people.viewer(tx, person)
        to = await _address(tx, person)
        if viewer is None or viewer.role is Role.ADMIN or to is None:
            await own_day.book_digest(tx, person, day, "failed")
            return None
        parts = await _parts(rt, tx, viewer, day)
        chief = viewer.role is Role.SUPERVISOR
        seal = mark_of(await audit_chain.last(tx)) if chief else ""
    base = rt.settings.public_url.rstrip("/")
    link = f"{base}/my" if base else ""
    return _Addressed(person, to, Digest(viewer.locale, day, parts, link, seal))


async def _parts(rt: Runtime, tx: Transaction, viewer: Viewer, day: date) -> list[Part]:
    begins = datetime.combine(day, time(), rt.calendar.zone)
    ends = begins + timedelta(days=1)

    async def counted(msgid: str, asked: CaseFilter) -> Part:
        page = await lists.cases(tx, viewer, asked, number_key=rt.number_key, limit=12)
        return Part(msgid, page.total, [line.number for line in page.items])

    due = [one for one in await own_day.deadlines(tx, viewer) if one.due_at < ends]
    numbers = list(dict.fromkeys(one.number for one in due))
    going = [
        one
        for one in await visits.shown(tx, viewer, begins, ends)
        if one.open and one.person_id == viewer.person_id and one.starts_at >= begins
    ]
    mine = CaseFilter(tab="work", assignee=int(viewer.person_id))
    return [
        await counted("New, wait for acceptance", CaseFilter(tab="new")),
        await counted("In work with you", mine),
        Part("Your deadlines of today and before", len(numbers), numbers),
        Part("Your visits today", len(going), [one.number for one in going]),
    ]


async def _send(rt: Runtime, one: _Addressed, now: datetime) -> str:
    server = MailServer(rt.settings.smtp_url, rt.settings.smtp_from)
    mark = rt.sealer.trace("digest", f"{one.person}:{one.digest.day}").hex()
    letter = one.digest.letter(server.sender, one.to, now, mark)
    state = "sent"
    try:
        await server.deliver(letter, one.to)
    except NotTaken as refused:
        state = "failed" if refused.never else "waiting"
        log.warning("digest_not_taken", code=refused.code)
    except Unsure as unsure:  # it may have arrived: a second letter is worse than none
        state = "failed"
        log.warning("digest_unsure", code=unsure.code)
    async with rt.transaction(POSTMAN) as tx:
        await own_day.book_digest(tx, one.person, one.digest.day, state)
    return state


async def _address(tx: Transaction, person: int) -> str | None:
    """Return a person's first mail address. For sending only: never logged."""
    ways = [way for way in await duty.ways_of(tx, [person]) if way.kind == "email"]
    known = await duty.addresses(tx, ways[:1])
    return known[person][0][1] if known.get(person) else None


async def has_address(rt: Runtime, viewer: Viewer) -> bool:
    """Return whether a letter could reach the viewer."""
    async with rt.transaction(viewer) as tx:
        return await _address(tx, viewer.person_id) is not None
