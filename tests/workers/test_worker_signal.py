"""A signal that comes at an awkward moment: in this process, so that the moment is chosen."""

import os
import signal

import pytest

from hotline.cases.terms import QueueName
from hotline.settings import Settings
from hotline.workers import runtime, worker


@pytest.fixture
def stop(monkeypatch):
    """The signal handling of a worker, taken back after the test."""
    before = {
        number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)
    }
    monkeypatch.setattr(runtime, "ask_to_stop", lambda: None)
    yield worker._Stop()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_asked_to_end_while_it_notes_an_outage_ends_in_order(
    stop, monkeypatch, redis_url, number
):
    noted = []

    def lose_redis(_worker, **_):
        raise ConnectionError("the line is gone")

    class Log:
        def warning(self, event, **_):
            noted.append(event)
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)  # impatience changes nothing

    monkeypatch.setattr(worker, "log", Log())
    monkeypatch.setattr(worker.QueueWorker, "work", lose_redis)
    worker._work(Settings("", redis_url, ""), QueueName.BULK, stop)
    assert noted == ["redis_away"]
    assert stop.asked.is_set()
    assert stop.worker is None
