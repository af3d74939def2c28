"""One letter handed to a mail server of ours: taken, surely not taken, or nobody knows.

`smtp://user:password@host:port` or `smtps://`; STARTTLS when offered.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from aiosmtplib.errors import SMTPDataError

_PORTS = {"smtp": 25, "smtps": 465}
_HERE = ("127.0.0.1", "::1", "localhost")
# Python 3.11 loses the space where it breaks a Cyrillic subject into two encoded words.
_ASCII = policy.SMTP.clone(max_line_length=500)
_NEVER = 500  # from here on a server means it for good
_GOODBYE_S = 1.0
_ABOUT_THE_LETTER = (SMTPRecipientRefused, SMTPSenderRefused, SMTPDataError)


class NotTaken(Exception):
    """The server surely has not taken the letter. `code` alone is kept: no address."""

    def __init__(self, code: str, *, never: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.never = never  # nor will it


class Unsure(Exception):
    """The line broke after the letter was on its way: the server may have taken it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class MailServer:
    """One mail server of ours. Units: seconds, before the letter and for it."""

    url: str = field(repr=False)
    sender: str
    before_s: float = 15.0
    letter_s: float = 14.0

    @property
    def domain(self) -> str:
        """Return the domain that our letters come from."""
        return self.sender.rpartition("@")[2]

    async def deliver(self, letter: EmailMessage, to: str) -> None:
        """Hand `letter` over for `to`. Errors: NotTaken, Unsure."""
        client = self._client()
        try:
            await self._introduce(client, to)
            await self._hand_over(client, letter, to)
        finally:
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=_GOODBYE_S)
            client.close()

    def _client(self) -> SMTP:
        at = urlsplit(self.url)
        return SMTP(
            hostname=at.hostname or "",
            port=at.port or _PORTS[at.scheme],
            username=unquote(at.username) if at.username else None,
            password=unquote(at.password or "") if at.username else None,
            use_tls=at.scheme == "smtps",
            # To this very machine, whose certificate nobody signs, no line can be heard.
            start_tls=False if at.hostname in _HERE else None,
            local_hostname=self.domain,
            timeout=self.before_s,
        )

    async def _introduce(self, client: SMTP, to: str) -> None:
        """Do all that comes before the letter: whatever breaks here, nothing was taken."""
        try:
            async with asyncio.timeout(self.before_s):
                await client.connect()
                options = []
                if not to.isascii():
                    await client.ehlo()
                    if not client.supports_extension("smtputf8"):
                        raise NotTaken("no_smtputf8", never=True)
                    options = ["SMTPUTF8", "BODY=8BITMIME"]
                await client.mail(self.sender, options=options, encoding="utf-8")
                await client.rcpt(to, encoding="utf-8")
        except TimeoutError:
            raise NotTaken("timeout") from None
        except SMTPResponseException as error:
            # A refused greeting or password says nothing of this letter: it may go later.
            never = isinstance(error, _ABOUT_THE_LETTER) and error.code >= _NEVER
            raise NotTaken(f"smtp_{error.code}", never=never) from None
        except (SMTPException, OSError, ValueError) as error:
            raise NotTaken(_kind(error)) from None

    async def _hand_over(self, client: SMTP, letter: EmailMessage, to: str) -> None:
        how = _ASCII if to.isascii() else policy.SMTPUTF8
        try:
            async with asyncio.timeout(self.letter_s):
                await client.data(letter.as_bytes(policy=how), timeout=self.letter_s)
        except SMTPResponseException as error:
            raise NotTaken(f"smtp_{error.code}", never=error.code >= _NEVER) from None
        except TimeoutError:
            raise Unsure("timeout") from None
        except (SMTPException, OSError):
            raise Unsure("line_broke") from None


def _kind(error: BaseException) -> str:
    """Return the name of what broke, from the bottom: no text, which may hold an address."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__
