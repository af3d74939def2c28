"""A real Dovecot for one test: a mailbox in a folder of its own, IMAP on a free port."""

import asyncio
import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
HAS_IMAP = Path("/usr/lib/dovecot/imap").exists()
PASSWORD = "p@ss/word"
CONFIG = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{base}/mail
auth_mechanisms = plain
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Done {{
    auto = create
  }}
}}
"""


class Dovecot:
    def __init__(self, base, port, owner):
        self.base, self.port, self._owner = base, port, owner
        self._server = None
        self._count = 0

    @property
    def url(self):
        return f"imap://hotline:p%40ss%2Fword@127.0.0.1:{self.port}"

    def start(self):
        self._server = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.base / "dovecot.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + 15
        while time.monotonic() < until and self._server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        log = self.base / "log"
        self.stop()
        pytest.skip(
            f"Dovecot does not start here: {log.read_text()[-500:] if log.exists() else 'no log'}"
        )

    def stop(self):
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(15)
            with suppress(ProcessLookupError):  # those that serve a client live on a while
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server = None

    def deliver(self, raw, flags=""):
        """Put a letter where an MTA puts it."""
        self._count += 1
        name = f"{time.time_ns()}.{self._count}.test"
        folder = "cur" if flags else "new"
        for part in (".", "new", "cur", "tmp"):
            (self.base / "mail" / part).mkdir(exist_ok=True)
            self.own(self.base / "mail" / part)
        fresh = self.base / "mail" / "tmp" / name
        fresh.write_bytes(raw.replace(b"\r\n", b"\n"))
        self.own(fresh)
        fresh.rename(self.base / "mail" / folder / (f"{name}:2,{flags}" if flags else name))

    def own(self, path):
        if self._owner:
            shutil.chown(path, self._owner, self._owner)

    def number_anew(self):
        """Lose the index and the UID list: the mailbox gets another UIDVALIDITY."""
        for path in (self.base / "mail").glob("dovecot*"):
            path.unlink() if path.is_file() else shutil.rmtree(path)


def _accounts():
    """As whom it runs: Dovecot wants other accounts where it is started by root."""
    if os.getuid() == 0:
        return "dovecot", "dovenull", "dovecot"
    return getpass.getuser(), getpass.getuser(), grp.getgrgid(os.getgid()).gr_name


@contextmanager
def dovecot():
    """A running server, or a skip that says why there is none."""
    if not (shutil.which(DOVECOT) and HAS_IMAP):
        pytest.skip("needs dovecot-imapd, which is not installed here")
    with tempfile.TemporaryDirectory(prefix="hd", dir="/tmp") as folder:
        base = Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user, login, group = _accounts()
        (base / "dovecot.conf").write_text(
            CONFIG.format(
                base=base, user=user, login=login, group=group, port=port, password=PASSWORD
            )
        )
        server = Dovecot(base, port, user if user != getpass.getuser() else None)
        server.own(base)
        server.start()
        try:
            yield server
        finally:
            server.stop()


async def eventually(condition, within_s=15):
    """Return once `condition` holds; fail when it does not in time."""
    until = asyncio.get_running_loop().time() + within_s
    while asyncio.get_running_loop().time() < until:
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come true in time")
