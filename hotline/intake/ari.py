"""What one event of Asterisk's REST interface says of calls. Pure and total.

Source: Asterisk 22, rest-api/api-docs/events.json, and recordings of a real one. Facts that
only those show: nothing comes after StasisEnd; cause codes mean nothing; a hang-up may be
requested twice; whoever dials our own legs gives them names that say whose they are; legs
that somebody else dials into our app say so by their first argument, and are no callers.
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
    moment_live,
    moment_of,
)
from hotline.cases.call_leg import Leg, is_ours, leg_named
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
class Bridged:
    """Channels hear each other in a room that is none of ours."""

    pbx: str
    channels: tuple[str, ...]
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


Said = CallEvent | LegEvent | Bridged | Recorded | Replaced | Answered | Inbound

_DIALLED = {  # any other word (PROCEEDING) says nothing yet: nobody is cut off for it
    "RINGING": LegWhat.RINGING,
    "PROGRESS": LegWhat.RINGING,
    "ANSWER": LegWhat.ANSWERED,
    "BUSY": LegWhat.FAILED,
    "CONGESTION": LegWhat.FAILED,
    "NOANSWER": LegWhat.FAILED,
    "CHANUNAVAIL": LegWhat.FAILED,
    "CANCEL": LegWhat.FAILED,
}
_NO_CALLERS = frozenset({"operator", "emergency", "dialed", "outgoing", "outbound"})
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
    if kind in ("Dial", "ChannelEnteredBridge"):
        return _dialled(told, heard) if kind == "Dial" else _bridged(told, heard)
    if kind in _OF_LEGS or kind in _OF_CALLS:
        return _of_channel(told, kind, heard, raw)
    return None


def _of_channel(told: Any, kind: str, heard: datetime, raw: bytes) -> Said | None:
    channel = part(told, "channel")
    reference = code_of(channel, "id")
    if reference is None:
        return _unparsed(told, raw) if kind == "StasisStart" else None
    at = moment_live(_moment(told), heard)
    leg = leg_named(reference)
    if leg is not None:
        return LegEvent(leg, _OF_LEGS[kind], at) if kind in _OF_LEGS else None
    if kind not in _OF_CALLS or _no_caller(_args(told, channel)):
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
        pbx=_pbx(told),
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
    if _no_caller(_args(told, channel)):
        return None
    began = moment_of(_stamp(words(channel, "creationtime")), heard)
    return _event(told, channel, reference, CallWhat.RINGING, began, raw)


def _no_caller(args: list[str]) -> bool:
    """Return whether somebody else dialled this leg into our app, as for an operator."""
    return args[:1] != [] and args[0].lower() in _NO_CALLERS


def _pbx(told: Any) -> str:
    return PREFIX + (code_of(told, "asterisk_id") or "unknown")


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
    what = _DIALLED.get(words(told, "dialstatus"))
    if leg is None or what is None:
        return None
    return LegEvent(leg, what, moment_live(_moment(told), heard))


def _bridged(told: Any, heard: datetime) -> Bridged | None:
    """Return who hears whom; our own rooms are known by what we ourselves asked for.

    An emergency service alone with a caller is no operator: see `record_handoff`.
    """
    room, channel = part(told, "bridge"), part(told, "channel")
    listed = room.get("channels")
    there = (
        [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    )
    few = len(there) != 2  # noqa: PLR2004  a caller and who took the call
    if few or is_ours(words(room, "id")) or words(room, "bridge_type") != "mixing":
        return None
    if "emergency" in (one.lower() for one in _args({}, channel)[:1]):
        return None
    return Bridged(_pbx(told), tuple(there), moment_live(_moment(told), heard))


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
        account=_pbx(told),
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
