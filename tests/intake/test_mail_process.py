"""`hotline mail` as a real process: takes letters, is killed, goes on, ends in order."""

import asyncio
import os
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.store.engine import asyncpg_options
from hotline.up import UpOptions, plan_for
from tests.conftest import SECRET_KEY
from tests.intake.dovecot import eventually
from tests.intake.post_office import OURS, WRITER, letter


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def start(fresh_database_url, redis_url, port, tmp_path):
    """Start the process; what is left of it in the end is killed."""
    running = []

    def begin(**more):
        env = {
            **os.environ,
            "HOTLINE_DATABASE_URL": fresh_database_url,
            "HOTLINE_REDIS_URL": redis_url,
            "HOTLINE_SECRET_KEY": SECRET_KEY,
            "HOTLINE_DATA_DIR": str(tmp_path),
            "HOTLINE_MAIL_LISTEN": f"smtp://127.0.0.1:{port}",
            **more,
        }
        found = subprocess.Popen(
            [sys.executable, "-m", "hotline", "mail"],
            env=env,
            stderr=(tmp_path / "log").open("ab"),
        )
        running.append(found)
        return found

    yield begin
    for one in running:
        if one.poll() is None:
            one.kill()
            one.wait(10)


@pytest.fixture
async def contacts(fresh_database_url):
    import asyncpg

    from hotline.store.migrate import upgrade

    await upgrade(fresh_database_url)
    connection = await asyncpg.connect(**asyncpg_options(fresh_database_url))

    async def count():
        return await connection.fetchval("SELECT count(*) FROM contacts")

    count.connection = connection
    yield count
    await connection.close()


async def listens(port):
    def can():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    async def now():
        return await asyncio.to_thread(can)

    await eventually(now, within_s=60)


def hand_over(port, raw):
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        server.sendmail(WRITER, [OURS], raw)


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_what_was_answered_250_outlives_a_kill_and_the_rest_is_sent_again(
    start, contacts, port, tmp_path
):
    process = start()
    await listens(port)
    kept = 0
    for number in range(20):
        await asyncio.to_thread(hand_over, port, letter(message_id=f"<{number}@b.kz>"))
        kept += 1
    process.kill()
    process.wait(10)
    assert await contacts() == kept
    process = start()
    await listens(port)
    for number in range(15, 25):
        await asyncio.to_thread(hand_over, port, letter(message_id=f"<{number}@b.kz>"))
    assert await contacts() == 25

    async def beats():
        found = "SELECT count(*) FROM heartbeats WHERE kind = 'mail'"
        return await contacts.connection.fetchval(found)

    await eventually(beats)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 15) == 0
    said = (tmp_path / "log").read_text()
    assert "mail_stopped" in said
    assert not [word for word in ("aigul", "Айгүл", "Көмек") if word in said]


@pytest.mark.slow
async def test_a_port_that_is_taken_is_told_and_how_to_mend_it(
    start, contacts, port, tmp_path
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = start()
        assert await asyncio.to_thread(process.wait, 60) == 1
    assert "HOTLINE_MAIL_LISTEN" in (tmp_path / "log").read_text()


WAYS = [
    # what the environment names        whether `hotline up` runs `hotline mail`
    ({}, False),
    ({"HOTLINE_IMAP_URL": "imaps://a:b@mail.example"}, True),
    ({"HOTLINE_MAIL_LISTEN": "lmtp://127.0.0.1:2400"}, True),
]


@pytest.mark.parametrize(("named", "runs"), WAYS)
def test_up_runs_it_only_where_there_is_a_way_in(named, runs, monkeypatch):
    for name in ("HOTLINE_IMAP_URL", "HOTLINE_MAIL_LISTEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    plan = plan_for(
        UpOptions(demo=False, empty=False, host="127.0.0.1", port=1, data_dir=Path("x"))
    )
    assert ("mail" in [member.name for member in plan.members]) is runs
