"""What PostgreSQL and asyncpg can do alone: four related rows in one CTE a transaction.

`python -m benchmarks.bare_inserts URL COUNT` waits for a line on standard input, inserts
over 32 connections, and prints what it saw as JSON. The rows are as wide as a contact's;
no HTTP, no signature, no sealing, no rules.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime

import asyncpg

from hotline.store.engine import asyncpg_options

CONNECTIONS = 32
TABLES = """
CREATE TABLE IF NOT EXISTS bare_contacts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, channel text, account text,
  external_id text, received_at timestamptz, sealed bytea, raw bytea,
  UNIQUE (channel, account, external_id));
CREATE TABLE IF NOT EXISTS bare_keys (owner_id bigint PRIMARY KEY, wrapped bytea);
CREATE TABLE IF NOT EXISTS bare_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job text, subject_id bigint,
  promised_at timestamptz);
CREATE TABLE IF NOT EXISTS bare_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, contact_id bigint, at timestamptz,
  event text, data jsonb);
"""
INSERT = """
WITH c AS (
  INSERT INTO bare_contacts (channel, account, external_id, received_at, sealed, raw)
  VALUES ('partner', 'eotinish', $1, $2, $3, $4) RETURNING id
), k AS (INSERT INTO bare_keys SELECT id, $5 FROM c
), o AS (INSERT INTO bare_outbox (job, subject_id, promised_at)
         SELECT 'triage_contact', id, $2 FROM c
), e AS (INSERT INTO bare_events (contact_id, at, event, data)
         SELECT id, $2, 'contact_received', '{"channel": "partner"}' FROM c)
SELECT id FROM c
"""


async def insert_all(url: str, count: int) -> dict[str, float | int]:
    """Insert `count` times over all connections; return how long it took."""
    options = asyncpg_options(url)
    lines = [await asyncpg.connect(**options) for _ in range(CONNECTIONS)]
    await lines[0].execute(TABLES)
    statements = [await line.prepare(INSERT) for line in lines]
    left = iter([os.urandom(12).hex() for _ in range(count)])
    sealed, raw, wrapped = os.urandom(250), os.urandom(400), os.urandom(60)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    began, used = time.perf_counter(), time.process_time()

    async def one(statement: asyncpg.prepared_stmt.PreparedStatement) -> None:
        for name in left:
            await statement.fetchval(name, datetime.now(UTC), sealed, raw, wrapped)

    await asyncio.gather(*(one(statement) for statement in statements))
    seconds = time.perf_counter() - began
    for line in lines:
        await line.close()
    return {"seconds": seconds, "accepted": count, "client_cpu": time.process_time() - used}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(insert_all(asked.url, asked.count))), flush=True)
