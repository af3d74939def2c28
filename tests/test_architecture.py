"""The shape of the code: imports, jobs, file lengths, and tables that equal the migrations."""

import re
import subprocess
import sys
from importlib import import_module
from inspect import signature
from pathlib import Path

import asyncpg
import pytest

from hotline.cases.terms import JobName, QueueName
from hotline.store import (  # noqa: F401  of the metadata
    migrate,
    tables,
    tables_admin,
    tables_channels,
    tables_console,
    tables_routing,
)
from hotline.store.engine import asyncpg_options, open_engine

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "hotline").rglob("*.py"))
CEILING = 300
LONG = {  # one table each, which parts would only hide
    "hotline/cases/terms.py": "every enumeration of the domain, to be read beside the glossary",
    "hotline/store/tables.py": "every table in one place, to be read beside the migrations",
    "hotline/store/clocks.py": "one noun: start, end, breach, recompute, claim",
    "hotline/store/intake_batch.py": "the one hot path, whole",
    "hotline/console/codes.py": "tables of codes and their words",
    "hotline/console/wording.py": "a table of words",
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def test_imports_run_downward_only():
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", JobName)
def test_every_job_is_a_file_with_run(name):
    job = import_module(f"hotline.workers.{name}")
    assert list(signature(job.run).parameters) == ["ids"]
    assert job.__doc__


def test_every_queue_has_a_worker_of_its_own():
    from click.testing import CliRunner

    from hotline.__main__ import main

    said = CliRunner().invoke(main, ["worker", "--help"]).output
    assert all(queue.value in said for queue in QueueName)


def test_files_stay_short_enough_to_read():
    long = {
        name_of(path): lines
        for path in SOURCES
        if (lines := len(path.read_text().splitlines())) > CEILING
    }
    assert set(long) <= set(LONG), long


def test_every_file_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in SOURCES
        if "migrations" not in path.parts
        and not path.read_text().lstrip().startswith(('"""', "'''"))
    ]
    assert silent == []


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|placeholder)\b")


def test_nothing_is_left_for_later():
    allowed = re.compile(r"placeholder=")  # the HTML attribute
    found = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line) and not allowed.search(line)
    ]
    assert found == []


def test_only_the_clock_and_processes_read_the_time():
    """Rules take `now` as an argument; a test of them never waits."""
    asked = re.compile(r"datetime\.now\(|time\.time\(|date\.today\(|utcnow\(")
    rules = (
        "cases",
        "language",
        "routing",
        "sla",
        "identity",
        "actions",
        "store",
        "config",
    )
    found = [
        name_of(path)
        for path in SOURCES
        if path.relative_to(ROOT / "hotline").parts[0] in rules
        and asked.search(path.read_text())
    ]
    assert found == []


async def test_the_migrations_make_the_tables_that_the_code_knows(migrated):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def differences(connection):
        context = MigrationContext.configure(
            connection, opts={"include_schemas": True, "compare_type": True}
        )
        return compare_metadata(context, tables.metadata)

    engine = open_engine(migrated, pool_size=1)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    # Guards and indexes stand in SQL alone: the code never makes tables by itself.
    in_sql_only = ("remove_index", "remove_constraint")
    assert [one for one in found if one[0] not in in_sql_only] == []


async def test_the_database_stands_at_the_newest_version(migrated):
    versions = sorted((ROOT / "hotline/store/migrations/versions").glob("0*.py"))
    assert versions[-1].name.startswith(migrate.HEAD)
    assert await migrate.current(migrated) == migrate.HEAD
    assert await migrate.upgrade(migrated) is False


async def test_every_column_that_holds_words_of_people_is_sealed(database):
    """Text columns are codes, ids and versions: whoever adds one says so here."""
    open_text = {
        "allowed", "account", "actor", "apart", "assistance_code", "audience", "base_version", "basis", "body_id",
        "calendar", "calendar_version", "case_number", "category", "channel", "check_kind",
        "conflict_hint", "csrf", "declined_code", "display_name", "district", "event",
        "exception_code", "external_id", "id", "job", "key", "kind", "lang_hint", "language",
        "last_error", "locale", "model_version", "name", "name_kk", "name_ru", "number",
        "offered_by", "parent_id", "password_hash", "phone", "policy_version", "process",
        "queue", "receipt", "regime", "region", "region_hint", "role", "service", "site",
        "skipped", "state", "status", "subcategory", "theme", "urgency_by", "username",
        "wrap_up", "version_num", "fingerprint", "languages", "pause_reason", "position",
        "from_body", "to_body", "wording", "provider_id", "claimed_mime", "mime", "pbx", "call_ref", "direction",
        "line", "ended", "extension", "postponed_for", "dropped_for", "site_id", "partner", "events", "follows_ref", "people", "purpose", "hides", "reason", "result", "source", "ways", "cause", "outcome", "device", "step", "what", "move", "once", "wish", "happens", "act_once", "sent_page", "page", "asked_as",
    }  # fmt: skip
    rows = await database.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema IN ('public', 'keyring') AND data_type IN ('text', 'ARRAY',"
        " 'character varying')"
    )
    surprising = {f"{t}.{c}" for t, c in map(tuple, rows) if c not in open_text}
    assert surprising == set()


async def test_a_stranger_to_the_schema_is_refused(migrated):
    connection = await asyncpg.connect(**asyncpg_options(migrated))
    try:
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.fetch("SELECT * FROM keys")  # keyring is in no search path
    finally:
        await connection.close()
