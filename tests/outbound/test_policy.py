"""What may go out, by the facts of channel, policy and hours: a table, then properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import OutboundKind
from hotline.config.channels import ChannelRules
from hotline.routing.outbound import (
    SEND,
    Deposit,
    Facts,
    Send,
    Suppress,
    Wait,
    may_send,
)
from hotline.routing.safe_hours import SafeHours, read_hours

ALMATY = timezone(timedelta(hours=5))
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ALMATY)
LINE = ChannelRules(by_itself="line", replies=True)
ASKED = ChannelRules(by_itself="if_asked", replies=True)
PAGE = ChannelRules(by_itself="page", replies=True)
NOTHING = ChannelRules(by_itself="nothing", replies=True)
DUMB = ChannelRules(by_itself="nothing", replies=False)
WINDOW = ChannelRules(by_itself="line", replies=True, window_hours=24)
ACK, REPLY, NOTICE, TEMPLATE = (
    OutboundKind(one) for one in ("ack", "reply", "notice", "template")
)
LONG_AGO = NOW - timedelta(hours=24)
USUAL = Facts(
    kind=REPLY, rules=LINE, enabled=True, configured=True, may_write=True, heard_at=NOW
)
NINE = datetime(2026, 11, 21, 9, 0, tzinfo=ALMATY)
NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=ALMATY)


def case(text, kind, rules, expected, at=NOW, **facts):
    return pytest.param(kind, rules, facts, at, expected, id=text)


TABLE = [
    case("a line opens a thread", ACK, LINE, SEND),
    case("not on a silent channel", ACK, NOTHING, Suppress("silent_channel")),
    case("a letter that asks is told", ACK, ASKED, SEND, asked=True),
    case("a letter that does not is not", ACK, ASKED, Suppress("not_asked")),
    case("nor a machine that seems to", ACK, ASKED, Suppress("not_asked"), asked=True, may_write=False),
    case("a page tells it itself", ACK, PAGE, Suppress("page_shows_it")),
    case("told an hour ago", ACK, LINE, Suppress("told_already"),
         told_at=NOW - timedelta(hours=1)),
    case("told a day ago", ACK, LINE, SEND, told_at=LONG_AGO),
    case("too late for a line", ACK, LINE, Suppress("too_late"),
         heard_at=NOW - timedelta(minutes=16)),
    case("a line asks for no hours: the person is writing", ACK, LINE, SEND, hours="18:00-19:00"),
    case("an answer", REPLY, LINE, SEND),
    case("not known to be safe", REPLY, LINE, Suppress("not_known_to_be_safe"), may_write=False),
    case("a channel without answers", REPLY, DUMB, Suppress("no_replies_here")),
    case("within the hours", REPLY, LINE, SEND, hours="09:00-18:00"),
    case("before the hours", REPLY, LINE, Wait(NOW + timedelta(minutes=30)), hours="10:30-12:00"),
    case("after the hours: tomorrow", REPLY, LINE, Wait(NINE), hours="09:00-10:00"),
    case("words for people are read by people", REPLY, LINE, SEND, hours="кешке, 18-ден кейін"),
    case("the thread was shut", REPLY, LINE, Suppress("thread_left"), left=True),
    case("switched off", REPLY, LINE, Suppress("channel_off"), enabled=False),
    case("no provider", REPLY, LINE, Suppress("not_configured"), configured=False),
    case("no address", REPLY, LINE, Suppress("no_address"), reachable=False),
    case("forgotten", REPLY, LINE, Suppress("forgotten"), forgotten=True),
    case("the window is over", REPLY, WINDOW, Suppress("window_over"), heard_at=LONG_AGO),
    case("the window is over by then", REPLY, WINDOW, Suppress("window_over"),
         hours="09:00-10:00", heard_at=NOW - timedelta(hours=2)),
    case("a template goes outside it", TEMPLATE, WINDOW, SEND, heard_at=LONG_AGO),
    case("a template keeps the hours", TEMPLATE, WINDOW, Wait(NINE), hours="09:00-10:00"),
    case("an answer on a page", REPLY, PAGE, Deposit("on_the_page"), may_write=False,
         configured=False, reachable=False, anonymous=True),
    case("a notice by day", NOTICE, LINE, SEND),
    case("a notice at night waits", NOTICE, LINE, Wait(NINE), NIGHT, heard_at=NIGHT),
    case("a notice needs a safe way", NOTICE, LINE, Deposit("not_known_to_be_safe"),
         may_write=False),
    case("a notice with a code word", NOTICE, LINE, Deposit("code_word"), code_word=True),
    case("a notice to nobody known", NOTICE, LINE, Deposit("anonymous"), anonymous=True),
    case("a notice and hours nobody can read", NOTICE, LINE, Deposit("hours_unreadable"),
         hours="когда нет отца"),
    case("a notice in a shut thread", NOTICE, LINE, Deposit("thread_left"), left=True),
    case("a notice outside the window", NOTICE, WINDOW, Deposit("window_over"), heard_at=LONG_AGO),
    case("a notice on a page", NOTICE, PAGE, Deposit("on_the_page")),
    case("a notice to somebody forgotten", NOTICE, LINE, Suppress("forgotten"), forgotten=True),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rules", "facts", "at", "expected"), TABLE)
def test_what_becomes_of_a_message(kind, rules, facts, at, expected):
    asked = replace(USUAL, kind=kind, rules=rules, **facts)
    found = may_send(asked, at)
    assert found == expected


moments = st.builds(
    lambda minutes, zone: (NOW + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(-500_000, 500_000),
    st.sampled_from([UTC, ALMATY]),
)
any_rules = st.builds(
    ChannelRules,
    by_itself=st.sampled_from(["nothing", "line", "if_asked", "page"]),
    replies=st.booleans(),
    window_hours=st.none() | st.integers(1, 72),
)
hours = (
    st.none()
    | st.text(max_size=20)
    | st.sampled_from(["09:00-18:00", "22-6", "8-9, 20-21"])
)
maybe = st.none() | moments
any_facts = st.builds(
    Facts,
    kind=st.sampled_from(OutboundKind),
    rules=any_rules,
    enabled=st.booleans(),
    configured=st.booleans(),
    may_write=st.booleans(),
    hours=hours,
    code_word=st.booleans(),
    anonymous=st.booleans(),
    left=st.booleans(),
    forgotten=st.booleans(),
    reachable=st.booleans(),
    heard_at=maybe,
    told_at=maybe,
    asked=st.booleans(),
)


@given(any_facts, moments)
def test_nothing_goes_where_it_is_not_known_to_be_safe(facts, now):
    if isinstance(may_send(facts, now), Send | Wait):
        assert facts.may_write
        assert facts.enabled
        assert facts.configured
        assert facts.reachable
        assert not facts.left
        assert not facts.forgotten
        assert facts.rules.by_itself != "page"


@given(any_facts, moments)
def test_one_more_reason_for_care_never_lets_more_out(facts, now):
    before = may_send(facts, now)
    for care in (
        {"left": True},
        {"forgotten": True},
        {"may_write": False},
        {"enabled": False},
    ):
        after = may_send(replace(facts, **care), now)
        assert not isinstance(after, Send) or isinstance(before, Send)


@given(any_facts, moments)
def test_what_waits_may_go_when_its_hour_has_come(facts, now):
    decided = may_send(facts, now)
    if isinstance(decided, Wait):
        assert decided.until > now
        assert may_send(facts, decided.until) == SEND


HOURS = [
    ("09:00-18:00", ((540, 1080),)),
    ("9-18", ((540, 1080),)),
    ("9.30 – 12", ((570, 720),)),
    ("22:00-06:00", ((1320, 360),)),
    ("8-9, 20-21", ((480, 540), (1200, 1260))),
    ("00:00-24:00", ((0, 1440),)),
    ("", None),
    ("после школы", None),
    ("9-18 кроме пятницы", None),
    ("25:00-26:00", None),
    ("9-9", None),
    ("9:75-10", None),
    ("9-18,", None),
    ("٩-١٨", None),
]


@pytest.mark.parametrize(("text", "spans"), HOURS)
def test_hours_are_read_or_left_to_people(text, spans):
    found = read_hours(text)
    assert (found.spans if found else None) == spans


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_hours(text):
    found = read_hours(text)
    assert found is None or found.opens_at(NOW) is None or found.opens_at(NOW) > NOW


@given(st.integers(0, 1439), st.integers(0, 1439), moments)
def test_the_next_safe_hour_is_within_a_day_and_is_one(begin, end, now):
    text = f"{begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}"
    if begin == end:
        assert read_hours(text) is None
        return
    found = SafeHours(((begin, end),))
    # What is not over midnight and by day is read; the rest may be left to people.
    assert read_hours(text) == found or (
        read_hours(text) is None and (begin > end or begin < 360)
    )
    opens = found.opens_at(now)
    if opens is not None:
        assert timedelta(0) < opens - now <= timedelta(days=1)
        assert found.opens_at(opens) is None
