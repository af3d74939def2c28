"""Receives SMS from Kannel's smsbox, and what became of SMS of ours.

    get-url = ".../intake/sms/kannel?k=SECRET&from=%p&to=%P&id=%I&smsc=%i&ts=%T&coding=%c
               &charset=%C&udh=%u&text=%b"

Kept: every SMS, also without words, without a sender, or from a sender that is a name. Parts
of one SMS are put together by Kannel; where they come apart each is a contact, and those that
tell by their header that they belong together follow one another.

Nothing but an empty 200 is answered: smsbox would send any text to the person as an SMS.

Source: Kannel user's guide, "SMS-service"; seen on Kannel 1.4.5: `charset` says "8-BIT" for
UTF-8, post-url puts the words into the body and the rest into X-Kannel headers.
"""

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote_from_bytes, unquote_to_bytes

from hotline.cases.inbound import DeliveryReport, Heard, Identity, Inbound, InboundKind
from hotline.cases.terms import Channel, OutboundState
from hotline.errors import NotGenuine, RejectedInbound
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.sms_text import (
    Fields,
    Sender,
    fields_of,
    first,
    known_secret,
    moment_of,
    plain,
    readable,
    sender_of,
    shown_secret,
    text_of,
    without,
)

ACCOUNT = "kannel"
SECRET = "k"  # noqa: S105  a field's name
_FROM = ("from", "sender", "phone")
_TEXT = ("text", "message", "msg")
_OURS = (*_FROM, *_TEXT, "to", "id", "smsc", "ts", "udh")
_KEY = re.compile(r"[\w.:@+-]{1,80}", re.ASCII)
_PARTS_8, _PARTS_16 = b"\x05\x00\x03", b"\x06\x08\x04"
_HEADERS = {  # smsbox with post-url: field -> header
    "from": "X-Kannel-From",
    "to": "X-Kannel-To",
    "smsc": "X-Kannel-SMSC",
    "ts": "X-Kannel-Time",
    "coding": "X-Kannel-Coding",
    "udh": "X-Kannel-UDH",
}
_STATES = {  # bits of a report's type, the last word first
    1: OutboundState.DELIVERED,
    2: OutboundState.FAILED,
    16: OutboundState.FAILED,
    8: OutboundState.SENT,
    4: OutboundState.SENT,
}


class KannelSms:
    """The channel. `secrets` may hold old and new; none means that nothing is genuine."""

    name = "sms/kannel"
    methods = ("GET", "POST")
    account = ACCOUNT

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def verify(self, raw: RawRequest) -> None:
        """Return if `k` is one of our secrets. Errors: NotGenuine."""
        verify_k(raw, self._secrets)

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the one SMS of a request. Errors: RejectedInbound when it is no form."""
        form = _form(raw)
        fields = fields_of(form)
        if not any(name in fields for name in _OURS):
            refuse_what_is_no_form(without(form, SECRET))
            return [_unparsed(form)]
        return [_inbound(form, fields, raw)]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  the same for all
        """Return an empty 200: any text would be sent to the person."""
        return Reply()


class KannelReports:
    """What became of SMS of ours: the `dlr-url` that went out with each."""

    name = "sms/kannel/dlr"
    methods = ("GET", "POST")

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def verify(self, raw: RawRequest) -> None:
        """Return if `k` is one of our secrets. Errors: NotGenuine."""
        verify_k(raw, self._secrets)

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the report; nothing when it is none of ours."""
        fields = fields_of(_form(raw))
        number, told = plain(first(fields, "id")), plain(first(fields, "type"))
        if not (_small(number) and _small(told)):
            return []
        state = next((_STATES[bit] for bit in _STATES if int(told) & bit), None)
        if state is None:
            return []
        failed = state is OutboundState.FAILED
        return [
            DeliveryReport(
                channel=Channel.SMS,
                account=ACCOUNT,
                state=state,
                our_id=int(number),
                code=f"dlr_{told}" if failed else None,
                at=moment_of(first(fields, "ts")),
            )
        ]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  the same for all
        """Return an empty 200."""
        return Reply()


def verify_k(raw: RawRequest, secrets: tuple[str, ...]) -> None:
    """Return if `k`, in the address or in the form, is one of `secrets`.

    Errors: NotGenuine, TooLarge.
    """
    if not known_secret(shown_secret(raw, SECRET), secrets):
        raise NotGenuine("the secret is missing or wrong", code="bad_secret")


def refuse_what_is_no_form(rest: bytes) -> None:
    """Return if `rest` may be a form that nobody knows yet. Errors: RejectedInbound."""
    if not rest.strip() or not rest.isascii() or b"\0" in rest:
        raise RejectedInbound("this is no form", code="not_a_form")


def column(key: str) -> str:
    """Return `key` as it may stand in a column: ids may be of any length and letters."""
    if _KEY.fullmatch(key):
        return key
    return "long:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def key_without_id(form: bytes, raw: RawRequest, *, dated: bool) -> str:
    """Return a key for an SMS without an id: its words, and the minute where they name none.

    The same words an hour later are a second call for help and no repetition.
    """
    digest = hashlib.sha256(form).hexdigest()[:32]
    return f"raw:{digest}" if dated else f"raw:{digest}:{raw.at:%Y%m%d%H%M}"


def identity_of(sender: Sender) -> Identity | None:
    """Return who wrote; a name or a short number is no phone that could be called."""
    if sender.address is None:
        return None
    return Identity(phone=sender.phone, handle=sender.name)


def _form(raw: RawRequest) -> bytes:
    """Return the request as one form, which is what is kept, to be parsed again."""
    if raw.method == "GET":
        return raw.body
    told = {
        name: raw.headers[said] for name, said in _HEADERS.items() if said in raw.headers
    }
    if raw.body.strip() and not told:
        return raw.body
    told |= {name: value for name, value in raw.query.items() if name != SECRET}
    form = {
        name.encode(): text.encode("utf-8", "surrogateescape")
        for name, text in told.items()
    }
    if raw.body:
        form[b"text"] = raw.body
    pairs = (f"{quote_from_bytes(name)}={quote_from_bytes(v)}" for name, v in form.items())
    return "&".join(pairs).encode()


def _inbound(form: bytes, fields: Fields, raw: RawRequest) -> Inbound:
    sender = sender_of(first(fields, *_FROM))
    values = next((fields[name] for name in _TEXT if name in fields), None)
    text = text_of(
        values or [], plain(first(fields, "charset")), plain(first(fields, "coding"))
    )
    return Inbound(
        channel=Channel.SMS,
        account=ACCOUNT,
        external_id=_key(form, fields, raw),
        text=text,
        raw=form,
        kind=InboundKind.UNPARSED
        if values is None or not readable(text)
        else InboundKind.MESSAGE,
        occurred_at=moment_of(first(fields, "ts")),
        identity=identity_of(sender),
        sender=sender.address,
        follows=_parts(first(fields, "udh"), sender, raw),
    )


def _key(form: bytes, fields: Fields, raw: RawRequest) -> str:
    number = plain(first(fields, "id"))
    if number:
        return column(f"{plain(first(fields, 'smsc'))}:{number}")
    return key_without_id(without(form, SECRET), raw, dated="ts" in fields)


def _parts(header: bytes | None, sender: Sender, raw: RawRequest) -> str | None:
    """Return what the parts of one SMS have in common, when Kannel did not join them.

    With the day: a telephone counts its long SMS from 0 to 255 and begins again.
    """
    if header is None or sender.address is None:
        return None
    for start, ends in ((_PARTS_8, 5), (_PARTS_16, 6)):
        if header.startswith(start) and len(header) > ends:
            return f"album:{sender.address}:{header[3:ends].hex()}:{raw.at:%Y%m%d}"
    return None


def _unparsed(form: bytes) -> Inbound:
    rest = without(form, SECRET)
    return Inbound(
        channel=Channel.SMS,
        account=ACCOUNT,
        external_id=f"raw:{hashlib.sha256(rest).hexdigest()[:32]}",
        text=text_of(
            [unquote_to_bytes(rest.replace(b"+", b" "))], ""
        ),  # danger is read in it
        raw=form,
        kind=InboundKind.UNPARSED,
    )


def _small(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 18  # noqa: PLR2004  digits
