"""One mailbox over IMAP: blocking, for a thread. Reads without leaving a trace until told."""

import imaplib
import ipaddress
import re
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

LINE_BROKEN = (OSError, imaplib.IMAP4.error, ImapToolsError)
_TIMEOUT_S = 30.0
_PORTS = {"imap": 143, "imaps": 993}
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a mailbox is. The path of the URL may name its folder."""

    host: str
    port: int
    safe: bool  # TLS from the first byte
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def address_of(url: str, folder: str) -> Address:
    """Return what HOTLINE_IMAP_URL says."""
    at = urlsplit(url)
    return Address(
        host=at.hostname or "localhost",
        port=at.port or _PORTS[at.scheme],
        safe=at.scheme == "imaps",
        user=unquote(at.username or ""),
        password=unquote(at.password or ""),
        folder=unquote(at.path.strip("/")) or folder,
    )


class Box:
    """An open mailbox. Errors of every method: LINE_BROKEN."""

    def __init__(self, address: Address) -> None:
        """Sign in. Without TLS only to this very machine: a password is no public matter."""
        self._at = address
        self._box = _connect(address)
        self._box.login(address.user, address.password, initial_folder=address.folder)
        self._idles = "IDLE" in self._box.client.capabilities

    def close(self) -> None:
        """Sign out, if the line still stands."""
        try:
            self._box.logout()
        except LINE_BROKEN:
            self._box.client.shutdown()

    def state(self) -> tuple[int, int]:
        """Return the mailbox's validity and the highest UID given out so far."""
        found = self._box.folder.status(self._at.folder, ["UIDVALIDITY", "UIDNEXT"])
        return found["UIDVALIDITY"], found["UIDNEXT"] - 1

    def waiting(self, after: int | None) -> list[int]:
        """Return the UIDs that nobody has read, and all above `after`, lowest first.

        What a person read in a mail program first is fetched all the same.
        """
        found = {int(uid) for uid in self._box.uids("UNSEEN")}
        if after is not None:
            above = (int(uid) for uid in self._box.uids(f"UID {after + 1}:*"))
            found |= {uid for uid in above if uid > after}
        return sorted(found)

    def raw(self, uid: int, largest: int) -> tuple[bytes, bool] | None:
        """Return a letter as it came and whether it was cut at `largest`; None: it is gone."""
        kind, answer = self._box.client.uid(
            "fetch", str(uid), f"(UID RFC822.SIZE BODY.PEEK[]<0.{largest}>)"
        )
        if kind != "OK":
            raise imaplib.IMAP4.error("fetch")
        for part in answer:
            if isinstance(part, tuple):
                size = _SIZE.search(part[0])
                return part[1], size is not None and int(size[1]) > largest
        return None

    def done(self, uid: int, folder: str) -> None:
        """Mark a kept letter as read; move it to `folder`, where one is named."""
        self._box.flag(str(uid), "\\Seen", value=True)
        if folder:
            self._box.move(str(uid), folder)

    def wait(self, seconds: float) -> bool:
        """Wait for something new, at most so long; return whether there may be."""
        if not self._idles:
            time.sleep(seconds)
            self._box.client.noop()
            return False
        return bool(self._box.idle.wait(timeout=seconds))


def _connect(at: Address) -> BaseMailBox:
    context = ssl.create_default_context()
    if at.safe:
        return MailBox(at.host, at.port, timeout=_TIMEOUT_S, ssl_context=context)
    if _here(at.host):
        return MailBoxUnencrypted(at.host, at.port, timeout=_TIMEOUT_S)
    return MailBoxStartTls(at.host, at.port, timeout=_TIMEOUT_S, ssl_context=context)


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
