"""People, contacts and cases for tests, made by the real actions. Everybody is invented."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count

from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.actions.compare_contacts import compare_contacts
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.receive_contact import receive_contact
from hotline.actions.record_call import LoggedCall, record_call
from hotline.actions.triage_contacts import triage_contacts
from hotline.cases.inbound import ContactPolicy, Identity, Inbound
from hotline.cases.numbers import id_from
from hotline.cases.terms import Channel, JobName
from hotline.identity.viewer import TRIAGE, Viewer
from hotline.store import people
from hotline.store.tables import outbox

PASSWORD = "a-password-for-tests"
QUESTION = "Здравствуйте, как записать ребёнка в детский сад в Павлодаре?"
DANGER = "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите"
WHO = Identity(name="Гульнара Сейткали", phone="+77017654518", relation="neighbour")
_numbers = count(1)


@cache
def password_hash():
    """Return a hash of PASSWORD that is read quickly, unlike those of the product.

    How slow it is stands in the hash itself: thousands of tests sign in.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with a bearer token."""

    viewer: Viewer
    token: str

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}


async def a_person(rt, role, *, region=None, bodies=(), username=None):
    """Add a person; return them with a token for the API."""
    async with rt.transaction(TRIAGE) as tx:
        return await add_person(rt, tx, role, region, bodies, username)


async def add_person(rt, tx, role, region, bodies, username=None):
    name = username or f"{role}-{region or 'x'}-{next(_numbers)}"
    values = {
        "username": name,
        "display_name": name.title(),
        "role": role,
        "region": region,
        "password_hash": password_hash(),
    }
    person = await people.add(tx, values, list(bodies))
    token = "hl_" + secrets.token_urlsafe(32)
    end = tx.now + timedelta(days=rt.config.service.sign.token_days)
    await people.add_token(tx, rt.sealer.token_hash(token), person, end)
    return Somebody(await people.viewer(tx, person), token)


async def everybody(rt, region="71", other="39"):
    """Add one person of every kind for `region`, and some of `other`; return them by name."""
    made = {
        "operator": ("operator", None, ()),
        "supervisor": ("supervisor", None, ()),
        "admin": ("admin", None, ()),
        "commissioner": ("commissioner", region, (f"comm-{region}",)),
        "guardian": ("guardian", region, (f"guard-{region}", f"uzpd-{region}")),
        "family": ("family", region, (f"fsc-{region}",)),
        "police": ("body", region, (f"police-{region}",)),
        "other commissioner": ("commissioner", other, (f"comm-{other}",)),
        "other guardian": ("guardian", other, (f"guard-{other}",)),
        "nobody's": ("body", region, ()),
    }
    async with rt.transaction(TRIAGE) as tx:
        return {
            name: await add_person(rt, tx, role, at, bodies)
            for name, (role, at, bodies) in made.items()
        }


async def a_contact(
    rt, text=QUESTION, *, channel=Channel.PARTNER, identity=WHO, screened=False,
    triaged=True, **more,
):  # fmt: skip
    """Receive a message, from a partner unless told; return its receipt. Triaged likewise."""
    rt.intake.start()
    facts = {"region_hint": "71", "policy": ContactPolicy(may_write=True), **more}
    kept = await receive_contact(
        rt,
        Inbound(
            channel=channel,
            account="eotinish",
            external_id=f"built-{next(_numbers)}",
            text=text,
            raw=b"{}",
            identity=identity,
            screened=screened,
            **facts,
        ),
    )
    if triaged:
        await triage_all(rt)
    return kept.receipt


async def triage_all(rt, batch=1000):
    """Do at once what the worker would do, `batch` contacts a job."""
    ids = await owed(rt, JobName.TRIAGE_CONTACT)
    for first in range(0, len(ids), batch):
        await triage_contacts(rt, ids[first : first + batch])
        await compare_contacts(rt, ids[first : first + batch])


async def owed(rt, job):
    """Return the outbox rows that promise `job` and are open, oldest first."""
    async with rt.transaction(TRIAGE) as tx:
        rows = await tx.rows(
            select(outbox.c.id)
            .where(outbox.c.done_at.is_(None), outbox.c.job == job)
            .order_by(outbox.c.id)
        )
    return [row.id for row in rows]


async def a_case(rt, operator, receipt=None, **said):
    """Confirm a contact as `operator` and return the case's number."""
    receipt = receipt or await a_contact(rt)
    given = {"subcategory": "VIO.PHY", "urgency": 2, "region": "71", **said}
    return await confirm_contact(rt, operator.viewer, receipt, Confirmation(**given))


async def a_call(rt, operator, text=DANGER, **call):
    """Log a call as `operator` and return the case's number."""
    given = {
        "subcategory": "VIO.PHY",
        "urgency": 2,
        "region": "71",
        "identity": WHO,
        **call,
    }
    return await record_call(rt, operator.viewer, LoggedCall(text=text, **given))


def row_id(rt, number):
    """Return the row id behind a public number."""
    return id_from(number, rt.number_key)
