"""Receives letters: bytes to what was heard. Pure and total, whoever brought the bytes.

| the letter is | heard |
|---|---|
| somebody's words, readable or not | one contact |
| an automatic answer, or passed on by a list | one contact, marked, never answered |
| a report on a letter of ours, in the form for machines | what became of that letter |
| a report on a letter that is none of ours | nothing |
| our own (loop header, or From is an address of ours) | nothing |

`sender` is who the letter says it is from; nothing proves that but our own mail server.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.utils import parsedate_to_datetime

from hotline.cases.inbound import ContactPolicy, Heard, Identity, Inbound, InboundKind
from hotline.cases.letter_token import Answered, answered
from hotline.cases.terms import Channel
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.mail_charset import decode
from hotline.intake.mail_headers import Headers, addresses
from hotline.intake.mail_parts import Limits, Part, take_apart
from hotline.intake.mail_proof import proven
from hotline.intake.mail_report import by_itself, is_report, reports
from hotline.intake.mail_text import Told, assembled, gather

LOOP_HEADER = "X-Hotline-Loop"
_BUGS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
         RecursionError, MessageError)  # fmt: skip
_HASHED = ("message-id", "from", "date", "subject", "content-type")
_SPACES = re.compile(r"\s+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_FLOOR_READS = 200_000  # bytes of a letter that cannot be read, for the danger floor


@dataclass(frozen=True, slots=True)
class House:
    """What a letter is read by. `key` proves tokens; `authserv_ids` are our mail servers'."""

    account: str
    addresses: frozenset[str]
    authserv_ids: frozenset[str]
    key: bytes = field(repr=False)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Post:
    """One letter, read. `why`: a code, where nothing of it is kept."""

    heard: tuple[Heard, ...]
    answers: Answered | None = None
    why: str | None = None


def read(raw: bytes, house: House, *, cut: bool = False) -> Post:
    """Return what `raw` says. Total: what cannot be read is one UNPARSED contact.

    `cut`: the letter was too large, and `raw` is its beginning.
    """
    try:
        return _read(raw, house, cut=cut)
    except _BUGS:
        return Post((unparsed(raw, house),))


def _read(raw: bytes, house: House, *, cut: bool) -> Post:
    letter = take_apart(raw, house.limits)
    headers = letter.headers
    senders = [found for value in headers.all("from") for found in addresses(value)]
    if headers.first(LOOP_HEADER.lower()):
        return Post((), why="own_loop")
    if senders and all(address in house.addresses for _, address in senders):
        return Post((), why="own_sender")
    if is_report(letter):
        found = reports(letter, house.key, house.account)
        return Post(tuple(found), why=None if found else "only_a_report")
    theirs = [known for known in senders if known[1] not in house.addresses]
    name, sender = theirs[0] if theirs else ("", None)
    thread = [*headers.all("in-reply-to"), *headers.all("references"), *headers.all("to")]
    answers = answered(house.key, " ".join(thread), sender)
    told = Told()
    if cut:
        told.mark("cut_short")
    _mark(told, headers, house, senders, answers)
    gather(letter, told)
    subject = headers.text("subject")
    inbound = Inbound(
        channel=Channel.EMAIL,
        account=house.account,
        external_id=identity_of(raw, letter),
        text=assembled(subject, told.words()),
        raw=raw,
        occurred_at=_moment(headers.first("date")),
        identity=Identity(
            name=name or None, handle=sender, extra=_extra(headers, subject, told)
        ),
        sender=sender,
        # They wrote from here: here a person may answer. Nobody answers a machine or a list.
        policy=ContactPolicy(
            may_write=sender is not None and "auto_reply" not in told.marks
        ),
        marks=tuple(told.marks),
        media=tuple(told.media),
    )
    return Post((inbound,), answers if answers and answers.own else None)


def _mark(
    told: Told,
    headers: Headers,
    house: House,
    senders: Sequence[tuple[str, str]],
    answers: Answered | None,
) -> None:
    """Note what a person should know before believing the letter."""
    if by_itself(headers):
        told.mark("auto_reply")
    if not proven(headers, senders[0][1] if len(senders) == 1 else "", house.authserv_ids):
        told.mark("sender_unproven")
    replies = {address for _, address in addresses(headers.first("reply-to"))}
    if replies - {address for _, address in senders}:
        told.mark("reply_elsewhere")
    if answers is not None and not answers.own:
        told.mark("token_of_another")


def identity_of(raw: bytes, letter: Part) -> str:
    """Return what makes a letter this letter: its Message-ID, author, day and body.

    Not what it met on its way: the same letter by IMAP and by LMTP is one, and two letters
    under one Message-ID are two.
    """
    told = hashlib.sha256()
    for name in _HASHED:
        values = "\n".join(_SPACES.sub(" ", value) for value in letter.headers.all(name))
        told.update(f"{name}:{values}\x00".encode("utf-8", "surrogatepass"))
    body = raw if letter.headers.names() == [] else letter.body
    told.update(body.replace(b"\r\n", b"\n").rstrip())
    return f"letter:{told.hexdigest()[:48]}"


def _extra(headers: Headers, subject: str, told: Told) -> dict[str, object]:
    """Return what an answer needs, and what a person may want to see; sealed."""
    writer = [address for _, address in addresses(headers.first("from"))[:1]]
    replies = [address for _, address in addresses(headers.first("reply-to"))]
    known = {
        "message_id": _id(headers.first("message-id")),
        "references": " ".join(_MESSAGE_ID.findall(headers.first("references"))[-10:]),
        "subject": subject[:500],
        # Shown to people only: answers go to the writer, not to where a letter sends them.
        "reply_to": ", ".join(replies[:5]) if replies and replies != writer else "",
        "marks": list(told.marks),
    }
    return {name: value for name, value in known.items() if value}


def _id(value: str) -> str:
    found = _MESSAGE_ID.search(value)
    return found[0] if found else ""


def _moment(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value[:100])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if _EARLIEST < at < _LATEST else None


def unparsed(raw: bytes, house: House) -> Inbound:
    """Return a contact of a letter that we cannot read, with its bytes as words."""
    digest = hashlib.sha256(raw).hexdigest()
    return Inbound(
        channel=Channel.EMAIL,
        account=house.account,
        external_id=f"raw:{digest[:48]}",
        text=decode(raw[:_FLOOR_READS]),
        raw=raw,
        kind=InboundKind.UNPARSED,
    )


class Mail:
    """The channel, for `hotline replay`: letters come by their own listeners, not by HTTP."""

    name = "email"

    def __init__(self, house: House) -> None:
        self._house = house

    def verify(self, raw: RawRequest) -> None:
        """Return: nothing in a letter proves who sent it; what is believed is marked."""

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return what was heard."""
        return read(raw.body, self._house).heard

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  the listener has its own words
        """Return an empty 200."""
        return Reply()
