"""What the board costs: few statements, whatever happened; and little time among many cases."""

import pytest
from sqlalchemy import event, text

from benchmarks.loading import grow_cases
from hotline.actions.read_board import Wanted, read_board
from hotline.store import alarms
from hotline.store.figure_rows import Asked
from tests.store.case_rows import a_viewer, complain, fill

SUPERVISOR = a_viewer("supervisor", ties=["someone"])
STATEMENTS = 24  # of the whole board: every tile, table, line and list of states
_READ = text(
    "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint"
    " FROM pg_stat_xact_user_tables WHERE relname = 'cases'"
)


async def the_board(rt, tx):
    await read_board(rt, tx, SUPERVISOR, Wanted())
    await alarms.read(tx, Asked(SUPERVISOR, tx.now))


async def test_the_board_is_few_statements_however_much_burns(rt, database):
    await fill(database, rt, 200, seed=4)
    await complain(database, bodies=["guard-71"])
    told = []

    @event.listens_for(rt.engine.sync_engine, "before_cursor_execute")
    def count(_connection, _cursor, statement, *_):
        told.append(statement)

    async with rt.transaction(SUPERVISOR) as tx:
        told.clear()
        await the_board(rt, tx)
        assert len(told) <= STATEMENTS, "\n\n".join(told)


@pytest.mark.slow
async def test_what_is_closed_costs_the_board_nothing(rt, database):
    """Among 30,000 cases, nearly all of them closed, it reads the open ones and few others."""
    for table in ("cases", "referrals", "contacts"):
        await database.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    await grow_cases(database, 1, 30_000, ["71", "75", "79"])
    await database.execute("SET session_replication_role = replica")
    await database.execute(
        "UPDATE cases SET status = 'closed', closed_at = opened_at, exception_code ="
        " 'no_person_in_need', exception_by = (SELECT min(id) FROM people),"
        " exception_second = (SELECT max(id) FROM people)"
        " WHERE id % 51 > 0 AND status <> 'closed'"
    )
    await database.execute("VACUUM ANALYZE cases")
    opened = await database.fetchval("SELECT count(*) FROM cases WHERE status <> 'closed'")
    async with rt.transaction(SUPERVISOR) as tx:
        for _ in range(6):  # until every plan is settled
            await the_board(rt, tx)
        before = (await tx.one(_READ))[0]
        await the_board(rt, tx)
        read = (await tx.one(_READ))[0] - before
    assert 100 < opened < 1_000
    assert read < 12 * opened, (read, opened)
