"""A signal that comes at an awkward moment: in this process, so that the moment is chosen."""

import os
import signal

import pytest
from rq.exceptions import StopRequested

from hotline.cases.terms import QueueName
from hotline.queue import open_redis
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


def test_an_end_that_was_swallowed_on_the_way_is_noticed_before_another_job(
    stop, monkeypatch, redis_url
):
    asked = []

    def swallow(*_):  # as the client does when it closes a lost connection
        with pytest.raises(StopRequested):
            os.kill(os.getpid(), signal.SIGTERM)
        asked.append(1)
        assert len(asked) == 1, "the worker went on"

    monkeypatch.setattr(worker.QueueWorker, "procline", swallow)
    monkeypatch.setattr(worker.QueueWorker.queue_class, "dequeue_any", swallow)
    stop.worker = worker.QueueWorker(QueueName.BULK, open_redis(redis_url))
    with pytest.raises(StopRequested):
        stop.worker.dequeue_job_and_maintain_ttl(1)
    assert asked
