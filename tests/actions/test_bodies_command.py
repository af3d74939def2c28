"""`hotline admin import-bodies` and its neighbours, beside a running service."""

import asyncio
from datetime import timedelta

import pytest
from click.testing import CliRunner

from hotline.__main__ import _take_over_bodies, main
from hotline.clock import SystemClock
from tests.builders import everybody
from tests.conftest import SECRET_KEY

TABLE = (
    "id;kind;region;name_kk;name_ru;valid_from;status\n"
    "uzpd-39;UZPD;39;Басқарма;Управление;2026-12-01;active\n"
)


@pytest.fixture
def hotline(rt, monkeypatch, tmp_path):
    """Return a function that runs `hotline admin ...`."""
    monkeypatch.setenv("HOTLINE_DATABASE_URL", rt.settings.database_url)
    monkeypatch.setenv("HOTLINE_REDIS_URL", rt.settings.redis_url)
    monkeypatch.setenv("HOTLINE_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))

    async def run(*words):
        given = ["admin", *map(str, words)]
        done = await asyncio.to_thread(CliRunner().invoke, main, given)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done.exit_code, done.output

    return run


async def test_a_start_over_a_directory_that_the_file_contradicts_says_so_and_goes_on(
    hotline, rt, database, capfd
):
    await database.execute(
        "INSERT INTO bodies (id, kind, region, name_kk, name_ru, valid_from, status)"
        " VALUES ('comm-old', 'COMM', '71', 'А', 'А', '2020-01-01', 'active')"
    )
    before = await database.fetch("SELECT * FROM bodies ORDER BY id")
    assert (await hotline("sync-bodies"))[0] == 1
    await asyncio.to_thread(_take_over_bodies, rt.settings.database_url)
    said = capfd.readouterr().err
    assert "comm-old" in said
    assert "end one before the other begins" in said
    assert "sync-bodies" in said
    assert await database.fetch("SELECT * FROM bodies ORDER BY id") == before
    await database.execute("DELETE FROM bodies WHERE id = 'comm-old'")
    await asyncio.to_thread(_take_over_bodies, rt.settings.database_url)
    assert capfd.readouterr().err == ""


async def test_a_table_is_looked_at_imported_exported_and_imported_again(
    hotline, database, tmp_path
):
    file, out = tmp_path / "b.csv", tmp_path / "out.csv"
    file.write_text(TABLE, encoding="utf-8-sig")
    status = "SELECT status FROM bodies WHERE id = 'uzpd-39'"
    code, said = await hotline("import-bodies", file, "--look")
    assert (code, await database.fetchval(status)) == (0, "planned")
    assert "uzpd-39: changed" in said
    assert "status: planned -> active" in said
    code, said = await hotline("import-bodies", file)
    assert (code, await database.fetchval(status)) == (0, "active")
    assert "others stay as they are" in said
    code, said = await hotline("export-bodies", out)
    assert code == 0
    assert f"{await database.fetchval('SELECT count(*) FROM bodies')} rows" in said
    code, said = await hotline("import-bodies", out, "--whole")
    assert (code, "0 new, 0 changed, 0 ended; 0 others" in said) == (0, True)


async def test_the_configuration_is_taken_over_but_for_what_people_keep(
    hotline, database, tmp_path
):
    file = tmp_path / "b.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert (await hotline("import-bodies", file))[0] == 0
    await database.execute("UPDATE bodies SET phone = '1' WHERE id = 'psy-71'")
    assert (await hotline("sync-bodies"))[0] == 0
    rows = await database.fetch(
        "SELECT id, phone, status FROM bodies WHERE id IN ('psy-71', 'uzpd-39') ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("psy-71", None, "active"),
        ("uzpd-39", None, "active"),
    ]


async def test_people_go_out_and_come_in_by_the_same_commands(
    hotline, rt, database, tmp_path
):
    await everybody(rt)
    out = tmp_path / "m.csv"
    assert (await hotline("export-bodies", out, "--people"))[0] == 0
    code, said = await hotline("import-bodies", out)
    assert (code, "0 new, 0 changed, 0 ended" in said) == (0, True)
    assert (
        await database.fetchval("SELECT count(*) FROM memberships WHERE ended_at IS NULL")
        > 0
    )


async def test_what_is_wrong_is_a_line_that_names_the_place_and_no_crash(
    hotline, database, tmp_path
):
    before = await database.fetch("SELECT * FROM bodies ORDER BY id")
    file = tmp_path / "b.csv"
    file.write_text(TABLE.replace(";39;", ";99;") + "x;y\n", encoding="utf-8")
    code, said = await hotline("import-bodies", file)
    assert code == 1
    assert "b.csv: line 3: key `" in said
    code, said = await hotline("import-bodies", tmp_path / "nowhere.csv")
    assert (code, "nowhere.csv: cannot be read" in said) == (1, True)
    code, said = await hotline("export-bodies", tmp_path / "no" / "such.csv")
    assert (code, "cannot be written" in said) == (1, True)
    assert await database.fetch("SELECT * FROM bodies ORDER BY id") == before


async def test_a_succession_is_planned_by_a_command(hotline, database):
    day = SystemClock().now().date() + timedelta(30)  # a command has the world's time
    code, said = await hotline("succeed", "guard-71", "uzpd-71", "--on", day)
    assert (code, "guard-71 -> uzpd-71" in said) == (0, True)
    code, said = await hotline("succeed", "guard-71", "uzpd-71", "--on", day)
    assert (code, said.splitlines()[0].startswith("successions_once")) == (1, True)
    code, said = await hotline("succeed", "guard-39", "uzpd-71", "--on", day)
    assert (code, "another_place" in said) == (1, True)
