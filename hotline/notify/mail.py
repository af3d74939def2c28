"""E-mail over SMTP: `smtp://user:password@host:port` or `smtps://`; STARTTLS when offered."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiohttp

from hotline.notify.message import Message
from hotline.notify.way import WayFailed

_PATIENCE_S = 8
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail server of ours."""

    url: str = field(repr=False)
    sender: str

    async def send(self, _: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Hand one letter over to the server. Errors: WayFailed."""
        letter = _letter(self.sender, address, told)
        try:
            await asyncio.to_thread(self._deliver, letter)
        except (OSError, smtplib.SMTPException) as error:
            raise WayFailed(_code_of(error)) from None

    def _deliver(self, letter: EmailMessage) -> None:
        at = urlsplit(self.url)
        host, port = at.hostname or "", at.port or _PORTS[at.scheme]
        safe = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=safe)
            if at.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=_PATIENCE_S)
        )
        with server:
            server.ehlo()
            if at.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=safe)
                server.ehlo()
            if at.username:
                server.login(unquote(at.username), unquote(at.password or ""))
            server.send_message(letter)


def _letter(sender: str, address: str, told: Message) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = address
    letter["Subject"] = told.subject
    # The same for every attempt: mail servers and readers drop the second.
    letter["Message-ID"] = f"<page-{told.page_id}-{told.code}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(told.text)
    return letter


def _code_of(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"smtp_{code}" if isinstance(code, int) and code > 0 else type(error).__name__
