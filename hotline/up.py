"""`hotline up`: the engines, the migrations and every process of one machine.

This process stays light: it imports the standard library and the engines only.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from hotline.embedded import Engines
from hotline.engines import process
from hotline.engines.data_dir import make_data_dir
from hotline.engines.family import Family, Member
from hotline.engines.kept import demo_password, secret_key
from hotline.engines.reach import is_ready, refuse_taken_port
from hotline.errors import Unavailable

_TICK_S, _SHORT_TICK_S = 0.25, 0.05
_READY_WITHIN_S = 120.0
_STOP_WITHIN_S = 10.0
_DEATHS_BEFORE_READY = 3
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What the command line says."""

    demo: bool
    empty: bool
    host: str
    port: int
    data_dir: Path
    config_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run once, in order, and what to keep running."""

    prepare: tuple[tuple[str, ...], ...]
    members: tuple[Member, ...]


class _StopAsked(Exception):
    """SIGTERM, SIGINT or SIGHUP came."""


def plan_for(options: UpOptions) -> Plan:
    """Return what `hotline up` runs."""
    hotline = (sys.executable, "-m", "hotline")
    prepare: list[tuple[str, ...]] = [(*hotline, "migrate")]
    if options.demo:
        prepare.append((*hotline, "demo", *(["--empty"] if options.empty else [])))
    members = (
        Member("web", (*hotline, "web"), stage=0),
        Member("worker-urgent", (*hotline, "worker", "--queue", "urgent"), stage=1),
        Member("worker-bulk", (*hotline, "worker", "--queue", "bulk"), stage=1),
        Member("worker-outward", (*hotline, "worker", "--queue", "outward"), stage=1),
        Member("supervisor", (*hotline, "supervisor"), stage=2),
        *_doors_of_their_own(hotline),
    )
    return Plan(tuple(prepare), members)


def _doors_of_their_own(hotline: tuple[str, ...]) -> tuple[Member, ...]:
    """Return the processes for ways in that the environment names."""
    found = []
    if os.environ.get("HOTLINE_IMAP_URL") or os.environ.get("HOTLINE_MAIL_LISTEN"):
        found.append(Member("mail", (*hotline, "mail"), stage=1))
    if os.environ.get("HOTLINE_ARI_URL"):
        found.append(Member("phone", (*hotline, "phone"), stage=1))
    return tuple(found)


def up(options: UpOptions, plan: Plan | None = None) -> int:
    """Run everything until a signal asks to stop; return the exit code.

    Errors: Unavailable, with what to do, when something cannot start.
    """
    plan = plan or plan_for(options)
    data_dir = make_data_dir(options.data_dir)
    refuse_taken_port(options.host, options.port)
    secret = secret_key(data_dir, demo=options.demo)
    go_on = _catch_signals()
    engines = Engines(
        data_dir,
        with_postgres="HOTLINE_DATABASE_URL" not in os.environ,
        with_redis="HOTLINE_REDIS_URL" not in os.environ,
    )
    family = Family((), {})
    try:
        engines.start()
        env = child_environment(options, engines, secret)
        for argv in plan.prepare:
            _run_once(argv, env, go_on)
        family = Family(plan.members, env)
        _wait_until_ready(options, family, go_on)
        _say_where(options)
        _keep_running(engines, family, go_on)
    except _StopAsked:
        return 0
    finally:
        family.stop(patience_s=_STOP_WITHIN_S)
        engines.stop()


def child_environment(options: UpOptions, engines: Engines, secret: str) -> dict[str, str]:
    """Return the environment of every child."""
    data_dir = make_data_dir(options.data_dir)
    env = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",  # few threads: more arenas only keep freed memory
        "HOTLINE_DATABASE_URL": engines.database_url or os.environ["HOTLINE_DATABASE_URL"],
        "HOTLINE_REDIS_URL": engines.redis_url or os.environ["HOTLINE_REDIS_URL"],
        "HOTLINE_SECRET_KEY": secret,
        "HOTLINE_HOST": options.host,
        "HOTLINE_PORT": str(options.port),
        "HOTLINE_DATA_DIR": str(data_dir),
    }
    if options.config_dir:
        env["HOTLINE_CONFIG_DIR"] = str(options.config_dir.absolute())
    if options.demo:
        env["HOTLINE_DEMO"] = "1"
        env["HOTLINE_DEMO_PASSWORD"] = demo_password(data_dir)
    return env


def _catch_signals() -> Callable[[], None]:
    """Note the stop signals; return what raises `_StopAsked` once one has come.

    They only leave a note, because an exception in the midst of starting a child would
    lose that child. A second Ctrl-C does not break off an orderly stop.
    """
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    def go_on() -> None:
        if came:
            raise _StopAsked

    for number in _STOP_SIGNALS:
        signal.signal(number, note)
    return go_on


def _run_once(
    argv: Sequence[str], env: Mapping[str, str], go_on: Callable[[], None]
) -> None:
    child = process.spawn(argv, env=env)
    try:
        while child.poll() is None:
            go_on()
            time.sleep(_SHORT_TICK_S)
    finally:
        process.stop(child, signal.SIGTERM, patience_s=_STOP_WITHIN_S)
    if child.returncode:
        shown = " ".join(argv[1:])
        raise Unavailable(f"`{shown}` ended with code {child.returncode}; see above")


def _wait_until_ready(
    options: UpOptions, family: Family, go_on: Callable[[], None]
) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not is_ready(options.host, options.port):
        go_on()
        # The door first: starting all at once would keep people waiting for longest.
        _tend(family, up_to_stage=0)
        if family.most_deaths() >= _DEATHS_BEFORE_READY or time.monotonic() > deadline:
            raise Unavailable("the service did not become ready; see the messages above")
        time.sleep(_SHORT_TICK_S)
    _tend(family)


def _say_where(options: UpOptions) -> None:
    _say(f"hotline is ready: http://{options.host}:{options.port}/")
    if options.demo:
        given = "HOTLINE_DEMO_PASSWORD" in os.environ
        password = (
            "as in HOTLINE_DEMO_PASSWORD" if given else demo_password(options.data_dir)
        )
        _say("users:    operator, operator2, supervisor, admin; for each region NN (as 71)")
        _say("          commissioner-NN, guardian-NN, family-NN, body-NN")
        _say(f"password: {password}")


def _keep_running(engines: Engines, family: Family, go_on: Callable[[], None]) -> NoReturn:
    while True:
        go_on()
        time.sleep(_TICK_S)
        try:
            for name in engines.revive():
                _say(f"{name} had died; it runs again")
        except Unavailable as error:
            _say(f"{error}; trying again")
        _tend(family)


def _tend(family: Family, *, up_to_stage: int | None = None) -> None:
    for name, code in family.tend(up_to_stage=up_to_stage):
        _say(f"{name} ended with code {code}; it will be started again")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  for the person at the terminal
