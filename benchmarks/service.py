"""The service as real processes over given engines; fault tests and benchmarks drive it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import asyncpg

from hotline.actions.sync_bodies import sync_bodies
from hotline.clock import SystemClock
from hotline.config.load import SHIPPED, load
from hotline.engines import process
from hotline.runtime import open_runtime
from hotline.settings import Settings
from hotline.store.engine import asyncpg_options

SCREENED, STRANGER = "eotinish", "ngo"  # in a demo the first one's reports are screened
SECRETS = {
    SCREENED: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    STRANGER: "whsec_bmdvLXNlY3JldC1uZ28tc2VjcmV0LW5nby1zZWNyZXQ=",
}
WHATSAPP_SECRET, WHATSAPP_NUMBER = "a-secret-of-an-app", "100000000000111"
SECRET_KEY = "a-secret-key-for-measurements-only-0123456789"
COMMANDS = {
    "web": ["web"],
    "worker-urgent": ["worker", "--queue", "urgent"],
    "worker-bulk": ["worker", "--queue", "bulk"],
    "worker-outward": ["worker", "--queue", "outward"],
    "supervisor": ["supervisor"],
}
PATIENCE_S = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@dataclass
class Service:
    """Starts, kills and stops the processes of one service."""

    database_url: str
    redis_url: str
    folder: Path
    config_dir: Path = SHIPPED
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "service.log"

    @property
    def settings(self) -> Settings:
        return Settings(
            database_url=self.database_url,
            redis_url=self.redis_url,
            secret_key=SECRET_KEY,
            data_dir=self.folder,
            config_dir=self.config_dir,
            demo=True,
        )

    def start(self, *names: str) -> None:
        """Start each of `names` anew."""
        env = os.environ | {
            "HOTLINE_DATABASE_URL": self.database_url,
            "HOTLINE_REDIS_URL": self.redis_url,
            "HOTLINE_SECRET_KEY": SECRET_KEY,
            "HOTLINE_HOST": "127.0.0.1",
            "HOTLINE_PORT": str(self.port),
            "HOTLINE_DATA_DIR": str(self.folder),
            "HOTLINE_CONFIG_DIR": str(self.config_dir),
            "HOTLINE_DEMO": "1",
            "HOTLINE_PARTNER_SECRETS": ",".join(
                f"{name}:{s}" for name, s in SECRETS.items()
            ),
            "HOTLINE_WHATSAPP_APP_SECRET": WHATSAPP_SECRET,
            "HOTLINE_WHATSAPP_PHONE_NUMBER_ID": WHATSAPP_NUMBER,
            # Nothing goes to a provider from here: nobody listens at this address.
            "HOTLINE_WHATSAPP_API": "http://127.0.0.1:9",
            "OMP_NUM_THREADS": "1",
        }
        for name in names:
            with self.log.open("ab") as out:
                argv = [sys.executable, "-m", "hotline", *COMMANDS[name]]
                # They end with this thread, so that a broken-off run leaves nothing behind.
                self.processes[name] = process.spawn(argv, env=env, log=out)

    def kill(self, name: str) -> None:
        """Kill -9."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def stop(self) -> dict[str, int]:
        """Ask every process to end; return the exit codes."""
        for running in self.processes.values():
            running.send_signal(signal.SIGTERM)
        codes = {}
        for name, running in self.processes.items():
            try:
                codes[name] = running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                codes[name] = running.wait()
        self.processes.clear()
        return codes

    async def connect(self) -> asyncpg.Connection:
        """Return a connection for looking at rows."""
        return await asyncpg.connect(**asyncpg_options(self.database_url), timeout=5)

    async def ready(self) -> None:
        """Return when the door answers and the workers and the supervisor beat."""
        needed = {name for name in self.processes if name != "web"}
        async with aiohttp.ClientSession() as http:
            await until(lambda: self._answers(http))
        connection = await self.connect()
        try:

            async def all_beat() -> bool:
                rows = await connection.fetch("SELECT DISTINCT kind FROM heartbeats")
                return needed <= {row["kind"] for row in rows}

            await until(all_beat)
        finally:
            await connection.close()

    async def _answers(self, http: aiohttp.ClientSession) -> bool:
        if "web" not in self.processes:
            return True
        try:
            async with http.get(f"{self.url}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


async def until(condition, patience_s: float = PATIENCE_S) -> None:
    """Return once `condition` holds. Errors: TimeoutError."""
    deadline = time.monotonic() + patience_s
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {patience_s} s")
        await asyncio.sleep(0.05)


async def fill_directory(settings: Settings) -> None:
    """Put every body of config/bodies.yaml into the database."""
    config = load(settings.config_dir, SystemClock().now().date())
    rt = open_runtime(settings, config=config)
    await sync_bodies(rt)
    await rt.stop()
