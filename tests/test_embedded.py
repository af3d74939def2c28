"""The embedded engines: real servers, real crashes."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from hotline.embedded import Engines, running_engines
from hotline.engines import account as accounts
from hotline.engines import process
from hotline.engines.account import Account
from hotline.errors import Unavailable

pytestmark = pytest.mark.slow

HOLDER = """
import sys, time
from pathlib import Path
from hotline.embedded import Engines
engines = Engines(Path(sys.argv[1]), durable=False).start()
print(engines.postgres.pid, engines.redis.pid, flush=True)
time.sleep(600)
"""


async def ask(engines: Engines, question: str):
    sockets = engines.database_url.partition("host=")[2]
    line = await asyncpg.connect(host=sockets, user="hotline", database="hotline")
    try:
        return await line.fetchval(question)
    finally:
        await line.close()


def redis_of(engines: Engines) -> redis.Redis:
    return redis.Redis.from_url(engines.redis_url)


@pytest.fixture
def data_dir(engines_folder: Path, request: pytest.FixtureRequest) -> Path:
    """A folder with a space, that the engines' account can reach."""
    return engines_folder / f"a data folder {request.node.name[:60]}"


async def test_what_was_committed_is_there_after_both_engines_were_killed(data_dir):
    with Engines(data_dir) as engines:
        await ask(engines, "CREATE TABLE kept AS SELECT 7 AS n")
        redis_of(engines).set("kept", "7")
        redis_of(engines).wait(0, 0)
        before = engines.database_url, engines.redis_url
        engines.kill_postgres()
        assert engines.revive() == ["postgres"]
        assert await ask(engines, "SELECT n FROM kept") == 7
        engines.redis.stop()
        assert engines.revive() == ["redis"]
        assert redis_of(engines).get("kept") == b"7"
        assert (engines.database_url, engines.redis_url) == before


async def test_nothing_listens_on_tcp_and_only_the_account_can_reach_the_sockets(data_dir):
    with Engines(data_dir, durable=False) as engines:
        for pid in (engines.postgres.pid, engines.redis.pid):
            kinds = {line.family for line in psutil.Process(pid).net_connections("all")}
            assert kinds <= {socket.AF_UNIX}
        sockets = Path(engines.redis_url.removeprefix("unix://")).parent
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(sockets)) < 90
        if os.geteuid() == 0:
            assert psutil.Process(engines.postgres.pid).uids().effective != 0
            assert psutil.Process(engines.redis.pid).uids().effective != 0


async def test_a_durable_cluster_syncs_and_errors_never_log_what_was_written(data_dir):
    with Engines(data_dir) as engines:
        assert await ask(engines, "SHOW fsync") == "on"
        assert await ask(engines, "SHOW synchronous_commit") == "on"
        await ask(engines, "CREATE TABLE people (name text UNIQUE)")
        await ask(engines, "INSERT INTO people VALUES ('Poisoned Name')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await ask(engines, "INSERT INTO people VALUES ('Poisoned Name')")
    written = (data_dir / "log" / "postgres.log").read_text()
    assert "people_name_key" in written
    assert "Poisoned" not in written


def test_a_second_up_on_one_data_folder_is_refused_with_a_remedy(data_dir):
    with Engines(data_dir, durable=False):
        with pytest.raises(Unavailable, match=r"another `hotline up` runs on .*--data-dir"):
            Engines(data_dir).start()
        assert running_engines(data_dir) is not None
    with Engines(data_dir, durable=False):
        pass


def test_other_processes_find_the_running_engines_and_none_after_the_stop(data_dir):
    assert running_engines(data_dir) is None
    with Engines(data_dir, durable=False) as engines:
        found = running_engines(data_dir)
        assert (found.database_url, found.redis_url) == (
            engines.database_url,
            engines.redis_url,
        )
        sockets = Path(engines.redis_url.removeprefix("unix://")).parent
    assert running_engines(data_dir) is None
    assert not sockets.exists()
    assert not (data_dir / "engines.json").exists()


def hold(data_dir: Path) -> tuple[subprocess.Popen, list[int]]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)], stdout=subprocess.PIPE, text=True
    )
    return holder, [int(pid) for pid in holder.stdout.readline().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal")
def test_engines_end_with_a_parent_that_is_killed_and_the_next_start_clears_up(data_dir):
    holder, pids = hold(data_dir)
    holder.kill()
    holder.communicate()
    assert process.wait_for(lambda: not any(psutil.pid_exists(pid) for pid in pids), 20)
    left = Path(json.loads((data_dir / "engines.json").read_text())["sockets"])
    assert left.exists()
    assert running_engines(data_dir) is None
    with Engines(data_dir, durable=False) as engines:
        assert redis_of(engines).ping()
        assert not left.exists()


async def test_an_orphaned_postgres_is_stopped_before_a_new_one_starts(data_dir):
    with Engines(data_dir, durable=False) as engines:
        orphan = engines.postgres
        first = orphan.pid
        # The supervisor forgets its child, as if it had been killed without a death signal.
        engines.postgres = None
    with Engines(data_dir, durable=False) as engines:
        assert engines.postgres.pid != first
        assert await ask(engines, "SELECT 1") == 1
    orphan.stop()
    assert not psutil.pid_exists(first)


async def test_a_process_id_that_another_program_got_does_not_stop_the_start(data_dir):
    with Engines(data_dir, durable=False):
        pass
    cluster = data_dir / "engines" / "postgres"
    stranger = process.spawn(
        ["sleep", "600"], env=dict(os.environ), account=accounts.engine_account(data_dir)
    )
    (cluster / "postmaster.pid").write_text(
        f"{stranger.pid}\n{cluster}\n1\n5432\n/x\n\n1 1\n"
    )
    with Engines(data_dir, durable=False) as engines:
        assert await ask(engines, "SELECT 1") == 1
    assert stranger.poll() is None
    process.kill(stranger)


def test_a_half_made_cluster_is_made_anew(data_dir):
    unfinished = data_dir / "engines" / "postgres.new"
    unfinished.mkdir(parents=True)
    for folder in (data_dir, data_dir / "engines"):
        folder.chmod(0o711)
    (unfinished / "PG_VERSION").write_text("18\n")
    with Engines(data_dir, durable=False) as engines:
        assert engines.postgres.pid
    assert not unfinished.exists()


def test_a_start_that_fails_names_the_log_and_lets_go_of_the_folder(data_dir):
    with Engines(data_dir, durable=False):
        pass
    control = data_dir / "engines" / "postgres" / "global" / "pg_control"
    whole = control.read_bytes()
    control.write_bytes(b"broken")
    with pytest.raises(Unavailable, match=r"PostgreSQL did not start; see .*postgres\.log"):
        Engines(data_dir, durable=False).start()
    control.write_bytes(whole)
    with Engines(data_dir, durable=False) as engines:
        assert engines.postgres.pid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the engines as somebody else")
async def test_roots_closed_home_stays_closed_and_the_engines_live_elsewhere(
    data_dir, monkeypatch
):
    closed = data_dir.with_name(f"{data_dir.name} closed")
    closed.mkdir(mode=0o700)
    elsewhere = data_dir.with_name(f"{data_dir.name} elsewhere")
    monkeypatch.setattr(accounts, "_SHARED_HOME", elsewhere)
    with Engines(closed / "data", durable=False) as engines:
        await ask(engines, "CREATE TABLE kept AS SELECT 7 AS n")
    assert closed.stat().st_mode & 0o777 == 0o700
    remembered = Path((closed / "data" / "engines-home").read_text().strip())
    assert remembered.parent == elsewhere
    with Engines(closed / "data", durable=False) as engines:
        assert await ask(engines, "SELECT n FROM kept") == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_programs_that_the_account_cannot_read_are_copied_once_with_their_libraries(
    engines_folder,
):
    wheel = engines_folder / "closed" / "wheel"
    (wheel / "bin").mkdir(parents=True)
    (wheel / "bin" / "server").write_text("#!/bin/sh\n")
    (wheel / "bin" / "server").chmod(0o700)
    (wheel.parent / "wheel.libs").mkdir()
    (wheel.parent / "wheel.libs" / "libpart.so").touch()
    for folder in (wheel, wheel / "bin"):
        folder.chmod(0o755)
    wheel.parent.chmod(0o700)
    nobody = Account(65534, 65534)
    copy = accounts.reachable(wheel, "bin", nobody, engines_folder)
    assert copy.is_relative_to(engines_folder)
    assert (copy / "server").stat().st_mode & 0o777 == 0o755
    assert (copy / "../../wheel.libs/libpart.so").stat().st_mode & 0o777 == 0o644
    assert accounts.reachable(wheel, "bin", nobody, engines_folder) == copy
    wheel.parent.chmod(0o711)
    assert accounts.reachable(wheel, "bin", nobody, engines_folder) == wheel / "bin"


def test_a_child_that_ignores_the_request_to_stop_is_killed():
    deaf = process.spawn(
        ["sh", "-c", "trap '' TERM; sleep 600 & wait"], env=dict(os.environ)
    )
    child = psutil.Process(deaf.pid)
    assert process.wait_for(lambda: bool(child.children()), 10)
    grandchild = child.children()[0].pid
    process.stop(deaf, signal.SIGTERM, patience_s=0.5)
    assert deaf.returncode == -signal.SIGKILL
    assert process.wait_for(lambda: not psutil.pid_exists(grandchild), 10)
