"""A real Kannel: bearerbox, smsbox and fake telephones, on free ports of this machine."""

import asyncio
import shutil
import socket
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")
PROGRAMS = ("bearerbox", "smsbox")
CONFIG = """
group = core
admin-port = {admin}
admin-password = admin
smsbox-port = {box}
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake1
port = {smsc}
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
global-sender = 700
http-request-retry = 100000
http-queue-delay = 1

group = sendsms-user
username = hotline
password = "pass word"
max-messages = 10
concatenation = true

group = sms-service
keyword = post
post-url = "{hotline}/intake/sms/kannel?k={secret}&from=%p&id=%I&smsc=%i"
max-messages = 0

group = sms-service
keyword = default
catch-all = true
get-url = "{hotline}/intake/sms/kannel?k={secret}&from=%p&to=%P&id=%I&smsc=%i&ts=%T&coding=%c&charset=%C&udh=%u&text=%b"
max-messages = 0
"""


def missing():
    """What of Kannel is not installed here, or None."""
    lacking = [name for name in PROGRAMS if _program(name) is None]
    if not FAKE_SMSC.exists():
        lacking.append("fakesmsc")
    return f"no real Kannel here: {', '.join(lacking)}" if lacking else None


def _program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Kannel:
    """What runs; `phones` starts a telephone that sends one SMS and takes what comes."""

    def __init__(self, folder, ports):
        self.folder, self.ports = folder, ports
        self.sendsms = f"http://127.0.0.1:{ports['sendsms']}"

    @asynccontextmanager
    async def phone(self, said):
        """A telephone network that brings `said` once; its log tells what it was given."""
        log = self.folder / f"phone-{_free_port()}.log"
        where = ("-H", "127.0.0.1", "-r", str(self.ports["smsc"]))
        async with _running(log, FAKE_SMSC, *where, "-i", "0.1", "-m", "1", said):
            yield log


@asynccontextmanager
async def running(folder, hotline, secret):
    """A Kannel whose SMS come to `hotline`."""
    ports = {name: _free_port() for name in ("admin", "box", "smsc", "sendsms")}
    conf = folder / "kannel.conf"
    conf.write_text(CONFIG.format(**ports, hotline=hotline, secret=secret))
    async with AsyncExitStack() as stack:
        for name, port in (("bearerbox", ports["smsc"]), ("smsbox", ports["sendsms"])):
            log = folder / f"{name}.log"
            # A log file of its own, for its last words when a test fails.
            await stack.enter_async_context(_running(log, _program(name), "-v", "1", conf))
            await _listening(port, log)
        yield Kannel(folder, ports)


@asynccontextmanager
async def _running(log, program, *arguments):
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            str(program), *map(str, arguments), stdout=out, stderr=out, cwd=log.parent
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _listening(port, log):
    """Return as soon as somebody listens on `port`. Errors: TimeoutError with the log."""
    async with asyncio.timeout(20):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            if "PANIC" in log.read_text(errors="replace"):
                raise AssertionError(log.read_text(errors="replace")[-2000:])
            await asyncio.sleep(0.05)
