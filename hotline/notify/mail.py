"""E-mail: a page to a colleague, an answer to a person. Plain text, one Message-ID for ever.

To a person neither subject nor sender's name tells anything: a list of letters is read over
a shoulder. Their own subject is not repeated, since it may be the most telling of all. The
token in the Message-ID brings their answer into the same thread (`cases.letter_token`).
"""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

import aiohttp

from hotline.cases.letter_token import token_of
from hotline.clock import SystemClock
from hotline.i18n import LOCALES, gettext
from hotline.notify.message import Message
from hotline.notify.smtp import MailServer, NotTaken, Unsure
from hotline.notify.transport import Failed, Letter, Retry, SendResult, Sent, Uncertain
from hotline.notify.way import WayFailed

SUBJECT = "Answer"
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\[\]\\@]{1,190}")
_MOST_NAMED = 10  # earlier letters in References
_LATER_S, _SOON_S = 300.0, 30.0  # a greylist opens after minutes


@dataclass(frozen=True, slots=True)
class Mail:
    """The way that wakes a colleague."""

    server: MailServer

    async def send(self, _: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Hand one letter over to the server. Errors: WayFailed."""
        number = f"page-{told.page_id}-{told.code}@{self.server.domain}"
        letter = _letter(self.server.sender, address, told.subject, number)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(told.text)
        try:
            await self.server.deliver(letter, address)
        except (NotTaken, Unsure) as error:
            raise WayFailed(error.code) from None


@dataclass(frozen=True, slots=True)
class MailTransport:
    """The transport to people who wrote a letter. `key` makes tokens."""

    server: MailServer
    key: bytes = field(repr=False)

    async def send(self, _: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Send one answer."""
        to = letter.to.strip()
        if not _ADDRESS.fullmatch(to):
            return Failed("bad_address")
        number = f"{token_of(self.key, letter.outbound_id, to)}@{self.server.domain}"
        try:
            await self.server.deliver(_answer(self.server.sender, to, letter, number), to)
        except NotTaken as error:
            if error.never:
                return Failed(error.code)
            slow = error.code.startswith("smtp_4")
            return Retry(_LATER_S if slow else _SOON_S, error.code)
        except Unsure as error:
            return Uncertain(error.code)
        return Sent(f"<{number}>")


def _letter(sender: str, to: str, subject: str, number: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = format_datetime(SystemClock().now())
    # The same for every attempt: mail servers and readers drop the second.
    letter["Message-ID"] = f"<{number}>"
    return letter


def _answer(sender: str, to: str, told: Letter, number: str) -> EmailMessage:
    """Return an answer in the thread of the person's own letter."""
    locales = [told.locale] if told.locale in LOCALES else ["kk", "ru"]
    subject = " / ".join(gettext(locale, SUBJECT) for locale in locales)
    letter = _letter(sender, to, subject, number)
    # No robot answers this, and nothing of ours takes it for a person's letter.
    letter["Auto-Submitted"] = "auto-replied"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["X-Hotline-Loop"] = "111"
    theirs = _MESSAGE_ID.findall(told.facts.get("message_id", ""))[:1]
    earlier = _MESSAGE_ID.findall(told.facts.get("references", ""))
    if theirs:
        letter["In-Reply-To"] = theirs[0]
        letter["References"] = " ".join([*earlier, *theirs][-_MOST_NAMED:])
    letter.set_content(told.text.replace("\x00", ""))
    return letter
