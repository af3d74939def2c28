"""PostgreSQL and Redis from their wheels, for one data folder (docs/adr/0002)."""

import fcntl
import json
import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from hotline.engines import process
from hotline.engines.account import engine_account, engine_home, private_folder
from hotline.engines.data_dir import let_go, log_file, make_data_dir, take, write_private
from hotline.engines.postgres import Postgres
from hotline.engines.redis_server import RedisServer

_LONGEST_SOCKET_FOLDER = 80  # bytes; a socket's whole path may have about 100


@dataclass(frozen=True, slots=True)
class EngineAddresses:
    """Where the engines of a running `up` listen; None where an outside one serves."""

    database_url: str | None
    redis_url: str | None


class Engines:
    """The engines of one data folder. One process at a time may hold the folder.

    `durable=False` is for tests: a crash of the machine may then lose what was committed.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        with_postgres: bool = True,
        with_redis: bool = True,
    ) -> None:
        self._data_dir = make_data_dir(data_dir)
        self._durable, self._with = durable, (with_postgres, with_redis)
        self._lock: IO[bytes] | None = None
        self._sockets: Path | None = None
        self.postgres: Postgres | None = None
        self.redis: RedisServer | None = None

    @property
    def database_url(self) -> str | None:
        """Return the database's address, None when it is not ours."""
        return self.postgres.url if self.postgres else None

    @property
    def redis_url(self) -> str | None:
        """Return the address of Redis, None when it is not ours."""
        return self.redis.url if self.redis else None

    def start(self) -> Self:
        """Take the data folder, clear up after a crash, start and wait until both answer.

        Errors: Unavailable when another process holds the folder or an engine fails.
        """
        self._lock = take(self._data_dir)
        try:
            _clear_up(self._data_dir)
            account = engine_account(self._data_dir)
            home = engine_home(self._data_dir, account)
            self._sockets = private_folder(_short_folder(), account)
            if self._with[0]:
                self.postgres = Postgres(
                    home, self._sockets, account, durable=self._durable
                )
            if self._with[1]:
                self.redis = RedisServer(home, self._sockets, account)
            self._start_missing()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop Redis, then PostgreSQL, and let go of the data folder."""
        for engine in (self.redis, self.postgres):
            if engine:
                engine.stop()
        self.redis = self.postgres = None
        if self._sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None
        if self._lock:
            _record_path(self._data_dir).unlink(missing_ok=True)
            let_go(self._data_dir, self._lock)
            self._lock = None

    def revive(self) -> list[str]:
        """Start again whichever engine has died; return the names of those."""
        died = [
            name
            for name, engine in (("postgres", self.postgres), ("redis", self.redis))
            if engine and engine.pid is None
        ]
        if died:
            self._start_missing()
        return died

    def restart_postgres(self) -> None:
        """Stop PostgreSQL in order and start it again at the same address."""
        if self.postgres:
            self.postgres.stop()
            self._start_missing()

    def kill_postgres(self) -> None:
        """Kill PostgreSQL with -9; `revive` starts it again."""
        if self.postgres:
            self.postgres.kill()

    def kill_redis(self) -> None:
        """Kill Redis with -9; `revive` starts it again."""
        if self.redis:
            self.redis.kill()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start_missing(self) -> None:
        logs = self._data_dir / "log"
        logs.mkdir(mode=0o700, exist_ok=True)
        if self.postgres and self.postgres.pid is None:
            self.postgres.start(log_file(logs / "postgres.log"))
        if self.redis and self.redis.pid is None:
            self.redis.start(log_file(logs / "redis.log"))
        record = {
            "database_url": self.database_url,
            "redis_url": self.redis_url,
            "sockets": str(self._sockets),
            "redis_pid": self.redis.pid if self.redis else None,
        }
        write_private(_record_path(self._data_dir), json.dumps(record))


def running_engines(data_dir: Path) -> EngineAddresses | None:
    """Return where the engines of `data_dir` listen, None when no `up` runs there."""
    try:
        record = json.loads(_record_path(data_dir).read_text(encoding="utf-8"))
        lock = (data_dir / "lock").open("rb")
    except FileNotFoundError:
        return None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return EngineAddresses(record["database_url"], record["redis_url"])
    return None  # left by an `up` that was killed


def _record_path(data_dir: Path) -> Path:
    return data_dir / "engines.json"


def _clear_up(data_dir: Path) -> None:
    """Remove what a killed `up` left: its Redis, its sockets, its record."""
    record_path = _record_path(data_dir)
    if not record_path.exists():
        return
    record = json.loads(record_path.read_text(encoding="utf-8"))
    sockets, pid = record["sockets"], record["redis_pid"]
    if pid and sockets in process.command_of(pid):
        os.kill(pid, signal.SIGTERM)
        process.wait_for(lambda: sockets not in process.command_of(pid), 10)
    shutil.rmtree(sockets, ignore_errors=True)
    record_path.unlink()


def _short_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hotline-"))
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="hotline-", dir="/tmp"))
    return folder
