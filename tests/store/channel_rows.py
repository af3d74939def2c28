"""Years of calls, messages and pictures at once, for counting what reading among them costs."""

_FIRST = 26200000000
_CONTACTS = f"""
INSERT INTO contacts (id, receipt, channel, account, external_id, state, received_at, danger,
                      danger_score, urgency, behind, screened, seen_by, seen_at, wrap_up, closed_at,
                      thread_hash, follows_id, follows_ref)
SELECT {_FIRST} + n, 'c-' || n,
       CASE WHEN rare THEN 'viber' ELSE (ARRAY['web', 'telegram', 'whatsapp', 'phone'])[1 + n % 4] END,
       'measured', n::text, CASE WHEN open THEN 'triaged' ELSE 'closed' END, t, n % 5 < 2,
       (n % 97) / 97.0, n % 5, n % 3 = 0, false,
       CASE WHEN NOT open THEN $2::bigint END, CASE WHEN NOT open THEN t END,
       CASE WHEN NOT open THEN 'answered' END, CASE WHEN NOT open THEN t END,
       CASE WHEN n % 4 IN (1, 2) THEN int8send(n / 40) END,
       CASE WHEN n % 4 = 0 AND n % 40 > 0 THEN {_FIRST} + n / 40 * 40 END,
       CASE WHEN n % 8 = 1 THEN (n - 1)::text END
FROM (SELECT n, n % 2 = 0 AS open, n <= 20 AS rare,
             $3::timestamptz - (($1::bigint - n) * interval '60 seconds') AS t
      FROM generate_series(1, $1::bigint) AS n) AS x
"""
_PER_CONTACT = f"""
INSERT INTO calls (pbx, call_ref, contact_id, state, started_at, answered_at, ended_at, ended,
                   operator_id, caller_hash, wrapped_up_at)
SELECT 'measured', c.external_id, c.id, 'closed', received_at, received_at + interval '9 s',
       received_at + interval '99 s', 'answered', $1::bigint, int8send(c.id % 5000),
       received_at + interval '120 s'
FROM contacts c WHERE c.id > {_FIRST};
"""
_OTHERS = f"""
INSERT INTO callbacks (contact_id, call_id, state, caller_hash, made_at, ended_at)
SELECT contact_id, id, 'done', caller_hash, started_at, started_at FROM calls WHERE id % 3 = 0;
INSERT INTO recordings (call_id, contact_id, name, state, started_at, seconds, keep_until)
SELECT id, contact_id, 'r-' || id, CASE WHEN id % 2 = 0 THEN 'deleted' ELSE 'stored' END,
       started_at, 9, started_at + interval '9 years' FROM calls;
INSERT INTO call_events (at, call_id, event, key) SELECT started_at, id, 'ringing', 'r' FROM calls;
INSERT INTO outbound (contact_id, channel, account, kind, locale, state, provider_id, made_at,
                      thread_hash)
SELECT id, channel, account, 'reply', 'kk',
       CASE id % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'suppressed' ELSE 'delivered' END,
       id::text, received_at - interval '9 days', thread_hash
FROM contacts WHERE id > {_FIRST};
INSERT INTO media (contact_id, position, kind, state, mime, size, fingerprint)
SELECT id, 1, 'image', 'kept', 'image/png', 9, int8send(id % 5000) FROM contacts WHERE id > {_FIRST};
"""
_OPENINGS = """
INSERT INTO openings (at, person_id, media_id, reason)
SELECT now(), $1::bigint, id, 'triage' FROM media"""
_OPENED = """
INSERT INTO openings (at, person_id, recording_id, reason)
SELECT now(), $1::bigint, id, 'triage' FROM recordings"""
_SPANS = f"""
INSERT INTO presence_spans (person_id, state, from_at, to_at)
SELECT $1::bigint, 'ready', received_at, received_at + interval '59 s'
FROM contacts WHERE id > {_FIRST}"""
_HOOKS = """
INSERT INTO hooks (id, partner, events, state, made_at, sealed_address, sealed_secrets)
VALUES (7, 'measured', '{report.moved}', 'disabled', now(), '', '')"""
_DELIVERIES = f"""
INSERT INTO deliveries (hook_id, contact_id, event, data, state, made_at)
SELECT 7, id, 'report.moved', '{{}}', 'sent', received_at FROM contacts WHERE id > {_FIRST}"""
GROWN = (
    "contacts",
    "calls",
    "call_events",
    "callbacks",
    "recordings",
    "outbound",
    "media",
    "openings",
    "presence_spans",
    "deliveries",
)


async def grow_channels(line, count, person_id, now):
    """Add `count` contacts, each with a call, an answer, a picture and more; return the last id."""
    async with line.transaction():
        await line.execute("SET LOCAL session_replication_role = replica")
        await line.execute(_CONTACTS, count, person_id, now, timeout=120)
        await line.execute(_PER_CONTACT, person_id, timeout=120)
        await line.execute(_OTHERS, timeout=120)
        for filling in (_OPENINGS, _OPENED, _SPANS):
            await line.execute(filling, person_id, timeout=120)
        await line.execute(_HOOKS)
        await line.execute(_DELIVERIES, timeout=120)
    await line.execute(f"VACUUM ANALYZE {', '.join(GROWN)}", timeout=120)
    return _FIRST + count
