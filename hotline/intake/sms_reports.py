"""What became of SMS of ours: smsbox calls the `dlr-url` that went out with each."""

from collections.abc import Sequence

from hotline.cases.inbound import DeliveryReport, Heard
from hotline.cases.terms import Channel, OutboundState
from hotline.intake.channel import Outcome, RawRequest, Reply
from hotline.intake.sms_gateway import prove
from hotline.intake.sms_kannel import ACCOUNT, SECRET
from hotline.intake.sms_text import fields_of, first, moment_of, plain

_DIGITS = 18  # of a number that fits a row
_STATES = {  # bits of a report's type, the last word first
    1: OutboundState.DELIVERED,
    2: OutboundState.FAILED,
    16: OutboundState.FAILED,
    8: OutboundState.SENT,
    4: OutboundState.SENT,
}


class KannelReports:
    """The door of reports. What it says of no message of ours is taken and forgotten."""

    name = "sms/kannel/dlr"
    methods = ("GET", "POST")

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def verify(self, raw: RawRequest) -> None:
        """Return if `k` is one of our secrets. Errors: NotGenuine, TooLarge."""
        prove(raw, SECRET, self._secrets)

    def parse(self, raw: RawRequest) -> Sequence[Heard]:
        """Return the report; nothing when it is none of ours."""
        fields = fields_of(raw.body)
        number, told = _number(first(fields, "id")), _number(first(fields, "type"))
        if number is None or told is None:
            return []
        state = next((_STATES[bit] for bit in _STATES if told & bit), None)
        if state is None:
            return []
        return [
            DeliveryReport(
                channel=Channel.SMS,
                account=ACCOUNT,
                state=state,
                our_id=number,
                code=f"dlr_{told}" if state is OutboundState.FAILED else None,
                at=moment_of(first(fields, "ts")),
            )
        ]

    def ack(self, outcome: Outcome) -> Reply:  # noqa: ARG002  the same for all
        """Return an empty 200."""
        return Reply()


def _number(value: bytes | None) -> int | None:
    text = plain(value)
    fits = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if fits else None
