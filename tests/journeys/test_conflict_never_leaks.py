"""Whatever people do in whatever order, nobody complained of is asked, told or shown.

Random walks over the real use cases; after every step the facts are read with plain SQL and
the excluded are worked out here anew, by walking the tree.
"""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from hotline.actions.add_absence import Away, add_absence
from hotline.actions.add_referral import add_referral
from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.actions.change_urgency import change_urgency
from hotline.actions.close_case import reopen_case
from hotline.actions.decide_link import decide_link
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.lift_conflict import confirm_lift, propose_lift
from hotline.actions.offer_case import offer_case
from hotline.actions.plan_succession import plan_succession
from hotline.actions.return_overdue import return_overdue
from hotline.actions.steps.accused import About
from hotline.actions.succeed_body import run_successions
from hotline.actions.transfer_referral import transfer_referral
from hotline.actions.wake_duty import wake_duty
from hotline.cases.apart import ComplaintKind
from hotline.errors import HotlineError, NotFound
from hotline.identity.viewer import TRIAGE
from hotline.store import cases, console_reads, figures, history, lists, pages
from hotline.store import people as stored
from hotline.store.list_parts import CaseFilter
from tests import builders
from tests.journeys.test_succession import TODAY, department

STEPS = 18
BODIES = [
    "guard-71",
    "uzpd-71",
    "edu-71",
    "comm-71",
    "fsc-71",
    "guard-39",
    "guard-10",
    "omb",
]
MORE = {  # people beside those of every story: role, region, body, position
    "head of guardianship": ("guardian", "71", "guard-71", "head"),
    "specialist": ("guardian", "71", "guard-71", "specialist"),
    "head of department": ("guardian", "71", "uzpd-71", "head"),
    "head of schools": ("body", "71", "edu-71", "head"),
    "deputy at the ombudsman": ("body", None, "omb", "deputy"),
    "guardian of 10": ("guardian", "10", "guard-10", "head"),
    "second in 39": ("guardian", "39", "guard-39", "deputy"),
}
LIVE = ("proposed", "offered", "accepted")


class Walk:
    """One random walk."""

    def __init__(self, story, seed):
        self.story, self.dice = story, random.Random(seed)
        self.receipts, self.numbers = [], []
        self.told = 0  # the last notice that was looked at
        self.done = self.opened = 0

    async def begin(self):
        for name, (role, region, body, position) in MORE.items():
            somebody = await builders.a_person(
                self.story.rt, role, region=region, bodies=[body], username=name
            )
            self.story.people[name] = somebody
            await self.story.database.execute(
                "UPDATE memberships SET position = $3 WHERE person_id = $1 AND body_id = $2",
                somebody.viewer.person_id, body, position,
            )  # fmt: skip
        self.story.rt.forget_directory()
        await department(self.story, TODAY)
        for _ in range(2):
            await self.message()

    async def who(self, *names):
        """Somebody, as they are signed in now."""
        name = self.dice.choice(names or sorted(self.story.people))
        async with self.story.rt.transaction(TRIAGE) as tx:
            return await stored.viewer(tx, self.story.who(name).person_id)

    async def at_111(self):
        return await self.who("operator", "second operator", "supervisor", "duty")

    def number(self):
        return self.dice.choice(self.numbers)

    def accused(self):
        kind = self.dice.choice(list(ComplaintKind))
        if kind in ("body", "site") or (kind == "employer" and self.dice.random() < 0.5):
            return About(kind, self.dice.choice(BODIES))
        return About(kind, self.dice.choice(sorted(self.story.people)))

    # -- steps ------------------------------------------------------------------------
    async def message(self):
        about = ()
        if self.dice.random() < 0.4:
            about = ({"kind": "body", "name": "x", "id": self.dice.choice(BODIES)},)
        text = self.dice.choice([builders.QUESTION, builders.DANGER])
        receipt = await self.story.message(
            text, complaint_about=about, screened=self.dice.random() < 0.3
        )
        self.receipts.append(receipt)
        who = self.dice.choice(["operator", "second operator", "supervisor"])
        said = {"subcategory": self.dice.choice(["VIO.PHY", "NEG.CARE"]), "urgency": 2}
        number = await self.story.confirm(
            receipt, who, region=self.dice.choice(["71", "71", "39"]), **said
        )
        self.numbers.append(number)

    async def declare(self):
        await declare_conflict(
            self.story.rt, await self.at_111(), self.number(), [self.accused()]
        )

    async def declare_oneself(self):
        viewer = await self.who()
        about = About("person", viewer.username)
        await declare_conflict(self.story.rt, viewer, self.number(), [about])

    async def accept(self):
        from hotline.actions.accept_referral import accept_referral

        await accept_referral(self.story.rt, await self.who(), self.number(), None)

    async def decline(self):
        from hotline.actions.decline_referral import decline_referral

        code = self.dice.choice(["conflict", "not_our_region", "not_our_matter"])
        await decline_referral(
            self.story.rt, await self.who(), self.number(), None, code=code,
            text="Причина ясна", giving_back=self.dice.random() < 0.5,
        )  # fmt: skip

    async def offer(self):
        await offer_case(self.story.rt, await self.at_111(), self.number())

    async def transfer(self):
        number = self.number()
        referral = await self.story.database.fetchval(
            "SELECT r.id FROM referrals r JOIN cases c ON c.id = r.case_id"
            " WHERE c.number = $1 AND r.status IN ('offered', 'accepted')"
            " ORDER BY random() LIMIT 1",
            number,
        )
        to = {"to_body": self.dice.choice(BODIES)}
        if self.dice.random() < 0.5:
            to = {"to_person": self.dice.choice(sorted(self.story.people))}
        viewer = await self.dice.choice([self.at_111, self.who])()
        await transfer_referral(
            self.story.rt, viewer, number, referral, text="Передаю", **to
        )

    async def ask_one_more(self):
        await add_referral(
            self.story.rt, await self.at_111(), self.number(), body=self.dice.choice(BODIES)
        )

    async def time_passes(self):
        await self.story.later(minutes=self.dice.choice([3, 40, 400, 3000]))
        await return_overdue(self.story.rt)
        await wake_duty(self.story.rt)

    async def urgency(self):
        await change_urgency(
            self.story.rt, await self.at_111(), self.number(),
            urgency=self.dice.randrange(3), reason="По словам соседей",
        )  # fmt: skip

    async def outcome(self, number=None):
        """Who leads a case takes it on and records what was done; return number and who."""
        number = number or self.number()
        with suppress(HotlineError):
            await offer_case(self.story.rt, await self.at_111(), number)
        who = await self.story.database.fetchval(
            "SELECT p.username FROM people p JOIN memberships m ON m.person_id = p.id"
            " JOIN referrals r ON r.body_id = m.body_id JOIN cases c ON c.id = r.case_id"
            " WHERE c.number = $1 AND r.lead AND r.status IN ('offered', 'accepted')"
            " AND m.ended_at IS NULL ORDER BY p.id = r.assignee_id DESC NULLS LAST, p.id",
            number,
        )
        if who is None:
            return None
        with suppress(HotlineError):  # they may have it already
            await self.story.accept(number, who)
        await self.story.outcome(number, who)
        return number, who

    async def close_and_open(self, number=None):
        ended = await self.outcome(number)
        if ended is None:
            return
        number, who = ended
        await self.story.close(number, who)
        await self.check()
        if self.dice.random() < 0.7:
            lead, _ = await self.story.lead(number)
            about = About("body", lead) if lead in BODIES else self.accused()
            with suppress(HotlineError):
                await declare_conflict(self.story.rt, await self.at_111(), number, [about])
        await reopen_case(self.story.rt, await self.at_111(), number, "Снова")
        self.opened += 1

    async def lift(self):
        number = self.number()
        row = await self.story.database.fetchrow(
            "SELECT k.id FROM complaints k JOIN cases c ON c.id = k.case_id"
            " WHERE c.number = $1 AND k.lifted_at IS NULL ORDER BY random() LIMIT 1",
            number,
        )
        if row is not None:
            rt, first, second = self.story.rt, await self.at_111(), await self.at_111()
            with suppress(HotlineError):
                await propose_lift(rt, first, number, row["id"], "Ошибка")
            await confirm_lift(rt, second, number, row["id"])

    async def away(self):
        start = self.story.clock.now() + timedelta(minutes=1)
        away = Away(start, start + timedelta(days=2), "leave", None)
        await add_absence(
            self.story.rt,
            await self.who("supervisor"),
            self.dice.choice(sorted(self.story.people)),
            away,
        )

    async def join(self):
        viewer = await self.at_111()
        one, two = self.dice.sample(self.receipts, 2)
        await decide_link(self.story.rt, viewer, one, two, same=True)
        with suppress(HotlineError):
            await detach_contact(self.story.rt, viewer, one)
        await attach_contact(self.story.rt, viewer, one, self.number(), release=True)

    async def succeed(self):
        viewer = self.story.who("admin")
        await plan_succession(self.story.rt, viewer, "guard-39", "uzpd-39", TODAY)
        while await run_successions(self.story.rt, batch=2):
            await self.check()

    # -- what must hold ---------------------------------------------------------------
    async def step(self):
        acts = [
            self.message, self.declare, self.declare, self.declare_oneself, self.accept,
            self.accept, self.decline, self.offer, self.offer, self.transfer, self.transfer,
            self.ask_one_more, self.time_passes, self.urgency, self.outcome,
            self.close_and_open, self.lift, self.away, self.join, self.succeed,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        with suppress(HotlineError):
            await act()
            self.done += 1
        self.last = act.__name__

    async def excluded(self):
        """Return {case id: (bodies, people)} that are out, worked out from bare rows."""
        fetch = self.story.database.fetch
        parents = {r["id"]: r["parent_id"] for r in await fetch("SELECT * FROM bodies")}
        members = await fetch("SELECT * FROM memberships")
        now = self.story.clock.now()
        heads = {}
        for m in members:
            lasts = m["ended_at"] is None or m["ended_at"] > now
            if m["position"] != "specialist" and lasts:
                heads.setdefault(m["body_id"], set()).add(m["person_id"])
        found = {r["id"]: (set(), set()) for r in await fetch("SELECT id FROM cases")}
        for row in await fetch("SELECT * FROM complaints WHERE lifted_at IS NULL"):
            bodies, people = found[row["case_id"]]
            bodies |= {row["body_id"]} - {None}
            people |= {row["person_id"]} - {None}
        for bodies, people in found.values():
            named, roots = set(people), set(bodies)
            for body in parents:
                line, at = [], body
                while at is not None and at not in line:
                    line.append(at)
                    at = parents.get(at)
                headed = {p for one in line for p in heads.get(one, ())}
                if body != "own-111" and (set(line) & roots or headed & named):
                    bodies.add(body)
            bodies.discard("own-111")
            people |= {m["person_id"] for m in members if m["body_id"] in bodies}
        return found

    async def check(self):
        out = await self.excluded()
        fetch = self.story.database.fetch
        for r in await fetch("SELECT * FROM referrals"):
            bodies, people = out[r["case_id"]]
            if r["status"] in LIVE:
                assert r["body_id"] not in bodies, (self.last, r["body_id"])
                assert r["assignee_id"] not in people, (self.last, "referral's assignee")
                assert r["handed_to"] not in people, (self.last, "handed to")
        for c in await fetch("SELECT id, assignee_id FROM cases WHERE status <> 'closed'"):
            assert c["assignee_id"] not in out[c["id"]][1], (self.last, "assignee")
        rows = await fetch(
            "SELECT * FROM notices WHERE id > $1 AND case_id IS NOT NULL", self.told
        )
        for n in rows:
            bodies, people = out[n["case_id"]]
            self.told = max(self.told, n["id"])
            assert n["audience"] not in bodies, (self.last, n["kind"], n["audience"])
            assert n["person_id"] not in people, (self.last, n["kind"])
        for page in await fetch("SELECT * FROM pages WHERE state IN ('waiting', 'sent')"):
            if page["case_id"] is not None:
                assert page["person_id"] not in out[page["case_id"]][1], self.last
        await self._eyes(out, 4)

    async def _eyes(self, out, some=None):
        """Look through the eyes of those who are out of something."""
        numbers = {r["id"]: r["number"] for r in
                   await self.story.database.fetch("SELECT id, number FROM cases")}  # fmt: skip
        by_person = {}
        for case_id, (_, people) in out.items():
            for person in people:
                by_person.setdefault(person, set()).add(case_id)
        chosen = sorted(by_person)
        if some is not None and len(chosen) > some:
            chosen = self.dice.sample(chosen, some)
        for person in chosen:
            closed = {numbers[case_id] for case_id in by_person[person]}
            await self._sees_none(person, closed)

    async def _sees_none(self, person, closed):
        rt = self.story.rt
        async with rt.transaction(TRIAGE) as tx:
            viewer = await stored.viewer(tx, person)
        if viewer is None:
            return
        async with rt.transaction(viewer) as tx:
            for asked in (CaseFilter(), CaseFilter(status="open"), CaseFilter(tab="work")):
                page = await lists.cases(
                    tx, viewer, asked, number_key=rt.number_key, limit=200
                )
                assert not closed & {line.number for line in page.items}, self.last
                assert page.total == len(page.items), (self.last, viewer, asked)
            told = await console_reads.notices_for(tx, viewer)
            assert not closed & {row.number for row in told}, self.last
            woken = await pages.open_pages(tx, viewer)
            assert not closed & {getattr(row, "number", None) for row in woken}
            if viewer.at_111:
                board = await figures.board(tx, viewer)
                assert not closed & {risk.case for risk in board.at_risk}
            for number in sorted(closed):
                for read in (cases.read, history.of_case, history.decisions_of):
                    with pytest.raises(NotFound):
                        await read(tx, viewer, number, rt.number_key)


@pytest.mark.parametrize("seed", [1, 3, 42])
async def test_no_walk_shows_a_case_to_whom_it_complains_of(story, seed):
    walk = Walk(story, seed)
    walk.last = "begin"
    await walk.begin()
    await walk.check()  # what was told before anybody was complained of is told
    for _ in range(STEPS):
        await walk.step()
        await walk.check()
    await walk.message()
    for number in walk.numbers:
        with suppress(HotlineError):
            await walk.close_and_open(number)
        await walk.check()
    assert walk.opened > 0
    await walk._eyes(await walk.excluded())
    assert walk.done > STEPS / 4  # most of a walk is allowed to happen
    assert await story.count("complaints") > 0
