"""Start a process that cannot outlive its parent, and stop it for certain."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from hotline.engines.account import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    account: Account | None = None,
    log: IO[bytes] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, as `account`, logging to `log`.

    Its own session keeps a terminal's Ctrl-C away, so that `up` can stop in order. On Linux
    the kernel sends `death_signal` when the parent dies, even by kill -9.
    """
    return subprocess.Popen(  # noqa: S603  only our own programs
        [str(part) for part in argv],
        env=dict(env),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/" if account else None,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_tie_to_parent(death_signal),  # noqa: PLW1509  one thread only
    )


def _tie_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what the child runs before exec; it follows setuid, which clears the tie."""
    libc, parent = _LIBC, os.getpid()
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return tie


def stop(
    process: subprocess.Popen[bytes], first: signal.Signals, *, patience_s: float
) -> None:
    """Ask `process` to end with `first`; after `patience_s` kill its whole session."""
    if process.poll() is None:
        process.send_signal(first)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill `process` and what it started with -9, and wait for the end."""
    with contextlib.suppress(ProcessLookupError):  # it ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def command_of(pid: int) -> str:
    """Return the command line of `pid`, empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        if Path("/proc/self").exists():
            return ""
    shown = subprocess.run(  # noqa: S603
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607  macOS: no /proc
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout


def wait_for(condition: Callable[[], bool], patience_s: float) -> bool:
    """Return whether `condition` came true within `patience_s`."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
