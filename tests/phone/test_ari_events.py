"""The reader of the exchange's events, on recordings of a real one and on anything at all."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.call import facts_of
from hotline.cases.call_event import CallEvent, CallWhat, Happened
from hotline.cases.call_leg import Leg, LegKind, leg_named
from hotline.cases.inbound import InboundKind
from hotline.cases.terms import CallState
from hotline.intake.ari import Answered, LegEvent, LegWhat, Recorded, Replaced, read

RECORDED = Path(__file__).with_name("recorded")
HEARD = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)


def recorded(name):
    lines = (RECORDED / name).read_text().splitlines()
    return [
        json.loads(line) for line in lines if '"type"' in line[:400] or '"type":' in line
    ]


def said(name):
    found = [read(told, HEARD, b"{}") for told in recorded(name)]
    return [one for one in found if one is not None]


def calls_in(found):
    """{call: where it stands} of the recording's callers."""
    told = {}
    for one in found:
        if isinstance(one, CallEvent):
            happened = Happened(one.what, one.at, one.key, one.operator_id, one.digit)
            told.setdefault(one.call_ref, []).append(happened)
    return {name: facts_of(events) for name, events in told.items()}


def test_three_calls_by_sip_are_three_calls_that_nobody_took():
    """Answered by the app alone, cancelled while ringing, anonymous: the causes differ."""
    found = said("ari_sip_events.jsonl")
    assert [facts.state for facts in calls_in(found).values()] == [CallState.ABANDONED] * 3
    first = next(one for one in found if isinstance(one, CallEvent))
    assert (first.caller, first.line, first.language) == ("+77000000021", "111", "kk")
    assert first.pbx == "ari:02:fc:00:00:00:01"
    callers = [one.caller for one in found if getattr(one, "what", "") is CallWhat.RINGING]
    assert callers == ["+77000000021", "+77000000022", None]
    assert [one.seconds for one in found if isinstance(one, Recorded)] == [0]


def test_the_recorded_keys_and_replacement_are_heard():
    found = said("ari_events.jsonl")
    kinds = Counter(type(one).__name__ for one in found)
    assert kinds["Replaced"] == 1
    assert [one.digit for one in found if getattr(one, "what", "") is CallWhat.DIGIT] == [
        "1"
    ]


def test_the_answer_over_the_socket_is_an_answer():
    found = said("ari_outbound_ws.jsonl")
    [answer] = [one for one in found if isinstance(one, Answered)]
    assert (answer.request_id, answer.status) == ("r1", 204)
    assert [f.state for f in calls_in(found).values()] == [CallState.ABANDONED]


LEG = Leg(17, LegKind.SERVICE, "112", 2)


@pytest.mark.parametrize(
    ("name", "told", "what"),
    [
        ("rings", {"type": "Dial", "dialstatus": "RINGING", "peer": {"id": LEG.name}}, LegWhat.RINGING),
        ("answers", {"type": "Dial", "dialstatus": "ANSWER", "peer": {"id": LEG.name}}, LegWhat.ANSWERED),
        ("is busy", {"type": "Dial", "dialstatus": "BUSY", "peer": {"id": LEG.name}}, LegWhat.FAILED),
        ("is with us", {"type": "StasisStart", "channel": {"id": LEG.name}}, LegWhat.UP),
        ("left us", {"type": "StasisEnd", "channel": {"id": LEG.name}}, LegWhat.GONE),
        ("never came", {"type": "ChannelDestroyed", "channel": {"id": LEG.name}}, LegWhat.GONE),
    ],
)  # fmt: skip
def test_a_leg_of_ours_is_known_by_its_name(name, told, what):
    assert read(told, HEARD, b"") == LegEvent(LEG, what, HEARD), name


@pytest.mark.parametrize(
    "told",
    [
        {"type": "Dial", "dialstatus": "", "peer": {"id": LEG.name}},
        {"type": "Dial", "dialstatus": "ANSWER", "peer": {"id": "1.1"}},
        {"type": "ChannelDestroyed", "channel": {"id": "1.1"}, "cause": 16},
        {"type": "ChannelHangupRequest", "channel": {"id": "1.1"}},
        {"type": "ChannelVarset", "channel": {"id": "1.1"}},
        {"type": "ChannelDtmfReceived", "digit": "5", "channel": {"id": "1.1"}},
        {"type": "StasisEnd"},
        {},
    ],
)
def test_what_says_nothing_of_a_call_is_passed_over(told):
    assert read(told, HEARD, b"") is None


def test_a_beginning_without_a_channel_is_kept_for_a_person():
    found = read({"type": "StasisStart", "args": ["incoming"]}, HEARD, b"{...}")
    assert found.kind is InboundKind.UNPARSED
    assert found.raw == b"{...}"


def test_replaced_is_told_even_without_anything_else():
    assert read({"type": "ApplicationReplaced"}, HEARD, b"") == Replaced()


@given(
    st.builds(
        Leg,
        call_id=st.integers(1, 10**18 - 1),
        kind=st.sampled_from(LegKind),
        who=st.integers(1, 10**9).map(str),
        turn=st.integers(1, 999),
    )
)
def test_a_leg_is_read_back_from_its_name(leg):
    assert leg_named(leg.name) == leg


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "channel",
                    "id",
                    "args",
                    "caller",
                    "number",
                    "digit",
                    "peer",
                    "dialstatus",
                    "recording",
                    "name",
                    "duration",
                    "timestamp",
                    "asterisk_id",
                    "request_id",
                    "status_code",
                    "dialplan",
                    "app_data",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    [
        "StasisStart",
        "StasisEnd",
        "Dial",
        "ChannelDtmfReceived",
        "RecordingFinished",
        "RESTResponse",
        "ChannelTalkingStarted",
        "ChannelDestroyed",
        "ApplicationReplaced",
    ]
)


@given(kind=KINDS, rest=JUNK)
def test_whatever_comes_is_read_or_passed_over(kind, rest):
    read(rest, HEARD, b"")
    if isinstance(rest, dict):
        read({**rest, "type": kind}, HEARD, b"")
