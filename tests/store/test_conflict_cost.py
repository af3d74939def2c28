"""What keeps people out of cases costs a page no more when there are more cases."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from sqlalchemy import text

from benchmarks.loading import grow_cases
from hotline.store import lists
from hotline.store.list_parts import CaseFilter
from tests.store.case_rows import a_viewer

OPERATOR = a_viewer("operator", ties=["police-71"])
GUARDIAN = a_viewer("guardian", bodies=["guardian-71"], ties=["police-71"])
BLOCKS = (
    "SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::bigint"
    " FROM pg_statio_user_tables WHERE relname IN ('cases', 'referrals', 'counters')"
)


@pytest.mark.slow
@pytest.mark.parametrize("viewer", [OPERATOR, GUARDIAN], ids=lambda one: str(one.role))
async def test_a_page_of_somebody_who_is_out_of_some_cases_reads_few_blocks(
    rt, database, viewer
):
    async def page(tx):
        found = await lists.cases(
            tx, viewer, CaseFilter(tab="new"), number_key=rt.number_key, limit=40
        )
        assert len(found.items) == 40
        await tx.rows(text("SELECT pg_stat_force_next_flush()"))

    async def blocks():
        async with rt.transaction(viewer) as tx:
            for _ in range(6):  # until every plan is settled
                await page(tx)
        before = await database.fetchval(BLOCKS)
        async with rt.transaction(viewer) as tx:
            await page(tx)
        return await database.fetchval(BLOCKS) - before

    for table in ("cases", "referrals", "counters"):
        await database.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    read = []
    for first, last in ((1, 1_000), (1_001, 20_000)):
        await grow_cases(database, first, last, ["71", "75"])
        await database.execute(
            "INSERT INTO complaints (case_id, kind, body_id, at)"
            " SELECT id, 'body', 'police-71', now() FROM cases WHERE apart IS NULL"
            " ORDER BY id LIMIT 20"
        )
        await database.execute("VACUUM ANALYZE cases, referrals, complaints")
        await database.fetchval("SELECT pg_stat_force_next_flush()")  # what filling read
        read.append(await blocks())
    few, many = read
    assert many <= few + 40 * 8, read
