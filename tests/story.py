"""Telling stories: who did what, and when; then what people see. Time moves by words only."""

from collections import Counter
from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from hotline.actions.close_case import close_case
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.decline_referral import decline_referral
from hotline.actions.end_part import end_part_for
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.record_outcome import Outcome, record_outcome
from hotline.actions.return_overdue import return_overdue
from hotline.cases.terms import Role
from hotline.identity.viewer import TRIAGE
from hotline.store import people as stored
from tests import builders

REASON = "Семья живёт в другом районе, это не наша территория"
HELPED = Outcome(
    assistance_code="protection",
    assistance_text="Ребёнок у бабушки, психолог работает",
    check_kind="visit",
    check_text="Выезд, акт составлен",
)

PEOPLE = {  # name in a story: role, region, bodies
    "operator": (Role.OPERATOR, None, ()),
    "second operator": (Role.OPERATOR, None, ()),
    "duty": (Role.OPERATOR, None, ("own-111",)),
    "supervisor": (Role.SUPERVISOR, None, ()),
    "second supervisor": (Role.SUPERVISOR, None, ()),
    "admin": (Role.ADMIN, None, ()),
    "commissioner": (Role.COMMISSIONER, "71", ("comm-71",)),
    "guardian": (Role.GUARDIAN, "71", ("guard-71", "uzpd-71")),
    "second guardian": (Role.GUARDIAN, "71", ("guard-71", "uzpd-71")),
    "family": (Role.FAMILY, "71", ("fsc-71",)),
    "police": (Role.BODY, "71", ("police-71",)),
    "other commissioner": (Role.COMMISSIONER, "39", ("comm-39",)),
    "other guardian": (Role.GUARDIAN, "39", ("guard-39",)),
    "other family": (Role.FAMILY, "39", ("fsc-39",)),
    "nobody's": (Role.BODY, "71", ()),
}


async def everybody(rt):
    """Add the people of PEOPLE with one password; return them by name."""
    made = {}
    async with rt.transaction(TRIAGE) as tx:
        for name, (role, region, bodies) in PEOPLE.items():
            row = {"username": name, "display_name": name.title(), "role": role}
            row |= {"region": region, "password_hash": builders.password_hash()}
            person = await stored.add(tx, row, list(bodies))
            made[name] = builders.Somebody(await stored.viewer(tx, person), "")
    return made


class Story:
    """One story over a runtime: people of region 71 and of another, and a clock."""

    def __init__(self, rt, clock, database, people):
        self.rt, self.clock, self.database, self.people = rt, clock, database, people

    def who(self, name):
        return self.people[name].viewer

    # -- what happens -----------------------------------------------------------------
    async def message(self, text=builders.DANGER, **facts):
        """Somebody writes, and triage reads it; return the receipt."""
        return await builders.a_contact(self.rt, text, **facts)

    async def later(self, *, sweep=True, **span):
        """Time passes; the sweep looks, as it does every second."""
        self.clock.forward(timedelta(**span))
        if sweep:
            await self.sweep()

    async def sweep(self):
        """Judge until nothing is due."""
        while await judge_clocks(self.rt):
            pass
        while await return_overdue(self.rt):
            pass

    async def confirm(self, receipt, who="operator", **said):
        return await confirm_contact(self.rt, self.who(who), receipt, Confirmation(**said))

    async def accept(self, number, who="guardian"):
        await accept_referral(self.rt, self.who(who), number, None)

    async def decline(self, number, who="guardian", code="not_our_region"):
        await decline_referral(self.rt, self.who(who), number, None, code=code, text=REASON)

    async def give_back(self, number, who="guardian", code="not_our_matter"):
        await decline_referral(
            self.rt, self.who(who), number, None, code=code, text=REASON, giving_back=True
        )

    async def end_parts(self, number, who="supervisor"):
        """111's supervisor ends whatever co-executors were asked for."""
        rows = await self.database.fetch(
            "SELECT r.id FROM referrals r JOIN cases k ON k.id = r.case_id WHERE NOT r.lead"
            " AND k.number = $1 AND r.status IN ('offered', 'accepted') ORDER BY r.id",
            number,
        )
        for row in rows:
            await end_part_for(
                self.rt, self.who(who), number, row["id"], reason="Помощь уже оказана"
            )

    async def outcome(self, number, who="guardian", outcome=HELPED):
        await self.end_parts(number)
        await record_outcome(self.rt, self.who(who), number, outcome)

    async def close(self, number, who="guardian"):
        await close_case(self.rt, self.who(who), number)

    # -- what is seen -----------------------------------------------------------------
    async def case_of(self, receipt):
        """The case of a contact, as its row, or None."""
        return await self.database.fetchrow(
            "SELECT k.* FROM cases k JOIN contacts c ON c.case_id = k.id"
            " WHERE c.receipt = $1",
            receipt,
        )

    async def case(self, number):
        return await self.database.fetchrow("SELECT * FROM cases WHERE number = $1", number)

    async def contact(self, receipt):
        return await self.database.fetchrow(
            "SELECT * FROM contacts WHERE receipt = $1", receipt
        )

    async def referrals(self, number):
        """{body: status} of the newest referral of each body."""
        rows = await self.database.fetch(
            "SELECT r.body_id, r.status FROM referrals r JOIN cases k ON k.id = r.case_id"
            " WHERE k.number = $1 ORDER BY r.id",
            number,
        )
        return {row["body_id"]: row["status"] for row in rows}

    async def lead(self, number):
        """(body, status) of the one live lead, or None."""
        row = await self.database.fetchrow(
            "SELECT r.body_id, r.status FROM referrals r JOIN cases k ON k.id = r.case_id"
            " WHERE k.number = $1 AND r.lead"
            " AND r.status IN ('proposed', 'offered', 'accepted', 'done')",
            number,
        )
        return tuple(row) if row else None

    async def clocks(self, number, *names):
        """{name: row} of the case's newest clocks."""
        rows = await self.database.fetch(
            "SELECT c.* FROM clocks c JOIN cases k ON k.id = c.case_id"
            " WHERE k.number = $1 ORDER BY c.id",
            number,
        )
        return {row["name"]: row for row in rows if not names or row["name"] in names}

    async def acceptance(self, number):
        """The acceptance clock that is on the live lead's referral, or None."""
        return await self.database.fetchrow(
            "SELECT c.* FROM clocks c JOIN referrals r ON r.id = c.referral_id"
            " JOIN cases k ON k.id = r.case_id WHERE k.number = $1 AND r.lead"
            " AND c.name = 'acceptance' AND r.status IN ('proposed', 'offered', 'accepted')"
            " ORDER BY c.id",
            number,
        )

    async def history(self, number):
        """How often each event stands in the case's history and its contact's."""
        rows = await self.database.fetch(
            "SELECT e.event FROM case_events e JOIN cases k ON k.number = $1"
            " WHERE e.case_id = k.id OR e.contact_id IN"
            " (SELECT id FROM contacts WHERE case_id = k.id)",
            number,
        )
        return Counter(row["event"] for row in rows)

    async def told(self, number, audience=None):
        """How often each audience was told what of the case."""
        rows = await self.database.fetch(
            "SELECT n.audience, n.kind FROM notices n JOIN cases k ON k.id = n.case_id"
            " WHERE k.number = $1 AND ($2::text IS NULL OR n.audience = $2)",
            number,
            audience,
        )
        return Counter((row["audience"], row["kind"]) for row in rows)

    async def count(self, table):
        return await self.database.fetchval(f"SELECT count(*) FROM {table}")
