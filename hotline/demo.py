"""The demo: users of every role, and a believable past made by the real use cases.

Every person and event here is invented.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from hotline.actions.accept_referral import accept_referral
from hotline.actions.close_case import close_case
from hotline.actions.close_contact import close_contact
from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.end_part import end_part_for, part_done
from hotline.actions.fold_counters import fold_counters
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.receive_contact import receive_contact
from hotline.actions.record_handoff import handoff_accepted, handoff_called
from hotline.actions.record_outcome import Outcome, record_outcome
from hotline.actions.record_work import record_first_contact
from hotline.actions.send_pages import send_pages
from hotline.actions.steps.co_executors import still_open
from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.inbound import ContactPolicy, Identity, Inbound
from hotline.cases.terms import Channel, JobName, QueueName, ReferralStatus, Role
from hotline.clock import FixedClock
from hotline.demo_duty import answer_pages, plan_rosters
from hotline.identity.passwords import hash_password
from hotline.identity.viewer import Machine, Viewer
from hotline.routing.office import OWN_QUEUE
from hotline.runtime import Runtime
from hotline.store import bodies, cases, contacts, handoffs, outbox, people

DEMO = Machine("demo")
STORY = Path(__file__).with_name("demo_past.json")
PAST = timedelta(days=30)


class Episode(msgspec.Struct, frozen=True):
    """One invented contact and how far its story went."""

    ago_hours: float
    channel: str
    text: str
    end: str  # waiting | offered | accepted | late | closed | information
    region: str | None = None
    subcategory: str | None = None
    urgency: int | None = None
    name: str | None = None
    phone: str | None = None
    extract: str | None = None


async def seed(rt: Runtime, *, empty: bool) -> None:
    """Add the demo's users, and unless `empty` its past."""
    await _people(rt)
    await plan_rosters(rt)
    if not empty:
        await _past(rt)
    await fold_counters(rt)


async def set_password(rt: Runtime) -> None:
    """Give the demo's users the password that the environment names now."""
    hashed = await asyncio.to_thread(hash_password, os.environ["HOTLINE_DEMO_PASSWORD"])
    async with rt.transaction(DEMO) as tx:
        shared = await people.by_username(tx, "operator")
        if shared is not None:
            await people.replace_hash(tx, shared.password_hash, hashed)


async def _people(rt: Runtime) -> None:
    """Add every user of the contract, section 5; all share the demo password."""
    hashed = await asyncio.to_thread(hash_password, os.environ["HOTLINE_DEMO_PASSWORD"])
    async with rt.transaction(DEMO) as tx:
        known = set(await bodies.names(tx))

        async def add(
            username: str, name: str, role: Role, region: str | None, ids: Sequence[str]
        ) -> None:
            values = {
                "username": username,
                "display_name": name,
                "role": role,
                "region": region,
                "password_hash": hashed,
                "locale": "ru" if username in ("operator2", "supervisor") else "kk",
            }
            await people.add(tx, values, [body for body in ids if body in known])

        await add("operator", "Айжан С.", Role.OPERATOR, None, [OWN_QUEUE])
        await add("operator2", "Ержан Қ.", Role.OPERATOR, None, [OWN_QUEUE])
        await add("supervisor", "Сәуле Т.", Role.SUPERVISOR, None, [OWN_QUEUE])
        await add("admin", "Әкімші", Role.ADMIN, None, [])
        directory = await rt.directory(tx)
        day = tx.now.date()
        for code in sorted(rt.regions):
            here = [body for body in directory.bodies if body.region == code]
            # Where the department stands, guardianship and its people have moved into it.
            stands = [b.id for b in here if b.kind == "UZPD" and b.acts_on(day) is None]
            own = {
                Role.COMMISSIONER: [f"comm-{code}"],
                Role.GUARDIAN: [f"guard-{code}", *stands],
                Role.FAMILY: [f"fsc-{code}"],
            }
            taken = {body for ids in own.values() for body in ids}
            place = rt.place_names[code][1]
            for role, ids in own.items():
                await add(f"{role}-{code}", f"{_TITLES[role]}, {place}", role, code, ids)
            others = [body.id for body in here if body.id not in taken]
            await add(f"body-{code}", f"Дежурный, {place}", Role.BODY, code, others)


_TITLES = {
    Role.COMMISSIONER: "Уполномоченный",
    Role.GUARDIAN: "Специалист опеки",
    Role.FAMILY: "Центр поддержки семьи",
}


async def _past(rt: Runtime) -> None:
    """Play the episodes in order of time, with a clock that moves and the real sweep."""
    now = rt.clock.now()
    episodes = msgspec.json.decode(STORY.read_bytes(), type=list[Episode])
    clock = FixedClock(now - PAST)
    then = replace(rt, clock=clock)
    async with _writers(rt):
        for index, episode in enumerate(sorted(episodes, key=lambda e: -e.ago_hours)):
            moment = now - timedelta(hours=episode.ago_hours)
            await _sweep_until(then, clock, moment)
            await _play(then, clock, episode, index)
            await answer_pages(then)
            await _triage_all(then)  # what was promised to be sent is answered by now
        await _sweep_until(then, clock, now)
        await answer_pages(then)
        await _triage_all(then)


@asynccontextmanager
async def _writers(rt: Runtime) -> AsyncIterator[None]:
    rt.intake.start()
    try:
        yield
    finally:
        await rt.intake.stop()


async def _sweep_until(rt: Runtime, clock: FixedClock, moment: datetime) -> None:
    """Move the clock on and let the sweep catch up."""
    clock.forward(max(moment - clock.now(), timedelta()))
    while await judge_clocks(rt):
        pass


async def _viewer(rt: Runtime, username: str) -> Viewer:
    async with rt.transaction(DEMO) as tx:
        row = await people.by_username(tx, username)
        found = await people.viewer(tx, row.id) if row else None
    if found is None:
        raise RuntimeError(f"the demo has no {username}")
    return found


async def _play(rt: Runtime, clock: FixedClock, episode: Episode, index: int) -> None:
    """Receive, triage, and take the story as far as it went."""
    anonymous = episode.name is None and episode.phone is None
    inbound = Inbound(
        channel=Channel(episode.channel),
        account="demo",
        external_id=f"demo-{index}",
        text=episode.text,
        raw=episode.text.encode(),
        identity=None if anonymous else Identity(name=episode.name, phone=episode.phone),
        region_hint=episode.region,
        anonymous=anonymous,
        policy=ContactPolicy(may_write=episode.channel == "telegram"),
    )
    kept = await receive_contact(rt, inbound)
    await _triage_all(rt)
    if episode.end == "waiting":
        return
    operator = await _viewer(rt, "operator" if index % 2 else "operator2")
    clock.forward(timedelta(seconds=70 if episode.end != "late" else 1200))
    while await judge_clocks(rt):
        pass
    if episode.end == "information":
        async with rt.transaction(operator) as tx:
            contact = await contacts.by_receipt(tx, kept.receipt, rt.number_key)
        if contact.case_id is None:
            await close_contact(rt, operator, kept.receipt, "information_given")
            return
    said = Confirmation(
        subcategory=episode.subcategory,
        urgency=episode.urgency,
        region=episode.region,
        extract=episode.extract,
    )
    number = await confirm_contact(rt, operator, kept.receipt, said)
    if episode.end in ("offered", "late"):
        return
    await _work(rt, clock, number, closes=episode.end == "closed")


async def _triage_all(rt: Runtime) -> None:
    for queue in QueueName:
        async with rt.transaction(DEMO) as tx:
            promised = await outbox.lease(tx, queue, limit=25, span=timedelta(seconds=60))
        texts = [p.id for p in promised if p.job is JobName.TRIAGE_CONTACT]
        if texts:
            await triage_contacts(rt, texts)
            await compare_contacts(rt, texts)
        await send_pages(rt, [p.id for p in promised if p.job is JobName.WAKE_DUTY])


async def _work(rt: Runtime, clock: FixedClock, number: str, *, closes: bool) -> None:
    """Let the emergency services and every body answer, and perhaps help, check and close."""
    supervisor = await _viewer(rt, "supervisor")
    async with rt.transaction(DEMO) as tx:
        case = await cases.read(tx, supervisor, number, rt.number_key)
        tasks = await handoffs.of_case(tx, case.id)
        answering = {}
        for referral in case.referrals:
            member = await people.any_member(tx, referral.body_id)
            answering[referral.id] = await people.viewer(tx, member) if member else None
    for task in tasks:
        clock.forward(timedelta(seconds=50))
        service = str(task.service)
        await handoff_called(rt, supervisor, number, service, number_called=service)
        await handoff_accepted(rt, supervisor, number, service, by=f"дежурный {service}")
    clock.forward(timedelta(minutes=6))
    for referral in case.referrals:
        who = answering[referral.id]
        if who is not None and referral.status == ReferralStatus.OFFERED:
            await accept_referral(rt, who, number, referral.id)
    worker = answering.get(case.lead.id) if case.lead else None
    if worker is None:
        return
    clock.forward(timedelta(minutes=12))
    said = "Поговорили по безопасному номеру, договорились о встрече."
    await record_first_contact(rt, worker, number, how=said)
    if closes:
        clock.forward(timedelta(hours=2))
        await _end_parts(rt, number, supervisor, answering)
        await record_outcome(rt, worker, number, _OUTCOME)
        await close_case(rt, worker, number)


async def _end_parts(
    rt: Runtime, number: str, supervisor: Viewer, answering: Mapping[int, Viewer | None]
) -> None:
    """Let co-executors say what they did; where nobody answers, 111's supervisor ends it."""
    async with rt.transaction(DEMO) as tx:
        open_parts = still_open(await cases.read(tx, supervisor, number, rt.number_key))
    for referral in open_parts:
        who = answering.get(referral.id)
        if who is None or referral.status != ReferralStatus.ACCEPTED:
            why = "Помощь уже оказана другим органом."
            await end_part_for(rt, supervisor, number, referral.id, reason=why)
        else:
            said = "Своё сделали, сведения переданы ведущему органу."
            await part_done(rt, who, number, referral.id, text=said)


_OUTCOME = Outcome(
    assistance_code="counselling",
    assistance_text="Семье дали психолога и сопровождение, ребёнок под наблюдением.",
    check_kind="visit",
    check_text="Выезд на дом, акт составлен, угрозы нет.",
)
