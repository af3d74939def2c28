"""What the database refuses whoever writes: a page, the API, a job or a person with psql."""

import asyncpg
import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from tests.builders import a_case
from tests.story import Story, everybody

REFUSED = [
    # what is tried, the statement, the guard that refuses
    ("an unknown state", "UPDATE contacts SET state = 'seen'", "contacts_state"),
    ("a contact closed by nobody",
     ("UPDATE contacts SET state = 'closed', wrap_up = 'test', closed_at = now(),"
     " seen_by = NULL"), "contacts_closed_by_a_person"),
    ("a contact closed without a code",
     "UPDATE contacts SET state = 'closed', closed_at = now()",
     "contacts_closed_by_a_person"),
    ("spam without a code", "UPDATE contacts SET state = 'spam'",
     "contacts_closed_by_a_person"),
    ("danger without urgency", "UPDATE contacts SET danger = true, urgency = 3",
     "contacts_danger"),
    ("urgency without danger", "UPDATE contacts SET danger = false, urgency = 0",
     "contacts_danger"),
    ("an unknown status", "UPDATE cases SET status = 'waiting'", "cases_status"),
    ("an urgency beyond", "UPDATE cases SET urgency = 5", "cases_urgency"),
    ("an unknown regime", "UPDATE cases SET regime = 'none'", "cases_regime"),
    ("a second lead",
     ("INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, urgency)"
     " SELECT id, 'guard-39', true, 'proposed', now(), 2 FROM cases"), "referrals_one_lead"),
    ("a helper made lead", "UPDATE referrals SET lead = true", "referrals_one_lead"),
    ("an offer by nobody", "UPDATE referrals SET offered_by = NULL", "referrals_offered_by"),
    ("an offer by a machine", "UPDATE referrals SET offered_by = 'machine'",
     "referrals_offered_by"),
    ("accepted, never offered", "UPDATE referrals SET status = 'accepted', offered_at = NULL",
     "referrals_offered_by"),
    ("an unknown referral status", "UPDATE referrals SET status = 'seen'",
     "referrals_status"),
    ("an unknown clock state", "UPDATE clocks SET state = 'stopped'", "clocks_state"),
]  # fmt: skip


@pytest.fixture
async def story(rt, clock, database):
    found = Story(rt, clock, database, await everybody(rt))
    await a_case(rt, found.people["operator"])
    return found


async def test_each_guard_refuses_by_its_name(story):
    for what, statement, guard in REFUSED:
        refused = None
        try:
            await story.database.execute(statement)
        except asyncpg.IntegrityConstraintViolationError as error:
            refused = error.constraint_name
        assert refused == guard, what


async def test_rows_that_count_are_never_deleted(story):
    for table in ("contacts", "cases"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await story.database.execute(f"DELETE FROM {table}")


async def test_one_message_is_one_row_for_ever(story):
    with pytest.raises(asyncpg.UniqueViolationError):
        await story.database.execute(
            "INSERT INTO contacts (id, receipt, channel, account, external_id, state,"
            " received_at, danger, danger_score, urgency) SELECT 1, 'x', channel, account,"
            " external_id, 'received', now(), false, 0, 3 FROM contacts"
        )


async def test_counters_equal_the_rows_after_everything(story):
    """Counted by triggers, folded by the sweep, corrected by nobody."""
    from hotline.actions.fold_counters import fold_counters

    receipt = await story.message()
    await story.later(minutes=5)
    number = (await story.case_of(receipt))["number"]
    await story.decline(number)
    await story.message("Как записать ребёнка в садик?")
    for _ in range(2):
        rows = await story.database.fetch(
            "SELECT key, sum(n) AS n FROM (SELECT key, n FROM counters WHERE name = 'case'"
            " UNION ALL SELECT key, n FROM counter_deltas WHERE name = 'case') x"
            " GROUP BY 1 HAVING sum(n) <> 0"
        )
        truth = await story.database.fetch(
            "SELECT coalesce(region, '') || '|' || status || '|' || urgency AS key,"
            " count(*) AS n FROM cases GROUP BY 1"
        )
        assert {r["key"]: r["n"] for r in rows} == {r["key"]: r["n"] for r in truth}
        await fold_counters(story.rt)
    assert await story.count("counter_deltas") == 0
