"""Many rows at once, for measuring how reading grows. Triggers are off while they load."""

import asyncpg

_CLOCKS = """
INSERT INTO clocks (case_id, name, basis, law, calendar, allowed, urgency, started_at, due_at,
                    state, next_look_at, policy_version, calendar_version)
SELECT NULL, 'human_eyes', 'measured', false, 'clock', '24h', n % 5,
       now(), now() + interval '1 day', 'running',
       now() + interval '1 hour' + n * interval '1 second', 'm', 'm'
FROM generate_series($1::bigint, $2::bigint) AS n
"""
_CASES = """
INSERT INTO cases (id, number, status, urgency, urgency_by, category, subcategory, region,
                   channel, about_child, received_at, opened_at, shown_at, closed_at, due_at,
                   exception_code, exception_by, exception_second)
SELECT 26000000000 + n, 'm-' || n,
       CASE WHEN shut THEN 'closed' WHEN n % 3 = 0 THEN 'accepted' ELSE 'offered' END,
       n % 5, 'machine', 'NEG', 'NEG.1', regions[1 + n / 10 % array_length(regions, 1)], 'partner',
       true, t, t, t, CASE WHEN shut THEN t + interval '5 days' END,
       CASE WHEN n % 7 > 0 THEN t + interval '3 days' END,
       CASE WHEN shut THEN 'deceased' END, CASE WHEN shut THEN $4::bigint END,
       CASE WHEN shut THEN $5::bigint END
FROM (SELECT n, $3::text[] AS regions, n % 2 = 0 AS shut,
             now() - (($2::bigint - n) * interval '20 seconds') AS t
      FROM generate_series($1::bigint, $2::bigint) AS n) AS x
"""
_REFERRALS = """
INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, offered_at, offered_by,
                       urgency, due_at)
SELECT id, 'guardian-' || region, true,
       CASE status WHEN 'closed' THEN 'done' ELSE status END, opened_at, opened_at,
       'person', urgency, due_at
FROM cases WHERE id BETWEEN 26000000000 + $1::bigint AND 26000000000 + $2::bigint
"""
# A commissioner helps with every other case.
_HELPERS = """
INSERT INTO referrals (case_id, body_id, lead, status, proposed_at, offered_at, offered_by,
                       urgency, due_at)
SELECT id, 'commissioner-' || region, false,
       CASE status WHEN 'closed' THEN 'done' ELSE status END, opened_at, opened_at,
       'person', urgency, due_at
FROM cases WHERE id BETWEEN 26000000000 + $1::bigint AND 26000000000 + $2::bigint
  AND id % 7 < 3
"""
_CONTACTS = """
INSERT INTO contacts (id, receipt, channel, account, external_id, state, received_at, danger,
                      danger_score, urgency, wrap_up, seen_by, seen_at, closed_at)
SELECT 26100000000 + n, 'r-' || n, 'partner', 'measured', n::text,
       CASE WHEN open THEN 'triaged' ELSE 'closed' END, t, n % 5 < 2, (n % 97) / 97.0, n % 5,
       CASE WHEN NOT open THEN 'answered' END, CASE WHEN NOT open THEN $3::bigint END,
       CASE WHEN NOT open THEN t END, CASE WHEN NOT open THEN t END
FROM (SELECT n, n % 20 = 0 AS open, now() - (($2::bigint - n) * interval '20 seconds') AS t
      FROM generate_series($1::bigint, $2::bigint) AS n) AS x
"""
_COUNTERS = """
TRUNCATE counters, counter_deltas;
INSERT INTO counters
SELECT 'contact', channel || '|' || state || '|' || urgency, count(*) FROM contacts GROUP BY 2;
INSERT INTO counters
SELECT 'case', coalesce(region, '') || '|' || status || '|' || urgency, count(*)
FROM cases GROUP BY 2;
INSERT INTO counters
SELECT 'referral', body_id || '|' || status || '|' || urgency, count(*)
FROM referrals GROUP BY 2;
"""


async def grow_clocks(line: asyncpg.Connection, first: int, last: int) -> None:
    """Add running clocks `first` to `last`, none of which is due for an hour."""
    await line.execute(_CLOCKS, first, last, timeout=300)
    await line.execute("VACUUM ANALYZE clocks", timeout=300)


async def people(line: asyncpg.Connection) -> tuple[int, int]:
    """Return two people, made when they are not there."""
    rows = await line.fetch(
        "INSERT INTO people (username, display_name, role, password_hash)"
        " SELECT 'measured-' || n, 'Measured', 'operator', '-' FROM generate_series(1, 2) n"
        " ON CONFLICT (username) DO UPDATE SET active = true RETURNING id"
    )
    return rows[0]["id"], rows[1]["id"]


async def grow_cases(
    line: asyncpg.Connection, first: int, last: int, regions: list[str]
) -> None:
    """Add cases `first` to `last`, half of them open, each led by its guardianship."""
    one, two = await people(line)
    async with line.transaction():
        # Only a superuser may; a quarter of an hour of triggers would measure nothing.
        await line.execute("SET LOCAL session_replication_role = replica")
        await line.execute(_CASES, first, last, regions, one, two, timeout=300)
        await line.execute(_REFERRALS, first, last, timeout=300)
        await line.execute(_HELPERS, first, last, timeout=300)
        await line.execute(_CONTACTS, first, last, one, timeout=300)
    await line.execute(_COUNTERS, timeout=300)
    await line.execute("VACUUM ANALYZE cases, referrals, contacts, counters", timeout=300)
