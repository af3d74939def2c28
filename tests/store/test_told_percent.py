"""Migration 0004: clocks of before know what was told of them, and replay to what they are."""

import json
from types import SimpleNamespace

import asyncpg

from hotline.actions.verify_clocks import differences
from hotline.sla.ledger import Line
from hotline.store.address import asyncpg_options
from hotline.store.migrate import upgrade

STARTED = (
    '{"name": "safety", "started_at": "2026-11-20T05:00:00+00:00", "due_at":'
    ' "2026-11-20T09:00:00+00:00", "allowed": "PT4H clock", "law": false, "urgency": 2,'
    ' "policy": "p", "calendar": "c", "body": null}'
)
RAISED = STARTED[:-1] + ', "why": "urgency", "next_step": 0}'
MOVED = STARTED[:-1] + ', "why": "calendar", "next_step": 1}'
TOLD_80 = ("escalated", '{"name": "safety", "percent": 80, "audience": ["assignee"]}')
TOLD_100 = ("escalated", '{"name": "safety", "percent": 100, "audience": ["head_of_body"]}')
STEPPED = ("stepped", '{"next_step": 2}')

CLOCKS = [
    # what                                 state       lines after the start                                  told  given up
    ("nobody was told of anything",        "running",  [],                                                    0,    False),
    ("80 % was told",                      "running",  [TOLD_80, STEPPED],                                    80,   False),
    ("a raised one climbs anew",           "running",  [TOLD_80, STEPPED, ("recomputed", RAISED)],            0,    False),
    ("another calendar does not",          "running",  [TOLD_80, STEPPED, ("recomputed", MOVED)],             80,   False),
    ("raised, and told since",             "running",  [TOLD_100, STEPPED, ("recomputed", RAISED), TOLD_80, STEPPED], 80, False),
    ("steps that reached nobody",          "running",  [STEPPED],                                             0,    False),
    ("cancelled",                          "cancelled", [TOLD_80, STEPPED, ("cancelled", '{"reason": "reopened"}')], 80, True),
    ("late when its case was closed",      "breached", [TOLD_100, STEPPED, ("breached", '{"due_at": "2026-11-20T09:00:00+00:00"}')], 100, True),
]  # fmt: skip


EMPTY = "DROP SCHEMA public CASCADE; DROP SCHEMA keyring CASCADE; CREATE SCHEMA public"
BEFORE = """
SET session_replication_role = replica;  -- how a case closes is not what this asks
INSERT INTO cases (id, number, status, urgency, urgency_by, category, subcategory, region,
  channel, about_child, received_at, opened_at, closed_at, exception_code, exception_by,
  exception_second)
VALUES (1, '26-000001-1', 'closed', 2, 'person', 'VIO', 'VIO.PHY', '71', 'phone', true,
  now(), now(), '2026-11-21T05:00:00+00:00', 'left_the_country', 1, 2);
"""
CLOCK = """
INSERT INTO clocks (id, case_id, name, basis, law, calendar, allowed, urgency, started_at,
  due_at, state, breached_at, judged_at, policy_version, calendar_version)
VALUES ($1, 1, 'safety', 'b', false, 'clock', 'PT4H clock', 2, '2026-11-20T05:00:00+00:00',
  '2026-11-20T09:00:00+00:00', $2, CASE WHEN $2 = 'breached' THEN timestamptz
  '2026-11-20T09:00:00+00:00' END, CASE WHEN $2 = 'breached' THEN timestamptz
  '2026-11-20T10:00:00+00:00' END, 'p', 'c')
"""
LINE = """
INSERT INTO clock_events (clock_id, at, event, data)
VALUES ($1, '2026-11-20T10:00:00+00:00', $2, $3::jsonb)
"""


async def test_clocks_of_before_are_what_their_ledgers_say(fresh_database_url):
    line = await asyncpg.connect(**asyncpg_options(fresh_database_url))
    try:
        await line.execute(EMPTY)
        assert await upgrade(fresh_database_url, "0003")
        await line.execute(BEFORE)
        await line.execute("SET session_replication_role = origin")
        for number, (_, state, events, *_) in enumerate(CLOCKS, 1):
            await line.execute(CLOCK, number, state)
            for event, data in (("started", STARTED), *events):
                await line.execute(LINE, number, event, data)
        assert await upgrade(fresh_database_url)
        for number, (what, _, _, told, given_up) in enumerate(CLOCKS, 1):
            row = await line.fetchrow("SELECT * FROM clocks WHERE id = $1", number)
            assert row["told_percent"] == told, what
            assert (row["cancelled_at"] is not None) == given_up, what
            lines = await line.fetch(
                "SELECT * FROM clock_events WHERE clock_id = $1 ORDER BY id", number
            )
            said = [Line(one["event"], one["at"], json.loads(one["data"])) for one in lines]
            assert differences(SimpleNamespace(**row), said) == [], what
    finally:
        await line.close()
