"""What was kept of a call that could not be read is parsed again, whoever told of it."""

from collections.abc import Sequence

import msgspec

from hotline.actions.follow_call import inbound_of
from hotline.cases.call_event import CallEvent
from hotline.cases.inbound import Heard, Inbound
from hotline.intake.ari import PREFIX, read
from hotline.intake.calls import Calls
from hotline.intake.channel import RawRequest


def phone_again(calls: Calls, raw: RawRequest) -> Sequence[Heard]:
    """Return the contact that the kept bytes are now; `raw.sender` is the exchange."""
    if (raw.sender or "").startswith(PREFIX):
        try:
            told = msgspec.json.decode(raw.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return []
        said: Sequence[object] = [read(told, raw.at, raw.body)]
    else:
        said = calls.parse(raw)
    contacts = [inbound_of(one) if isinstance(one, CallEvent) else one for one in said]
    return [one for one in contacts if isinstance(one, Inbound)]
