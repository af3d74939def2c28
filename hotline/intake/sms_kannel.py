"""Receives SMS from Kannel's smsbox.

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
from collections.abc import Mapping, Sequence
from urllib.parse import quote_from_bytes, unquote_to_bytes

from hotline.cases.inbound import Heard, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.sms_gateway import (
    column,
    identity_of,
    key_without_id,
    prove,
    refuse_what_is_no_form,
)
from hotline.intake.sms_text import (
    Fields,
    Sender,
    fields_of,
    first,
    moment_of,
    plain,
    readable,
    sender_of,
    text_of,
    without,
)

ACCOUNT = "kannel"
SECRET = "k"  # noqa: S105  a field's name
_FROM = ("from", "sender", "phone")
_TEXT = ("text", "message", "msg")
_OURS = (*_FROM, *_TEXT, "to", "id", "smsc", "ts", "udh")
_PARTS_8, _PARTS_16 = b"\x05\x00\x03", b"\x06\x08\x04"
_HEADERS = {  # smsbox with post-url: field -> header
    "from": "X-Kannel-From",
    "to": "X-Kannel-To",
    "smsc": "X-Kannel-SMSC",
    "ts": "X-Kannel-Time",
    "coding": "X-Kannel-Coding",
    "udh": "X-Kannel-UDH",
}


class KannelSms:
    """The channel. `secrets` may hold old and new; none means that nothing is genuine."""

    name = "sms/kannel"
    methods = ("GET", "POST")
    account = ACCOUNT

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def verify(self, raw: RawRequest) -> None:
        """Return if `k` is one of our secrets. Errors: NotGenuine, TooLarge."""
        prove(raw, SECRET, self._secrets)

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


def _form(raw: RawRequest) -> bytes:
    """Return the request as one form, which is what is kept, to be parsed again."""
    if raw.method == "GET":
        return raw.body
    told = {
        name: raw.headers[said] for name, said in _HEADERS.items() if said in raw.headers
    }
    asked = {name: value for name, value in raw.query.items() if name != SECRET}
    lone = bool(raw.body.strip()) and not told  # no header says what the body is
    posted = fields_of(raw.body) if lone else {}
    if any(name in posted for name in _OURS):
        rest = {name: value for name, value in asked.items() if name not in posted}
        return raw.body + b"&" + _written(rest) if rest else raw.body
    if lone and not any(name in asked for name in _OURS):
        return raw.body
    return _written(told | asked, raw.body)


def _written(told: Mapping[str, str], words: bytes = b"") -> bytes:
    """Return a form of `told`, and of `words` that came beside it."""
    form = {
        name.encode("utf-8", "surrogateescape"): text.encode("utf-8", "surrogateescape")
        for name, text in told.items()
    }
    if words:
        form[b"text"] = words
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
