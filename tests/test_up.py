"""`hotline up` with real engines and small stand-ins for the service's own processes."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hotline.embedded import running_engines
from hotline.engines import process
from hotline.engines.kept import kept_secret_key
from hotline.errors import Unavailable
from hotline.up import UpOptions, plan_for, up

pytestmark = pytest.mark.slow

# A web process of ten lines: it notes its environment, and says when it was asked to stop.
WEB = """
import http.server, json, os, signal, sys
seen = {key: os.environ[key] for key in os.environ if key.startswith(("HOTLINE_", "OMP_"))}
open(os.environ["HOTLINE_DATA_DIR"] + "/web-environment", "w").write(json.dumps(seen))
def end(*_):
    open(os.environ["HOTLINE_DATA_DIR"] + "/notes", "a").write("stop web\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
class Door(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
http.server.HTTPServer((os.environ["HOTLINE_HOST"], int(os.environ["HOTLINE_PORT"])), Door).serve_forever()
"""
PART = """
import os, signal, sys, time
def end(*_):
    note("stop")
    sys.exit(0)
def note(what):
    with open(os.environ["HOTLINE_DATA_DIR"] + "/notes", "a") as notes:
        notes.write(f"{what} {sys.argv[1]}\\n")
signal.signal(signal.SIGTERM, end)
note("start")
time.sleep(600)
"""
RUNNER = """
import sys
from pathlib import Path
from hotline.engines.family import Member
from hotline.errors import HotlineError
from hotline.up import Plan, UpOptions, up
data_dir, port, web, part, demo = sys.argv[1:]
python = sys.executable
once = 'import os; open(os.environ["HOTLINE_DATA_DIR"] + "/notes", "a").write("prepare\\\\n")'
plan = Plan(
    prepare=((python, "-c", once),),
    members=(
        Member("web", (python, "-c", web), stage=0),
        Member("worker", (python, "-c", part, "worker"), stage=1),
        Member("supervisor", (python, "-c", part, "supervisor"), stage=2),
    ),
)
options = UpOptions(demo=bool(demo), empty=False, host="127.0.0.1", port=int(port), data_dir=Path(data_dir))
try:
    sys.exit(up(options, plan))
except HotlineError as error:
    sys.exit(error.text)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """One `up` in a process of its own."""

    def __init__(
        self, data_dir: Path, *, web: str = WEB, demo: bool = True, **env: str
    ) -> None:
        self.data_dir, self.port = data_dir, free_port()
        clean = {key: v for key, v in os.environ.items() if not key.startswith("HOTLINE_")}
        argv = [str(data_dir), str(self.port), web, PART, "demo" if demo else ""]
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUNNER, *argv],
            env=clean | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""

    def until(self, words: str) -> str:
        for line in self.process.stdout:
            self.printed += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{self.printed}")

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        return next(p for p in self.tree() if p.cmdline()[-1] == word)

    def answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def end(self, *signals: int) -> int:
        for number in signals or (signal.SIGTERM,):
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.printed += rest
        return self.process.returncode

    def notes(self) -> list[str]:
        """What the children wrote of themselves, in order."""
        return (self.data_dir / "notes").read_text().splitlines()


@pytest.fixture
def data_dir(engines_folder: Path, request: pytest.FixtureRequest) -> Path:
    return engines_folder / f"up {request.node.name[:60]}"


@pytest.fixture
def running(data_dir):
    started: list[Running] = []

    def start(**options) -> Running:
        started.append(Running(data_dir, **options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end()


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != "zombie" for one in processes)


@pytest.mark.parametrize(
    ("what", "signals"),
    [
        ("SIGTERM", [signal.SIGTERM]),
        ("Ctrl-C", [signal.SIGINT]),
        ("an impatient Ctrl-C, twice", [signal.SIGINT, signal.SIGINT]),
        ("a closed terminal", [signal.SIGHUP]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_stop_is_in_order_and_leaves_nothing(running, data_dir, what, signals):
    one = running()
    one.until("password:")
    assert process.wait_for(lambda: one.notes().count("start supervisor") == 1, 10)
    assert process.wait_for(lambda: one.notes().count("start worker") == 1, 10)
    everything = one.tree()
    assert len(everything) >= 5
    addresses = running_engines(data_dir)
    assert one.end(*signals) == 0, one.printed
    assert all_gone(everything)
    assert one.notes()[0] == "prepare"
    assert one.notes()[-3:] == ["stop web", "stop worker", "stop supervisor"]
    assert running_engines(data_dir) is None
    assert not Path(addresses.redis_url.removeprefix("unix://")).parent.exists()
    assert sorted(path.name for path in data_dir.iterdir()) == [
        *(
            "demo-password",
            "engines",
            "log",
            "notes",
            "secret-key",
            "web-environment",
        )
    ]


def test_twice_in_a_row_keeps_the_password_and_the_secret_for_the_owners_eyes(
    running, data_dir
):
    first = running()
    password = first.until("password:")
    assert f"http://127.0.0.1:{first.port}/" in first.printed
    assert "guardian-NN" in first.printed
    assert first.answers()
    first.end()
    secret = kept_secret_key(data_dir)
    second = running()
    assert second.until("password:") == password
    assert (
        json.loads((data_dir / "web-environment").read_text())["HOTLINE_SECRET_KEY"]
        == secret
    )
    second.end()
    for name in ("demo-password", "secret-key"):
        assert (data_dir / name).stat().st_mode & 0o777 == 0o600
    assert secret not in first.printed + second.printed


def test_children_learn_where_the_engines_are(running, data_dir):
    one = running(HOTLINE_DEMO_PASSWORD="given")
    one.until("password: as in HOTLINE_DEMO_PASSWORD")
    seen = json.loads((data_dir / "web-environment").read_text())
    addresses = running_engines(data_dir)
    assert seen["HOTLINE_DATABASE_URL"] == addresses.database_url
    assert seen["HOTLINE_REDIS_URL"] == addresses.redis_url
    assert seen["HOTLINE_DEMO_PASSWORD"] == "given"
    assert (seen["OMP_NUM_THREADS"], seen["HOTLINE_DEMO"]) == ("1", "1")
    assert seen["HOTLINE_DATA_DIR"] == str(data_dir)
    one.end()


def test_what_dies_is_started_again(running):
    one = running()
    one.until("password:")
    assert process.wait_for(lambda: "start worker" in one.notes(), 20)
    one.child("worker").kill()
    one.until("worker ended with code -9")
    assert process.wait_for(lambda: one.notes().count("start worker") == 2, 20)
    addresses = running_engines(one.data_dir)
    postgres = next(p for p in one.tree() if p.name() == "postgres" and "-D" in p.cmdline())
    postgres.kill()
    one.until("postgres had died; it runs again")
    assert running_engines(one.data_dir) == addresses
    assert one.answers()
    assert one.end() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal")
def test_nothing_outlives_an_up_that_is_killed_and_the_next_one_starts(running, data_dir):
    one = running()
    one.until("password:")
    everything = one.tree()
    one.process.kill()
    one.process.communicate()
    assert process.wait_for(lambda: all_gone(everything), 20)
    other = running()
    other.until("password:")
    assert other.answers()
    assert other.end() == 0


def test_a_stop_while_still_starting_is_in_order_too(running, data_dir):
    one = running(web=WEB.replace("Door).serve_forever()", "Door); signal.pause()"))
    assert process.wait_for((data_dir / "web-environment").exists, 30)
    everything = one.tree()
    assert one.end() == 0
    assert all_gone(everything)
    assert one.notes() == ["prepare", "stop web"], "the others start after the door"
    assert running_engines(data_dir) is None


def test_a_service_that_cannot_start_ends_with_a_message(running, data_dir):
    one = running(web="import sys; sys.exit('the reason')")
    assert one.process.wait(60) == 1
    rest = one.process.stdout.read()
    assert "the reason" in rest
    assert "did not become ready" in rest
    assert running_engines(data_dir) is None


def test_outside_the_demo_a_secret_must_be_given(running, data_dir):
    one = running(demo=False)
    assert one.process.wait(60) == 1
    assert "HOTLINE_SECRET_KEY is not set" in one.process.stdout.read()
    assert not (data_dir / "engines").exists()
    given = running(demo=False, HOTLINE_SECRET_KEY="given")
    given.until("hotline is ready")
    assert given.end() == 0
    assert "password" not in given.printed
    assert not (data_dir / "secret-key").exists()


def test_a_taken_port_is_refused_before_anything_starts(data_dir):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        options = UpOptions(True, False, "127.0.0.1", port, data_dir)
        with pytest.raises(Unavailable, match=f"cannot listen on 127.0.0.1:{port}.*--port"):
            up(options)
    assert not (data_dir / "engines").exists()


def test_the_parent_of_all_stays_light():
    heavy = {"sqlalchemy", "redis", "asyncpg", "aiohttp", "structlog", "msgspec", "click"}
    light = "import sys, hotline.up; print(*sys.modules)"
    shown = subprocess.check_output([sys.executable, "-c", light], text=True)
    assert heavy.isdisjoint(shown.split())


@pytest.mark.parametrize(
    ("what", "demo", "empty", "prepared"),
    [
        ("production only migrates", False, False, ["migrate"]),
        ("the demo has a past", True, False, ["migrate", "demo"]),
        ("an empty demo", True, True, ["migrate", "demo --empty"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_prepared(what, demo, empty, prepared):
    plan = plan_for(UpOptions(demo, empty, "127.0.0.1", 1, Path("x")))
    assert [" ".join(argv[3:]) for argv in plan.prepare] == prepared
    names = [" ".join(member.argv[3:]) for member in plan.members]
    assert names == [
        "web",
        "worker --queue urgent",
        "worker --queue bulk",
        "worker --queue outward",
        "supervisor",
    ]
