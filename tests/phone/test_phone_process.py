"""`hotline phone` as a process: killed in mid-call, started again, and the call is closed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from hotline.up import UpOptions, plan_for
from tests.conftest import SECRET_KEY
from tests.phone.conftest import until
from tests.phone.fake_ari import APP, PASSWORD, USER

pytestmark = pytest.mark.slow


@pytest.fixture
def process(migrated, redis_url, ari, tmp_path):
    """Return a function that starts `hotline phone`; what it started is ended."""
    started = []

    def start():
        env = {
            **os.environ,
            "HOTLINE_DATABASE_URL": migrated,
            "HOTLINE_REDIS_URL": redis_url,
            "HOTLINE_SECRET_KEY": SECRET_KEY,
            "HOTLINE_DATA_DIR": str(tmp_path),
            "HOTLINE_ARI_URL": ari.url,
            "HOTLINE_ARI_USER": USER,
            "HOTLINE_ARI_PASSWORD": PASSWORD,
            "HOTLINE_ARI_APP": APP,
        }
        child = subprocess.Popen([sys.executable, "-m", "hotline", "phone"], env=env)
        started.append(child)
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.kill()
        child.wait()


async def test_killed_in_mid_call_it_closes_within_5_s_of_its_return(
    process, ari, look, rt
):
    first = process()
    await until(lambda: ari.socket is not None, patience=30)
    gone, stays = await ari.call(), await ari.call()
    await until(look.states, lambda now: len(now) == 2)
    first.kill()
    first.wait()
    await until(lambda: ari.socket is None)
    del ari.channels[gone]
    fresh = await ari.call()
    second = process()
    await until(lambda: ari.socket is not None, patience=30)
    returned = time.monotonic()
    found = await until(look.states, lambda now: len(now) == 3 and now[0] == "abandoned")
    assert "abandoned" not in found[1:]  # they wait, or are in the menu by now
    assert time.monotonic() - returned < 5
    await ari.hangs_up(stays)
    await ari.hangs_up(fresh)
    await look.until_states("abandoned", "abandoned", "abandoned")
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=10) == 0


@pytest.mark.parametrize(("url", "there"), [("", False), ("http://127.0.0.1:8088", True)])
def test_up_runs_it_only_where_an_exchange_is_named(monkeypatch, tmp_path, url, there):
    monkeypatch.setenv("HOTLINE_ARI_URL", url)
    plan = plan_for(UpOptions(True, True, "127.0.0.1", 0, tmp_path))
    assert ("phone" in {member.name for member in plan.members}) is there
