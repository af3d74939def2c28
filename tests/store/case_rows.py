"""Rows of cases and referrals put into the database directly, for reads over many of them."""

import random
from datetime import timedelta

from hotline.cases.numbers import number_of
from hotline.cases.terms import BodyId, PersonId, ReferralStatus, Role
from hotline.identity.viewer import Viewer
from tests.conftest import START

REGIONS = ("71", "39", "10")
BODIES = [
    f"{kind}-{region}" for kind in ("guard", "comm", "fsc", "police") for region in REGIONS
]
OPEN = ("triage", "offered", "accepted", "in_progress", "reopened")
PUT_CASES = """
INSERT INTO cases (id, number, status, urgency, urgency_by, category, subcategory, region, channel,
  about_child, received_at, opened_at, shown_at, closed_at, due_at,
  exception_code, exception_by, exception_second)
VALUES ($1, $2, $3, $4, 'machine', 'VIO', 'VIO.PHY', $5, 'phone', true, $6, $6, $7, $8, $9,
  $10, $11, $12)
"""
PUT_REFERRALS = """
INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, offered_at, offered_by,
  urgency, due_at)
VALUES ($1, $2, $3, $4, $5, $5, 'person', $6, $7)
"""
PUT_BODIES = """
INSERT INTO complaints (case_id, kind, body_id, at, lifted_at, lifted_by, lifted_second)
VALUES ($1, 'body', $2, $3, $4, $5, $6)
"""
PUT_PEOPLE = """
INSERT INTO complaints (case_id, kind, person_id, at, lifted_at, lifted_by, lifted_second)
VALUES ($1, 'person', $2, $3, $4, $5, $6)
"""


def a_viewer(role, *, region=None, bodies=(), ties=(), person=0):
    """A viewer who is in no table. `ties`: what keeps them out beside their bodies."""
    return Viewer(
        PersonId(person),
        "x",
        "X",
        Role(role),
        region,
        frozenset(BodyId(body) for body in bodies),
        ties=frozenset(ties),
    )


VIEWERS = [
    a_viewer("operator"),
    a_viewer("supervisor"),
    a_viewer("admin"),
    a_viewer("admin", region="71", bodies=["guard-71"]),
    a_viewer("commissioner", region="71", bodies=["comm-71"]),
    a_viewer("commissioner", region="39"),
    a_viewer("commissioner", bodies=["comm-10"]),
    a_viewer("guardian", region="71", bodies=["guard-71"]),
    a_viewer("guardian", region="39", bodies=["guard-39", "guard-10"]),
    a_viewer("family", region="71", bodies=["fsc-71"]),
    a_viewer("body", region="71", bodies=["police-71", "fsc-71", "guard-71", "comm-71"]),
    a_viewer("body", region="71"),
]


async def two_signers(database, called="signer"):
    """Return ids of two people who sign something."""
    put = (
        "INSERT INTO people (username, display_name, role, password_hash)"
        " VALUES ($1, $1, 'operator', '-') RETURNING id"
    )
    return [
        await database.fetchval(put, f"{name}-{called}") for name in ("first", "second")
    ]


async def fill(database, rt, n, *, seed=1, wild=False):
    """Put `n` cases with up to three referrals each; `wild` ignores what actions would allow."""
    dice = random.Random(seed)
    first, second = await two_signers(database)
    case_rows, referral_rows = [], []
    for i in range(n):
        case_id = 26 * 10**9 + 500_000 + i
        closed = dice.random() < 0.3
        urgency = dice.randrange(5)
        due = (
            None
            if closed or dice.random() < 0.3
            else START + timedelta(hours=dice.randrange(-50, 50))
        )
        shown = START if dice.random() < 0.7 else None
        case_rows.append(
            (
                case_id, number_of(case_id, rt.number_key),
                "closed" if closed else dice.choice(OPEN), urgency,
                dice.choice([*REGIONS, None]), START, shown, START if closed else None, due,
                *(("no_person_in_need", first, second) if closed else (None, None, None)),
            )
        )  # fmt: skip
        referral_rows += _referrals(dice, case_id, urgency, due, closed=closed, wild=wild)
    await database.executemany(PUT_CASES, case_rows)
    await database.executemany(PUT_REFERRALS, referral_rows)


def _referrals(dice, case_id, urgency, due, *, closed, wild):
    live = ["done"] if closed else ["offered", "accepted", "proposed"]
    ended = ["declined", "returned", "withdrawn"]
    rows, lead_free, live_bodies = [], True, set()
    for _ in range(dice.randrange(4)):
        body = dice.choice(BODIES)
        status = dice.choice(list(ReferralStatus) if wild else live + ended)
        if body in live_bodies and not wild:
            continue  # who has it is not asked again
        if status in live:
            live_bodies.add(body)
        lead = lead_free and status in ("proposed", "offered", "accepted", "done")
        lead_free = lead_free and not lead
        rows.append((case_id, body, lead, str(status), START, urgency, due))
    return rows


async def complain(database, *, seed=1, share=0.4, bodies=(), people=()):
    """Let cases complain of `bodies` and people by id; some complaints were lifted again."""
    dice = random.Random(seed)
    first, second = await two_signers(database, "complainer")
    for (case_id,) in await database.fetch("SELECT id FROM cases ORDER BY id"):
        for put, known in ((PUT_BODIES, bodies), (PUT_PEOPLE, people)):
            if known and dice.random() < share:
                lifted = (START, first, second) if dice.random() < 0.3 else (None,) * 3
                await database.execute(put, case_id, dice.choice(known), START, *lifted)
