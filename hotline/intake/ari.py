"""What one event of Asterisk's REST interface says of calls. Pure and total.

Source: Asterisk 22, rest-api/api-docs/events.json, and recordings of a real one. Facts that
only those show: nothing comes after StasisEnd; cause codes mean nothing; a hang-up may be
requested twice; whoever dials our own legs gives them names that say whose they are.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.cases.call_event import (
    CANNOT_SPEAK,
    NOT_RECORDED,
    CallEvent,
    CallWhat,
    moment_of,
)
from hotline.cases.call_leg import Leg, leg_named
from hotline.cases.inbound import Inbound, InboundKind
from hotline.cases.terms import Channel
from hotline.intake.calls import number_of
from hotline.intake.loose import code_of, name_of, part, words
from hotline.intake.loose import number_of as number_in

PREFIX = "ari:"  # an exchange of ours, beside the names of partners
_FULL = 32  # of a digest, in hexadecimal
_LONGEST_S = 10**6  # of a recording, as claimed


class LegWhat(StrEnum):
    """What may be heard of a leg that we dialled."""

    UP = "up"  # it answered and is in our hands
    RINGING = "ringing"
    ANSWERED = "answered"
    FAILED = "failed"
    HELD = "held"
    RESUMED = "resumed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class LegEvent:
    """Something about a leg of ours."""

    leg: Leg
    what: LegWhat
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording ended. Units: `seconds`, whole ones."""

    name: str
    well: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another consumer took our app over: this line is deaf from now on."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request that went over the same socket."""

    request_id: str
    status: int
    body: Any = field(default=None, repr=False)


Said = CallEvent | LegEvent | Recorded | Replaced | Answered | Inbound

_DIALLED = {
    "RINGING": LegWhat.RINGING,
    "PROGRESS": LegWhat.RINGING,
    "ANSWER": LegWhat.ANSWERED,
}
_OF_LEGS = {
    "StasisStart": LegWhat.UP,
    "StasisEnd": LegWhat.GONE,
    "ChannelDestroyed": LegWhat.GONE,
    "ChannelHold": LegWhat.HELD,
    "ChannelUnhold": LegWhat.RESUMED,
}
_OF_CALLS = {
    "StasisStart": CallWhat.RINGING,
    "StasisEnd": CallWhat.ENDED,
    "ChannelTalkingStarted": CallWhat.TALKED,
    "ChannelDtmfReceived": CallWhat.DIGIT,
}


def read(told: Any, heard: datetime, raw: bytes) -> Said | None:
    """Return what `told` says, or None where it says nothing of ours."""
    kind = words(told, "type")
    if kind == "ApplicationReplaced":
        return Replaced()
    if kind == "RESTResponse":
        return _answered(told)
    if kind in ("RecordingFinished", "RecordingFailed"):
        return _recorded(told, well=kind == "RecordingFinished")
    if kind == "Dial":
        return _dialled(told, heard)
    if kind in _OF_LEGS or kind in _OF_CALLS:
        return _of_channel(told, kind, heard, raw)
    return None


def _of_channel(told: Any, kind: str, heard: datetime, raw: bytes) -> Said | None:
    channel = part(told, "channel")
    reference = code_of(channel, "id")
    if reference is None:
        return _unparsed(told, raw) if kind == "StasisStart" else None
    at = moment_of(_moment(told), heard)
    leg = leg_named(reference)
    if leg is not None:
        return LegEvent(leg, _OF_LEGS[kind], at) if kind in _OF_LEGS else None
    if kind not in _OF_CALLS:
        return None
    return _event(told, channel, reference, _OF_CALLS[kind], at, raw)


def _event(
    told: Any, channel: Any, reference: str, what: CallWhat, at: datetime, raw: bytes
) -> CallEvent | None:
    digit = words(told, "digit")
    if what is CallWhat.DIGIT and digit not in (CANNOT_SPEAK, NOT_RECORDED):
        return None
    caller, args = part(channel, "caller"), _args(told, channel)
    # That the caller made a sound is one fact; two presses of one key are one as well.
    return CallEvent(
        what=what,
        pbx=PREFIX + (code_of(told, "asterisk_id") or "unknown"),
        call_ref=reference,
        at=at,
        key=what if what is not CallWhat.DIGIT else f"{what}:{digit}",
        caller=number_of(words(caller, "number")),
        shown=number_of(words(caller, "name")),
        line=args[1] if len(args) > 1 else None,
        language=_language(args),
        digit=digit or None,
        raw=raw,
    )


def channel_as_event(
    channel: Any, pbx: str, heard: datetime, raw: bytes
) -> CallEvent | None:
    """Return the beginning of a call that nobody watched, as GET /channels shows it."""
    told = {"asterisk_id": pbx.removeprefix(PREFIX), "channel": channel}
    reference = code_of(channel, "id")
    if reference is None or leg_named(reference) is not None:
        return None
    began = moment_of(_stamp(words(channel, "creationtime")), heard)
    return _event(told, channel, reference, CallWhat.RINGING, began, raw)


def in_app(channel: Any, app: str) -> bool:
    """Return whether a channel of GET /channels is in the hands of `app`."""
    plan = part(channel, "dialplan")
    data = words(plan, "app_data").split(",")[0].strip()
    return words(plan, "app_name") == "Stasis" and data == app


def _args(told: Any, channel: Any) -> list[str]:
    """Return what the dialplan gave: `incoming`, the line dialled, `lang=kk`."""
    given = told.get("args") if isinstance(told, dict) else None
    if isinstance(given, list):
        return [one.strip()[:100] for one in given if isinstance(one, str)]
    data = words(part(channel, "dialplan"), "app_data").split(",")[1:]
    return [one.strip()[:100] for one in data]


def _language(args: list[str]) -> str | None:
    found = [one.removeprefix("lang=") for one in args if one.startswith("lang=")]
    return next((one for one in found if one in ("kk", "ru", "en")), None)


def _dialled(told: Any, heard: datetime) -> LegEvent | None:
    leg = leg_named(code_of(part(told, "peer"), "id") or "")
    status = words(told, "dialstatus")
    if leg is None or not status:
        return None
    what = _DIALLED.get(status, LegWhat.FAILED)
    return LegEvent(leg, what, moment_of(_moment(told), heard))


def _recorded(told: Any, *, well: bool) -> Recorded | None:
    found = part(told, "recording")
    name = code_of(found, "name")
    if name is None:
        return None
    return Recorded(name, well, min(number_in(found, "duration") or 0, _LONGEST_S))


def _answered(told: Any) -> Answered | None:
    request, status = name_of(told, "request_id"), told.get("status_code")
    if request is None or not isinstance(status, int):
        return None
    return Answered(request, status, told.get("message_body"))


def _unparsed(told: Any, raw: bytes) -> Inbound:
    """Return a contact of a call that we cannot read: somebody rings all the same."""
    return Inbound(
        channel=Channel.PHONE,
        account=PREFIX + (code_of(told, "asterisk_id") or "unknown"),
        external_id="raw:" + hashlib.sha256(raw).hexdigest()[:_FULL],
        text="",
        raw=raw,
        kind=InboundKind.UNPARSED,
    )


def _moment(told: Any) -> datetime | None:
    return _stamp(words(told, "timestamp"))


def _stamp(stated: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo else None
