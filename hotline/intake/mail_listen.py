"""Letters handed to us by SMTP or LMTP. 250 is said after the commit, and not before.

| what comes | answer |
|---|---|
| an address that is none of ours | 550 |
| more than SIZE | 552 |
| while the store is away, or anything else fails | 451: the sender keeps its copy |
| kept, or known to be nobody's words | 250 |
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from hotline.actions.note_sign import note_sign
from hotline.cases.letter_token import answered
from hotline.config.channels import MailRules
from hotline.errors import Unavailable
from hotline.intake.mail import House
from hotline.intake.mail_door import house_of, take_letter
from hotline.runtime import Runtime

SIGN = "smtp-in"
_KEPT = "250 2.0.0 kept"
_LATER = "451 4.3.0 not kept, please try again later"
_UNKNOWN = "550 5.1.1 no such address here"
_TOO_LARGE = "552 5.3.4 too large"
_BUSY = "421 4.3.2 too many at once, please try again later"
_LONGEST_COMMAND = 4096  # bytes
_LARGE = 1_000_000  # bytes
_TELL_S = 1.0
_LONGEST_LINE = 4_000_000  # bytes
_PORTS = {"lmtp": 24, "smtp": 25}
log = structlog.get_logger()


class Door:
    """What aiosmtpd asks at each step; one for all clients."""

    def __init__(self, rt: Runtime, *, lmtp: bool) -> None:
        self._rt = rt
        self._lmtp = lmtp
        self.clients = 0
        self._told_at = -_TELL_S
        # One statement holds all that gathers: large letters go in one after the other.
        self._large = asyncio.Semaphore(1)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Return 250 for an address of ours, 550 for any other."""
        if not is_ours(address, house_of(self._rt)):
            return _UNKNOWN
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Return what became of the letter; by LMTP once for each recipient (RFC 2033)."""
        said = await self._keep(_as_delivered(envelope))
        times = len(envelope.rcpt_tos) if self._lmtp else 1
        return "\r\n".join([said] * times)

    async def handle_exception(self, error: Exception) -> str:
        """Return 451: a mistake of ours must not make a sender give up."""
        log.error("smtp_session_failed", exc_info=error)
        return _LATER

    async def _keep(self, raw: bytes) -> str:
        try:
            if len(raw) < _LARGE:
                await take_letter(self._rt, raw)
            else:
                async with self._large:
                    await take_letter(self._rt, raw)
        except Unavailable as error:
            log.warning("letter_put_off", code=error.code)
            return _LATER
        await self._say_alive()
        return _KEPT

    async def _say_alive(self) -> None:
        """Write a sign of life, at most once a second: a burst has better to do."""
        now = asyncio.get_running_loop().time()
        if now >= self._told_at + _TELL_S:
            self._told_at = now
            await note_sign(self._rt, SIGN)


def is_ours(address: str, house: House) -> bool:
    """Return whether letters to `address` are for us: known, postmaster, or a token of ours."""
    plain = address.strip("<>").lower()
    local, _, domain = plain.rpartition("@")
    domains = {known.rpartition("@")[2] for known in house.addresses}
    if plain in house.addresses or plain == "postmaster":
        return True
    if domain not in domains:
        return False
    return local == "postmaster" or answered(house.key, plain, None) is not None


def _as_delivered(envelope: Envelope) -> bytes:
    """Return the letter under the Return-Path that the last server writes (RFC 5321, 4.4)."""
    content = envelope.original_content or b""
    back = (envelope.mail_from or "").strip("<>").encode("utf-8", "surrogateescape")
    return (
        b"Return-Path: <"
        + back.replace(b"\r", b"").replace(b"\n", b"")
        + b">\r\n"
        + content
    )


class _Counted(SMTP):
    """A session whose lines may be long, and which is one of so many."""

    def __init__(self, door: Door, rules: MailRules, **options: Any) -> None:
        # Senders write lines of any length. Twice so much is read before others have a turn.
        self.line_length_limit = min(rules.largest_bytes, _LONGEST_LINE) + 2
        # aiosmtpd keeps these for all clients together, and clears them with each.
        self.command_size_limits: dict[str, int] = defaultdict(lambda: _LONGEST_COMMAND)
        self._door, self._most = door, rules.clients
        super().__init__(
            door,
            data_size_limit=rules.largest_bytes,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            timeout=rules.client_timeout_s,
            ident="ready",
            **options,
        )

    async def push(self, status: Any) -> None:
        """Say `status`; a line that is too long is a letter that is too large."""
        await super().push(_TOO_LARGE if status.startswith("500 Line too long") else status)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._door.clients += 1
        if self._door.clients > self._most and isinstance(transport, asyncio.Transport):
            transport.write(f"{_BUSY}\r\n".encode())
            transport.close()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._door.clients -= 1
        super().connection_lost(error)


class _Lmtp(_Counted, LMTP):
    """The same by LMTP."""


@asynccontextmanager
async def listening(rt: Runtime, url: str) -> AsyncIterator[int]:
    """Take letters at `url` (lmtp:// or smtp://) as long as the block runs; give the port.

    Errors: OSError when the port is taken.
    """
    at = urlsplit(url)
    lmtp = at.scheme == "lmtp"
    rules, loop = rt.config.channels.mail, asyncio.get_running_loop()
    door, session = Door(rt, lmtp=lmtp), _Lmtp if lmtp else _Counted

    def client() -> SMTP:
        return session(door, rules, hostname=at.hostname, loop=loop)

    port = at.port if at.port is not None else _PORTS[at.scheme]
    server = await loop.create_server(client, at.hostname, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
