"""Coalescing: many contacts, few commits; each is there whole or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from msgspec.structs import replace

from hotline.errors import RejectedInbound, Unavailable
from hotline.store.engine import asyncpg_options
from hotline.store.intake_batch import BornClock, BornClocks, IntakeBatch, NewContact

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
BORN = BornClock("policy of 111", '{"name": "human_eyes"}')
POLICY = BornClocks(BORN, BORN, "sla-1", "calendar-1")
PARTS = ("contacts", "keyring.keys", "outbox", "clocks", "case_events")


def contact(n, **changed):
    made = NewContact(
        id=26 * 10**9 + n,
        receipt=f"26-{n:06d}-0",
        channel="web",
        account="report",
        external_id=f"m-{n}",
        kind="message",
        state="received",
        received_at=NOW,
        occurred_at=None,
        screened=False,
        anonymous=False,
        lang_hint=None,
        region_hint="71",
        site=None,
        danger=False,
        danger_score=0.1,
        urgency=3,
        may_write=False,
        thread_hash=None,
        pin_hash=None,
        sealed_narrative=b"n" * 40,
        sealed_identity=None,
        sealed_raw=b"r" * 40,
        wrapped_key=b"k" * 60,
        queue="bulk",
        eyes_allowed="PT4H",
        eyes_due_at=NOW + timedelta(hours=4),
        eyes_look_at=NOW + timedelta(hours=3),
        event="{}",
        traces=(("phone", b"p" * 16),),
    )
    return replace(made, **changed)


@pytest.fixture
async def make(migrated, database):
    """A function that starts a batch as a process of its own would have."""
    started = []

    def start(**options):
        batch = IntakeBatch(asyncpg_options(migrated), POLICY, size=200, **options)
        batch.start()
        started.append(batch)
        return batch

    yield start
    for batch in started:
        await batch.stop()


async def counts(database):
    return {
        table: await database.fetchval(f"SELECT count(*) FROM {table}") for table in PARTS
    }


async def test_a_contact_is_there_with_all_that_is_born_with_it(make, database):
    kept = await make().submit(contact(1))
    assert (kept.id, kept.receipt, kept.fresh) == (26 * 10**9 + 1, "26-000001-0", True)
    assert await counts(database) == dict.fromkeys(PARTS, 1)
    assert await database.fetchval("SELECT count(*) FROM contact_traces") == 1
    clock = await database.fetchrow("SELECT * FROM clocks")
    assert (clock["name"], clock["due_at"], clock["next_look_at"], clock["state"]) == (
        "human_eyes", NOW + timedelta(hours=4), NOW + timedelta(hours=3), "running",
    )  # fmt: skip


async def test_a_hundred_at_once_need_few_statements(make, database):
    batch = make()
    await batch.submit(contact(0))  # the writers are connected now
    before = batch.statements
    kept = await asyncio.gather(*(batch.submit(contact(n)) for n in range(1, 101)))
    assert all(one.fresh for one in kept)
    assert batch.statements - before <= 5
    assert await counts(database) == dict.fromkeys(PARTS, 101)


async def test_one_sender_alone_costs_one_statement_and_one_commit_each(make, database):
    batch = make()
    await batch.submit(contact(0))
    before = batch.statements
    for n in range(1, 21):
        await batch.submit(contact(n))
    assert batch.statements - before == 20
    for n in range(1, 21):  # again: one statement more finds the first receipt
        await batch.submit(contact(n + 1000, external_id=f"m-{n}"))
    assert batch.statements - before <= 20 + 2 * 20


async def test_a_message_twice_in_one_batch_is_one_contact(make, database):
    batch = make(writers=1)
    twins = [contact(n, external_id="same") for n in range(1, 41)]
    kept = await asyncio.gather(*(batch.submit(twin) for twin in twins))
    assert len({one.receipt for one in kept}) == 1
    assert sum(one.fresh for one in kept) == 1
    assert await counts(database) == dict.fromkeys(PARTS, 1)
    assert await database.fetchval("SELECT count(*) FROM contact_traces") == 1


async def test_a_message_again_later_gets_the_first_receipt(make, database):
    first = await make().submit(contact(1, external_id="same"))
    again = await make().submit(contact(2, external_id="same"))  # another process
    assert (again.id, again.receipt, again.fresh) == (first.id, first.receipt, False)
    other = await make().submit(contact(3, external_id="same", account="other"))
    assert other.fresh


async def test_many_processes_with_the_same_messages_in_any_order_agree(make, database):
    batches = [make(writers=1) for _ in range(4)]
    for k, batch in enumerate(batches):
        await batch.submit(contact(k))  # connected
    rounds, number = 6, 200
    for turn in range(rounds):
        names = [f"turn-{turn}-{n}" for n in range(number)]
        sent = []
        for k, batch in enumerate(batches):
            order = names if k % 2 else list(reversed(names))
            start = 10_000 * (k + 1) + 1_000 * turn
            sent += [
                (name, batch.submit(contact(start + n, external_id=name)))
                for n, name in enumerate(order)
            ]
        answers = await asyncio.gather(*(answer for _, answer in sent))
        receipts = {}
        for (name, _), kept in zip(sent, answers, strict=True):
            receipts.setdefault(name, set()).add(kept.receipt)
        assert all(len(found) == 1 for found in receipts.values())
        assert sum(kept.fresh for kept in answers) == number
    assert await counts(database) == dict.fromkeys(PARTS, rounds * number + 4)


BROKEN = [
    ("NUL in a text", {"site": "a\0b"}, RejectedInbound),
    ("half a surrogate pair", {"site": "\ud800"}, RejectedInbound),
    ("a number too large", {"urgency": 40_000}, RejectedInbound),
    ("no JSON in the history", {"event": "{"}, RejectedInbound),
    ("a guard of the database", {"state": "nowhere"}, asyncpg.CheckViolationError),
    ("danger without urgency", {"danger": True}, asyncpg.CheckViolationError),
    ("a missing value", {"receipt": None}, asyncpg.NotNullViolationError),
]


@pytest.mark.parametrize(("what", "broken", "answer"), BROKEN)
async def test_what_postgresql_refuses_fails_alone(make, database, what, broken, answer):
    batch = make(writers=1)
    await batch.submit(contact(0))
    all_ = [contact(n, **(broken if n == 13 else {})) for n in range(1, 31)]
    kept = await asyncio.gather(
        *(batch.submit(one) for one in all_), return_exceptions=True
    )
    failed = [one for one in kept if isinstance(one, BaseException)]
    assert [type(one) for one in failed] == [answer], what
    assert await counts(database) == dict.fromkeys(PARTS, 30)
    assert (await batch.submit(contact(99))).fresh


async def test_lost_connections_are_said_and_mended(make, database, migrated):
    batch = make(writers=1)
    await batch.submit(contact(1))
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    answers = []
    for n in range(2, 30):
        try:
            answers.append((await batch.submit(contact(n))).fresh)
        except Unavailable:
            answers.append(None)
    assert answers[-1] is True
    assert answers.count(None) <= 1
    assert await counts(database) == dict.fromkeys(PARTS, 1 + answers.count(True))


async def first_refused(batch, start=2):
    """The number of the first contact, counted from `start`, that was refused.

    A backend outlives its killed postmaster by a moment, and what it commits is kept.
    """
    for n in range(start, start + 500):
        try:
            await batch.submit(contact(n))
        except Unavailable:
            return n
    raise AssertionError("PostgreSQL was killed and went on")


@pytest.mark.slow  # starts a server
async def test_while_postgresql_is_away_the_door_says_so_and_recovers(engines_folder):
    """A server of its own, for it is killed and started again."""
    from hotline.embedded import Engines
    from hotline.store.migrate import upgrade

    folder = engines_folder / "killed"
    with Engines(folder) as engines:
        await upgrade(engines.database_url)
        batch = IntakeBatch(asyncpg_options(engines.database_url), POLICY, size=200)
        batch.start()
        assert (await batch.submit(contact(1))).fresh
        await asyncio.to_thread(engines.kill_postgres)
        lost = await first_refused(batch)
        assert await first_refused(batch, lost + 1)  # it goes on refusing
        await asyncio.to_thread(engines.revive)
        assert (await batch.submit(contact(lost))).fresh
        assert not (await batch.submit(contact(9_999, external_id="m-1"))).fresh
        await batch.stop()


async def test_a_full_house_is_told_to_come_again(migrated, database):
    batch = IntakeBatch(asyncpg_options(migrated), POLICY, size=200)  # no writers yet
    waiting = [asyncio.create_task(batch.submit(contact(n))) for n in range(5_000)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await batch.submit(contact(5_001))
    batch.start()
    kept = await asyncio.gather(*waiting)
    await batch.stop()
    assert all(one.fresh for one in kept)
    assert batch.statements <= 5_000 / 200 + 2
