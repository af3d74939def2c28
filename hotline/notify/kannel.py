"""SMS through Kannel's sendsms: GET with user name and password, "0: Accepted".

One request, two users: `Kannel` wakes a colleague, `KannelTransport` answers a person.
Source: Kannel user's guide, "Using the HTTP interface to send SMS messages", "Delivery
reports"; seen on Kannel 1.4.5.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote

import aiohttp

from hotline.notify.message import Message
from hotline.notify.provider import Said, ask, heard, refusal
from hotline.notify.transport import (
    Failed,
    Letter,
    Retry,
    SendResult,
    Sent,
    Uncertain,
)
from hotline.notify.way import WayFailed
from hotline.settings import Settings

_GOOD = (b"0:", b"3:", b"Sent.", b"Accepted")  # accepted, or queued for later
_NUMBER = re.compile(r"\+[1-9]\d{7,14}")
# GSM 03.38 without the letters that only look Latin: what is not here goes as UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_REFUSED = 400
_EVERY_REPORT = "31"  # delivered, failed, queued, taken by the centre, refused
_SAYS_NO = re.compile(rb"\s*(\d{1,3}:|[A-Z][^<>\n]{0,200}$)")


async def sendsms(
    line: aiohttp.ClientSession,
    url: str,
    user: str,
    password: str,
    *,
    to: str,
    text: str,
    report: str = "",
) -> Said:
    """Return what smsbox says. Parts and their headers are Kannel's affair.

    Errors: those of aiohttp, TimeoutError.
    """
    plain = _GSM.issuperset(text)
    asked = {
        "username": user,
        "password": password,
        "to": to,
        "text": text,
        "coding": "0" if plain else "2",  # UCS-2: Kazakh letters are in no other
        "charset": "UTF-8",
    }
    if report:
        asked |= {"dlr-mask": _EVERY_REPORT, "dlr-url": report}
    return await ask(line, "GET", f"{url.rstrip('/')}/cgi-bin/sendsms", params=asked)


@dataclass(frozen=True, slots=True)
class Kannel:
    """The way that wakes a colleague."""

    url: str
    user: str
    password: str = field(repr=False)

    async def send(self, line: aiohttp.ClientSession, address: str, told: Message) -> None:
        """Send one SMS. Errors: WayFailed."""
        said = await sendsms(
            line, self.url, self.user, self.password, to=address, text=told.text
        )
        if said.status >= _REFUSED:
            raise WayFailed(f"http_{said.status}")
        if not said.body.lstrip().startswith(_GOOD):
            raise WayFailed("refused")


@dataclass(frozen=True, slots=True)
class KannelTransport:
    """The transport to people who wrote an SMS. `report` is where Kannel tells of it."""

    url: str
    user: str
    password: str = field(repr=False)
    report: str = field(default="", repr=False)

    async def send(self, line: aiohttp.ClientSession, letter: Letter) -> SendResult:
        """Send one SMS to a number; a sender that is a name or a short number has none."""
        if not _NUMBER.fullmatch(letter.to):
            return Failed("no_number")
        asking = sendsms(
            line,
            self.url,
            self.user,
            self.password,
            to=letter.to,
            text=letter.text.encode("utf-8", "replace").decode(),
            report=self.report.format(id=letter.outbound_id),
        )
        said = await heard(asking)
        return said if isinstance(said, Retry | Uncertain) else _result(said)


def report_url(settings: Settings) -> str:
    """Return the address of delivery reports, `{id}` in it; empty without a secret.

    Kannel fills in what stands behind a `%`: those of the secret itself are doubled.
    """
    if not settings.sms_secrets:
        return ""
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104  compared, not bound
    base = settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"
    secret = quote(settings.sms_secrets[0], safe="").replace("%", "%%")
    doubled = base.replace("{", "{{").replace("}", "}}")
    return f"{doubled}/intake/sms/kannel/dlr?k={secret}&id={{id}}&type=%d&ts=%T"


def _result(said: Said) -> SendResult:
    """Return what an answer means; a 2xx may say no."""
    refused = refusal(said)
    if refused is not None:
        return refused
    if said.body.lstrip().startswith(_GOOD):
        return Sent()
    # Neither yes nor a no that Kannel would say: another server answered, or half a line.
    return Failed("refused") if _SAYS_NO.match(said.body) else Uncertain("bad_answer")
