"""CI guards of what `make bench` measures: counts, plans and buffers; never milliseconds."""

import asyncio
import base64
import hmac
import json

import pytest
from sqlalchemy import text

from benchmarks.loading import grow_cases
from benchmarks.sweep import LIMIT_BUFFERS, measure
from hotline.cases.terms import BodyId, PersonId, Role
from hotline.identity.viewer import Viewer
from hotline.store import lists
from hotline.store.list_parts import CaseFilter

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
POSTS = 200
GUARDIAN = Viewer(
    PersonId(1), "g", "G", Role.GUARDIAN, "71", frozenset([BodyId("guardian-71")])
)


def signed(number, at):
    body = json.dumps({"external_id": f"c-{number}", "text": "Сұрақ."}).encode()
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.digest(key, b".".join((b"id", stamp.encode(), body)), "sha256")
    return body, {
        "webhook-id": "id",
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


async def post(client, numbers, at):
    async def one(number):
        body, headers = signed(number, at)
        answer = await client.post("/intake/partner", data=body, headers=headers)
        assert answer.status == 202

    for first in range(0, len(numbers), 32):
        await asyncio.gather(*(one(number) for number in numbers[first : first + 32]))


@pytest.fixture
def commits(database):
    """Return a function that tells how many writing transactions there were so far."""

    async def so_far():
        return int(
            await database.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        )

    return so_far


async def test_an_accepted_post_costs_at_most_one_commit_and_two_round_trips(
    client, rt, clock, commits
):
    await post(
        client, range(1_000, 1_032), clock.now()
    )  # connections and a block of numbers
    statements, before = rt.intake.statements, await commits()
    await post(client, range(POSTS), clock.now())
    assert rt.intake.kept == POSTS + 32
    assert (rt.intake.statements - statements) / POSTS <= 2
    assert (await commits() - before) / POSTS <= 1


async def test_a_single_post_is_one_statement(client, rt, clock):
    await post(client, [1], clock.now())
    before = rt.intake.statements
    await post(client, [2], clock.now())
    assert rt.intake.statements - before == 1


@pytest.mark.slow
async def test_a_sweep_with_nothing_due_reads_one_index_at_1_000_and_at_100_000_clocks(
    fresh_database_url,
):
    few, many = await measure(fresh_database_url, few=1_000, many=100_000)
    assert few.scans == many.scans == {"clocks_to_look_at"}
    assert many.buffers - few.buffers <= LIMIT_BUFFERS


@pytest.mark.slow
async def test_a_page_of_an_inbox_reads_few_blocks_a_line_at_1_000_and_at_50_000_cases(
    settings, rt, database
):
    async def buffers():
        """Return the blocks touched while the page is read, as PostgreSQL counts them."""
        async with rt.transaction(GUARDIAN) as tx:
            for _ in range(6):  # until every plan is settled
                await page(tx)
            await tx.rows(text("SELECT pg_stat_force_next_flush()"))
        # What this line itself did, growing the tables, is told before, not in between.
        await database.execute("SELECT pg_stat_force_next_flush()")
        before = await touched(database)
        async with rt.transaction(GUARDIAN) as tx:
            await page(tx)
            await tx.rows(text("SELECT pg_stat_force_next_flush()"))
        read = await touched(database) - before
        assert read > 0
        return read

    async def page(tx):
        found = await lists.cases(
            tx, GUARDIAN, CaseFilter(tab="new"), number_key=rt.number_key, limit=40
        )
        assert len(found.items) == 40

    # What is counted is the whole database's, and a vacuum that comes by would count too.
    for table in ("cases", "referrals", "counters"):
        await database.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    regions = ["71", "75", "79"]
    await grow_cases(database, 1, 1_000, regions)
    few = await buffers()
    await grow_cases(database, 1_001, 50_000, regions)
    many = await buffers()
    # Deeper trees and wider tables: some blocks more a line, however many cases there are.
    assert many <= few + 40 * 8, (few, many)


async def touched(line):
    return await line.fetchval(
        "SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::bigint"
        " FROM pg_statio_user_tables WHERE relname IN ('cases', 'referrals', 'counters')"
    )
