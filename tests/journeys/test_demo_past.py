"""The demo's past is made by the real use cases, so it obeys every rule; nobody in it is real."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.sign_in import sign_in
from hotline.actions.verify_clocks import verify_clocks
from hotline.demo import seed

PASSWORD = "a-demo-password"


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", PASSWORD)


async def test_the_past_is_believable_and_nothing_of_it_is_left_undone(
    rt, database, password
):
    await seed(rt, empty=False)
    statuses = await database.fetch("SELECT status, count(*) AS n FROM cases GROUP BY 1")
    found = {row["status"]: row["n"] for row in statuses}
    assert {"triage", "offered", "closed"} <= set(found), found
    assert {"accepted", "in_progress"} & set(found), found
    assert await database.fetchval("SELECT count(*) FROM breaches") > 0
    assert await database.fetchval("SELECT count(*) FROM outbox WHERE done_at IS NULL") == 0
    assert await judge_clocks(rt) == 0  # the sweep has caught up
    first = await database.fetchval("SELECT min(received_at) FROM contacts")
    last = await database.fetchval("SELECT max(at) FROM case_events")
    assert (rt.clock.now() - first).days >= 20
    assert last <= rt.clock.now()
    verified = await verify_clocks(rt)
    assert (verified.differences, verified.clocks > 100) == ((), True)
    regions = await database.fetchval("SELECT count(DISTINCT region) FROM cases")
    assert regions >= 5


async def test_every_user_of_the_contract_can_sign_in(rt, database, password):
    await seed(rt, empty=True)
    names = ["operator", "operator2", "supervisor", "admin"]
    for code in ("71", "63"):
        names += [
            f"{role}-{code}" for role in ("commissioner", "guardian", "family", "body")
        ]
    for name in names:
        session = await sign_in(rt, name, PASSWORD)
        assert session.viewer.username == name
    assert await database.fetchval("SELECT count(*) FROM people") == 4 + 4 * 20
    assert await database.fetchval("SELECT count(*) FROM cases") == 0
    bodies = await database.fetch(
        "SELECT id FROM bodies WHERE id NOT IN (SELECT body_id FROM memberships)"
        " AND status = 'active'"
    )
    assert {row["id"] for row in bodies} <= {"omb", "kopd"}  # national ones have no user
