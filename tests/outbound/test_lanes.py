"""A provider that hangs fills its own lane: every other is served at once."""

import asyncio
import threading
import time

import pytest

from hotline.workers import lanes, runtime

AT_ONCE_S = 1.0
_HANGS_S = 60.0


class _Nothing:
    """All of a Runtime that lanes touch: its end."""

    async def stop(self):
        return None


@pytest.fixture
def process():
    runtime.start(_Nothing())
    yield
    lanes.close(0)
    runtime.stop()


class Served:
    """What was served, and a way to wait for it."""

    def __init__(self):
        self.ids, self._event = [], threading.Event()

    def row(self, row_id, of=1):
        async def make():
            self.ids.append(row_id)
            if len(self.ids) >= of:
                self._event.set()

        return make

    def within(self, seconds):
        return self._event.wait(seconds)


async def hang():
    await asyncio.sleep(_HANGS_S)


async def break_down():
    raise ValueError("a bug of ours")


def test_while_one_provider_hangs_another_is_served_within_a_second(process):
    served = Served()
    for row_id in range(50):
        lanes.put("hangs", row_id, hang)
    began = time.monotonic()
    lanes.put("well", 1, served.row(1))
    assert served.within(AT_ONCE_S)
    assert time.monotonic() - began < AT_ONCE_S


def test_a_row_that_waits_or_is_under_way_is_not_taken_in_again(process):
    assert lanes.put("hangs", 7, hang)
    assert not lanes.put("hangs", 7, hang)
    assert lanes.put("another", 7, hang)


def test_a_row_that_was_done_may_come_again(process):
    served = Served()
    lanes.put("well", 7, served.row(7))
    assert served.within(AT_ONCE_S)
    again = Served()
    until = time.monotonic() + AT_ONCE_S
    while not lanes.put("well", 7, again.row(7)) and time.monotonic() < until:
        pass  # the lane is just about to let the id go
    assert again.within(AT_ONCE_S)


def test_what_breaks_ends_neither_the_lane_nor_its_width(process):
    served = Served()
    for row_id in range(10):
        lanes.put("breaks", row_id, break_down, width=1)
    lanes.put("breaks", 99, served.row(99), width=1)
    assert served.within(AT_ONCE_S)


def test_a_provider_is_asked_no_faster_than_it_allows(process):
    served = Served()
    began = time.monotonic()
    for row_id in range(6):
        lanes.put("slow", row_id, served.row(row_id, of=6), per_second=20)
    assert served.within(5)
    assert time.monotonic() - began >= 5 / 20
    assert served.ids == sorted(served.ids)


def test_closing_drops_what_waits_and_lets_what_is_under_way_end(process):
    served, begun = Served(), threading.Event()

    async def slow():
        begun.set()
        await asyncio.sleep(0.2)
        await served.row(1)()

    lanes.put("one", 1, slow, width=1)
    lanes.put("one", 2, served.row(2), width=1)
    assert begun.wait(AT_ONCE_S)
    assert lanes.close(5) == 0
    assert served.ids == [1]


def test_closing_tells_how_many_would_not_end(process):
    begun = threading.Event()

    async def never():
        begun.set()
        await hang()

    lanes.put("hangs", 1, never)
    assert begun.wait(AT_ONCE_S)
    assert lanes.close(0.1) == 1
