"""A job's Runtime and the one event loop on which every job of this process runs.

RQ calls jobs from synchronous code and would give each coroutine a loop of its own, and
with it new connections. Here the loop lives in a thread of its own for as long as the
process does; the main thread stays free for signals.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hotline.queue import JOB_TIMEOUT_S
from hotline.runtime import Runtime

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Process:
    """What one worker process has."""

    rt: Runtime
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    stopping: threading.Event
    beside: list["Future[None]"] = field(default_factory=list)


_process: list[_Process] = []  # empty, or the one of this process


def start(rt: Runtime) -> None:
    """Give this process's jobs `rt` and a running loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="jobs", daemon=True)
    thread.start()
    _process.append(_Process(rt, loop, thread, threading.Event()))


def current() -> Runtime:
    """Return the Runtime of this process. Errors: RuntimeError before `start`."""
    return _running().rt


def wait(coroutine: Coroutine[Any, Any, T], timeout_s: float = JOB_TIMEOUT_S) -> T:
    """Return what `coroutine` returns, run on the loop of this process.

    Errors: TimeoutError after `timeout_s`; what it had begun is cancelled and rolled back.
    """
    future = asyncio.run_coroutine_threadsafe(coroutine, _running().loop)
    try:
        return future.result(timeout_s)
    except BaseException:  # a time-out, or RQ's death penalty, which is an exception too
        future.cancel()
        raise


def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run `coroutine` beside the jobs until the process ends."""
    process = _running()
    process.beside[:] = [future for future in process.beside if not future.done()]
    process.beside.append(asyncio.run_coroutine_threadsafe(coroutine, process.loop))


def ask_to_stop() -> None:
    """Tell a running job not to wait for an engine that is away."""
    for process in _process:
        process.stopping.set()


def stopping() -> bool:
    """Return whether the process was asked to end."""
    return any(process.stopping.is_set() for process in _process)


def stop() -> None:
    """Close every connection and end the loop."""
    process = _running()
    for future in process.beside:
        future.cancel()
    wait(process.rt.stop(), timeout_s=5)
    process.loop.call_soon_threadsafe(process.loop.stop)
    process.thread.join(timeout=5)
    _process.clear()


def _running() -> _Process:
    if not _process:
        raise RuntimeError("hotline.workers.runtime.start was not called in this process")
    return _process[0]
