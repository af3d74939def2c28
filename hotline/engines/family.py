"""The child processes of `up`: restarted when they die, stopped in order."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.engines import process

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0
_STEADY_S = 60.0  # whoever ran so long may start its pauses again from the shortest


@dataclass(frozen=True, slots=True)
class Member:
    """A process that is to run all the time; lower stages stop first."""

    name: str
    argv: tuple[str, ...]
    stage: int = 0


@dataclass(slots=True)
class _Life:
    """What is known of one member's present process."""

    member: Member
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_after: float = 0.0
    deaths: int = 0


class Family:
    """Keeps its members running until told to stop."""

    def __init__(self, members: Sequence[Member], env: Mapping[str, str]) -> None:
        self._lives = [_Life(member) for member in members]
        self._env = env

    def tend(self, *, up_to_stage: int | None = None) -> list[tuple[str, int]]:
        """Start whoever does not run and may; return the dead and their exit codes."""
        now, died = time.monotonic(), []
        for life in self._lives:
            if life.process is not None and life.process.poll() is not None:
                died.append((life.member.name, life.process.returncode))
                self._bury(life, now)
            early = up_to_stage is not None and life.member.stage > up_to_stage
            if life.process is None and now >= life.start_after and not early:
                life.process = process.spawn(life.member.argv, env=self._env)
                life.started_at = now
        return died

    def most_deaths(self) -> int:
        """Return how often in a row the least lucky member died soon after its start."""
        return max((life.deaths for life in self._lives), default=0)

    def pid(self, name: str) -> int | None:
        """Return the process id of `name` while it runs."""
        for life in self._lives:
            if life.member.name == name and life.process and life.process.poll() is None:
                return life.process.pid
        return None

    def stop(self, *, patience_s: float) -> None:
        """Ask stage after stage to end; after `patience_s` each is killed."""
        for stage in sorted({life.member.stage for life in self._lives}):
            running = [
                life.process
                for life in self._lives
                if life.member.stage == stage and life.process is not None
            ]
            for child in running:
                if child.poll() is None:
                    child.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + patience_s
            for child in running:
                left = max(0.0, deadline - time.monotonic())
                process.stop(child, signal.SIGTERM, patience_s=left)
        self._lives = []

    def _bury(self, life: _Life, now: float) -> None:
        """Note the death; the pause before the next start doubles each time."""
        life.process = None
        life.deaths = 1 if now - life.started_at > _STEADY_S else life.deaths + 1
        pause = _FIRST_PAUSE_S * 2 ** (life.deaths - 1)
        life.start_after = now + min(_LONGEST_PAUSE_S, pause)
