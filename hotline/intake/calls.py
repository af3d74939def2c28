"""POST /intake/calls: the life of a call as any exchange, or a bridge before it, tells it.

Signed like a partner's report; the partner must have the scope `calls`. What is known of a
call comes in any order: an `ended` without a `ringing` makes the call too.

Source: contract.md, section 6; docs/howto/phone.md.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import msgspec

from hotline.cases.call_event import (
    CANNOT_SPEAK,
    NOT_RECORDED,
    CallEvent,
    CallWhat,
    moment_of,
)
from hotline.cases.inbound import Heard, Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.partner import Partner
from hotline.runtime import Runtime
from hotline.web.wire import read_json, storable

NAMES = {
    "call.ringing": CallWhat.RINGING,
    "call.queued": CallWhat.WAITING,
    "call.answered": CallWhat.ANSWERED,
    "call.held": CallWhat.HELD,
    "call.resumed": CallWhat.RESUMED,
    "call.transferred": CallWhat.TRANSFERRED,
    "call.silent": CallWhat.SILENT,
    "call.dtmf": CallWhat.DIGIT,
    "call.ended": CallWhat.ENDED,
}
_LONGEST, _LONGEST_ID = 100, 200
_LONGEST_RECORDING = 2000
_LARGEST = 10**18  # of a number written without quotation marks
_LANGUAGES = ("kk", "ru", "en")
_SIP = re.compile(r"(?:^|[\s<\"])(?:sips?|tel):([^@;>\s]{0,100})", re.IGNORECASE)
_NOBODY = frozenset({"", "anonymous", "unknown", "restricted", "private", "unavailable"})


class Calls:
    """The channel, for every partner that may tell of calls."""

    name = "calls"
    methods: tuple[str, ...] = ("POST",)

    def __init__(
        self,
        partner: Partner,
        keyed: Callable[[str], str],
        *,
        json_depth: int,
    ) -> None:
        """Take who signs, and how a call's id is kept: it may be made of a number."""
        self._partner = partner
        self._keyed = keyed
        self._depth = json_depth

    def verify(self, raw: RawRequest) -> None:
        """Return if a partner with the scope `calls` signed this.

        Errors: NotGenuine; NotAllowed for a partner without the scope; TooSoon.
        """
        self._partner.admitted(raw, "calls")

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the event. Errors: RejectedInbound when it is not JSON."""
        told = read_json(raw.body, depth=self._depth)
        sender = raw.sender or self._partner.sender(raw)
        if not isinstance(told, dict):
            return [self._unparsed(raw, sender)]
        event = self._event(told, sender, raw)
        return [event or self._unparsed(raw, sender)]

    def ack(self, outcome: Outcome) -> Reply:
        """Return 200 with the receipt of the call's contact, also when it was heard before."""
        body = msgspec.json.encode({"receipt": next(iter(outcome.receipts), None)})
        return Reply(200, body, "application/json")

    def _event(
        self, told: dict[str, Any], sender: str, raw: RawRequest
    ) -> CallEvent | None:
        name, call_id = told.get("type"), _digits(told.get("call_id"))
        if not isinstance(name, str) or not name.startswith("call."):
            return None
        if not isinstance(call_id, str) or not 0 < len(call_id) <= _LONGEST_ID:
            return None
        stated = told.get("at")
        operator, digit = _word(told, "operator"), _word(told, "digit")
        known = (name, str(stated), operator, digit)
        return CallEvent(
            # A word of a call that we do not know is still a sign that there is a call.
            what=NAMES.get(name, CallWhat.RINGING),
            pbx=sender,
            call_ref=self._keyed(f"{sender}:{call_id}"),
            at=moment_of(_moment(stated), raw.at),
            key=hashlib.sha256(repr(known).encode("utf-8", "replace")).hexdigest()[:24],
            caller=number_of(told.get("from")),
            line=_word(told, "to"),
            language=_language(told),
            operator=operator if name in NAMES else None,
            digit=digit if digit in (CANNOT_SPEAK, NOT_RECORDED) else None,
            recording=_recording(told),
            raw=raw.body,
        )

    def _unparsed(self, raw: RawRequest, sender: str) -> Inbound:
        """Return a contact of what cannot be read: perhaps a call is behind it."""
        return Inbound(
            channel=Channel.PHONE,
            account=sender,
            external_id="raw:" + hashlib.sha256(raw.body).hexdigest()[:32],
            text="",
            raw=raw.body,
            kind=InboundKind.UNPARSED,
        )


def calls_channel(partner: Partner, rt: Runtime) -> Calls:
    """Return the channel of this process."""
    return Calls(
        partner,
        lambda call_id: rt.sealer.trace("call", call_id).hex(),
        json_depth=rt.config.service.limits.json_depth,
    )


def number_of(told: Any) -> str | None:
    """Return the caller's number as it was told, or None for somebody who hides it.

    Of a SIP address its user: the rest is the exchange's own. A whole number is digits.
    """
    told = _digits(told)
    if not isinstance(told, str) or not storable(told):
        return None
    address = _SIP.search(told)
    found = unquote(address[1]) if address else told.strip()
    hidden = found.lower().partition("@")[0] in _NOBODY or not storable(found)
    return None if hidden else found[:_LONGEST]


def _digits(told: Any) -> Any:
    """Return a whole number as its digits, and anything else as it is."""
    whole = isinstance(told, int) and not isinstance(told, bool)
    return str(told) if whole and 0 <= told < _LARGEST else told


def _word(told: dict[str, Any], name: str) -> str | None:
    found = _digits(told.get(name))
    if not isinstance(found, str) or not storable(found):
        return None
    return found.strip()[:_LONGEST] or None


def _recording(told: dict[str, Any]) -> str | None:
    """Return where the exchange keeps its recording: an address, or a name that it gave."""
    found = told.get("recording")
    if not isinstance(found, str) or not storable(found):
        return None
    return found.strip()[:_LONGEST_RECORDING] or None


def _language(told: dict[str, Any]) -> str | None:
    found = told.get("lang")
    return found if found in _LANGUAGES else None


def _moment(told: Any) -> datetime | None:
    """Return the stated moment in UTC; one without a zone could be any, so none."""
    if not isinstance(told, str):
        return None
    try:
        found = datetime.fromisoformat(told)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
