"""Fixtures that every part of the suite may use: a clock, a runtime, a client.

Engines (`engines`, `database_url`, `redis_url`) come from tests/conftest_engines.py.
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import asyncpg
import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import settings as hypothesis_settings

from hotline.clock import FixedClock
from hotline.store import bodies
from hotline.store.engine import asyncpg_options, open_engine
from hotline.store.migrate import upgrade

# A busy machine is no failure of a property, and whether a change is let in is no matter of luck:
# the same tree tries the same examples. New ones are looked for by who asks for them
# (`--hypothesis-profile search`); what is found stays as an `@example`.
hypothesis_settings.register_profile("hotline", deadline=None, derandomize=True)
# For who waits: `make test-fast` tries fewer examples; `make test` tries them all.
hypothesis_settings.register_profile(
    "fast", deadline=None, derandomize=True, max_examples=30
)
hypothesis_settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("hotline")

pytest_plugins = ["tests.conftest_engines"]

ALMATY = timezone(timedelta(hours=5))
START = datetime(2026, 11, 20, 10, 0, tzinfo=ALMATY)
SECRET_KEY = "a-secret-key-for-tests-only-0123456789"
TELEGRAM_SECRETS = ("tg-secret-new", "tg-secret-old")
WHATSAPP_SECRETS = ("wa-secret-new", "wa-secret-old")
VIBER_TOKENS = ("viber-token-new", "viber-token-old")
SMS_SECRETS = ("sms-secret-new", "sms secret/old+%")
PARTNER_SECRETS = (
    ("eotinish", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ("eotinish", "whsec_ZWRjYmE5ODc2NTQzMjEwZmVkY2JhOTg3NjU0MzIxMDA="),
    ("ngo", "whsec_bmdvLXNlY3JldC1uZ28tc2VjcmV0LW5nby1zZWNyZXQ="),
)
# Ten times as fast as TRUNCATE. In the role `replica` the guards against DELETE keep still.
EMPTY = """
DO $$
DECLARE t record; found boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT schemaname, tablename FROM pg_tables
           WHERE schemaname IN ('public', 'keyring') AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', t.schemaname, t.tablename) INTO found;
    IF found THEN EXECUTE format('DELETE FROM %I.%I', t.schemaname, t.tablename); END IF;
  END LOOP;
END $$
"""


ENGINES = {"engines", "database_url", "fresh_database_url", "make_database", "redis_url"}


def pytest_collection_modifyitems(items):
    """Mark what needs PostgreSQL or Redis; begin with the files that take longest.

    Files are dealt out to two processes: a long one that came last would let one wait.
    """
    for item in items:
        if ENGINES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.engines)
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)  # the rest keeps its order


@pytest.fixture
def clock():
    """Friday 2026-11-20, 10:00 in Almaty; moves by `clock.forward(timedelta)` only."""
    return FixedClock(START)


@pytest.fixture(scope="session")
def config():
    from hotline.config.load import SHIPPED, load

    return load(SHIPPED, START.date())


@pytest.fixture(scope="session")
def policy(config):
    """The compiled rules of triage: a second's work, done once."""
    from hotline.routing.triage import compile_policy

    return compile_policy(config)


@pytest.fixture(scope="session")
def migrated(database_url):
    """The address of a database at the newest version."""
    asyncio.run(upgrade(database_url))
    return database_url


@pytest.fixture
async def database(migrated):
    """One asyncpg connection to the emptied database, for looking at rows as they are."""
    connection = await asyncpg.connect(**asyncpg_options(migrated))
    await connection.execute(EMPTY)
    yield connection
    await connection.close()


@pytest.fixture
def settings(migrated, redis_url, tmp_path):
    """The environment of a demo: `eotinish` is screened, `ngo` is not."""
    from hotline.settings import Settings

    return Settings(
        database_url=migrated,
        redis_url=redis_url,
        secret_key=SECRET_KEY,
        data_dir=tmp_path,
        demo=True,
        telegram_secrets=TELEGRAM_SECRETS,
        partner_secrets=PARTNER_SECRETS,
        whatsapp_secrets=WHATSAPP_SECRETS,
        whatsapp_verify_tokens=("wa-verify",),
        whatsapp_number_id="100000000000111",
        viber_tokens=VIBER_TOKENS,
        sms_secrets=SMS_SECRETS,
        start_id=f"test-{os.getpid()}",
    )


@pytest.fixture
async def rt(
    settings, clock, config, policy, engine, directory_rows, database, monkeypatch
):
    """A runtime over the emptied database, with the directory of bodies in it."""
    from hotline import runtime as made

    monkeypatch.setattr(made, "compile_policy", lambda _: policy)
    with monkeypatch.context() as once:
        if settings.database_url == engine.of:
            once.setattr(made, "open_engine", lambda *_, **__: engine.made)
        runtime = made.open_runtime(settings, clock=clock, config=config)
    runtime.intake.start()
    await put_directory(runtime, database, config, directory_rows)
    yield runtime
    await runtime.stop()


@dataclass(frozen=True, slots=True)
class SharedEngine:
    """An engine that outlives a test: its statements are compiled once, not 7,000 times."""

    of: str
    made: object


@pytest.fixture(scope="session")
def engine(migrated):
    """The engine of `rt`; every `stop` empties its pool, so that no loop meets another's."""
    return SharedEngine(migrated, open_engine(migrated))


@pytest.fixture(scope="session")
def directory_rows():
    """The rows of `bodies` as the product wrote them first, for the tests that follow."""
    return []


async def put_directory(runtime, database, config, kept):
    """Write the shipped directory as the product does; from then on a copy of it is enough."""
    from hotline.actions.sync_bodies import rows_of
    from hotline.identity.viewer import INTAKE

    if kept:
        await database.copy_records_to_table("bodies", records=kept)
        return
    async with runtime.transaction(INTAKE) as tx:
        await bodies.put(tx, rows_of(config))
    kept += [tuple(row) for row in await database.fetch("TABLE bodies")]


@pytest.fixture
async def client(rt):
    """An HTTP client of the whole web process. It follows no redirects by itself."""
    from hotline.app import make_app

    async with TestClient(TestServer(make_app(rt))) as found:
        yield found
