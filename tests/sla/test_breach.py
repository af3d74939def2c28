"""Judging clocks: late once, every step of the ladder once, from the due moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_shipped import POLICY

from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.sla.breach import ClockFacts, judge, next_look_at

START = datetime(2026, 2, 3, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LADDER = POLICY.ladder
S = ClockState


def a_clock(**changes) -> ClockFacts:
    """Return a clock of 100 minutes, so that a minute is a percent."""
    clock = ClockFacts(
        ClockName.HUMAN_EYES, START, START + 100 * MINUTE, Urgency.LIFE, S.RUNNING
    )
    return replace(clock, **changes)


LOOKS = [
    # what                               clock                                    minute  breaches steps            next look
    ("just begun",                       a_clock(),                                   0,   False, (),               50),
    ("a second before the first step",   a_clock(),                                   49,  False, (),               50),
    ("the first step, this very moment", a_clock(),                                   50,  False, (50,),            80),
    ("the first step is told once",      a_clock(told_percent=50),                    60,  False, (),               80),
    ("a minute before due",              a_clock(told_percent=80),                    99,  False, (),               100),
    ("due this very moment",             a_clock(told_percent=80),                    100, True,  (100,),           150),
    ("late, and judged before",          a_clock(told_percent=100, state=S.BREACHED), 120, False, (),               150),
    ("late still: up the ladder",        a_clock(told_percent=100, state=S.BREACHED), 150, False, (150,),           200),
    ("the last step",                    a_clock(told_percent=150, state=S.BREACHED), 999, False, (200,),           None),
    ("nothing left",                     a_clock(told_percent=200, state=S.BREACHED), 999, False, (),               None),
    ("after an outage, all in order",    a_clock(),                                   170, True,  (50, 80, 100, 150), 200),
    ("after a long outage",              a_clock(),                                   9999, True, (50, 80, 100, 150, 200), None),
    ("met clocks are left alone",        a_clock(state=S.MET),                        500, False, (),               None),
    ("cancelled ones too",               a_clock(state=S.CANCELLED),                  500, False, (),               None),
    ("a paused clock is never late",     a_clock(state=S.PAUSED),                     500, False, (),               None),
    ("its 100 % was told too early",     a_clock(told_percent=100),                   90,  False, (),               100),
    ("and it still breaches when due",   a_clock(told_percent=100),                   100, True,  (),               150),
    ("information: one step",            a_clock(urgency=Urgency.INFORMATION),        100, True,  (100,),           None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "clock", "minute", "breaches", "steps", "look"),
    LOOKS,
    ids=[c[0] for c in LOOKS],
)
def test_a_look_at_a_clock(what, clock, minute, breaches, steps, look):
    verdict = judge(clock, START + minute * MINUTE, LADDER)
    assert verdict.breaches is breaches
    assert tuple(due.step.percent for due in verdict.steps) == steps
    assert verdict.next_look_at == (None if look is None else START + look * MINUTE)
    assert verdict.changes is bool(breaches or steps)


def test_a_breach_carries_the_due_moment_however_late_the_look():
    verdict = judge(a_clock(), START + timedelta(days=9), LADDER)
    assert verdict.breached_at == START + 100 * MINUTE
    assert [due.due_at for due in verdict.steps] == [
        START + percent * MINUTE for percent in (50, 80, 100, 150, 200)
    ]


OFFERS = [
    # what                                      clock                     urgency               offers
    ("nobody looked, life at risk",             ClockName.HUMAN_EYES,     Urgency.LIFE,         True),
    ("nobody looked, harm within a day",        ClockName.HUMAN_EYES,     Urgency.DAY,          True),
    ("nobody looked, high",                     ClockName.HUMAN_EYES,     Urgency.HIGH,         False),
    ("nobody accepted: it is offered already",  ClockName.ACCEPTANCE,     Urgency.LIFE,         False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "name", "urgency", "offers"), OFFERS, ids=[c[0] for c in OFFERS]
)
def test_silence_offers_a_proposed_referral(what, name, urgency, offers):
    clock = a_clock(name=name, urgency=urgency)
    assert judge(clock, START + 99 * MINUTE, LADDER).offers_proposed is False
    assert judge(clock, START + 100 * MINUTE, LADDER).offers_proposed is offers
    breached = replace(clock, state=S.BREACHED)
    assert judge(breached, START + 200 * MINUTE, LADDER).offers_proposed is False


def test_silence_offers_although_the_step_was_told_early():
    assert (
        judge(a_clock(told_percent=100), START + 100 * MINUTE, LADDER).offers_proposed
        is True
    )


def test_a_clock_without_a_ladder_still_breaches():
    clock = a_clock()
    assert next_look_at(clock, {}) == clock.due_at
    assert judge(clock, clock.due_at, {}).breaches


levels = st.sampled_from(Urgency)
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=60))


@given(
    levels, lengths, st.lists(st.timedeltas(timedelta(), timedelta(days=150)), max_size=12)
)
def test_every_step_and_the_breach_come_once_and_in_order_whenever_one_looks(
    urgency, length, looks
):
    clock = a_clock(urgency=urgency, due_at=START + length)
    told: list[int] = []
    breaches = 0
    end = START + 3 * length
    for now in [*sorted(START + look for look in looks), end]:
        verdict = judge(clock, now, LADDER)
        told += [due.index for due in verdict.steps]
        breaches += verdict.breaches
        assert verdict.next_look_at is None or verdict.next_look_at > now
        clock = replace(clock, state=verdict.state, told_percent=verdict.told_percent)
    assert told == list(range(len(LADDER[urgency])))
    assert breaches == 1


@given(levels, lengths, st.timedeltas(timedelta(), timedelta(days=150)))
def test_nothing_is_due_before_the_next_look(urgency, length, since):
    clock = a_clock(urgency=urgency, due_at=START + length)
    verdict = judge(clock, START + since, LADDER)
    if verdict.next_look_at is None:
        return
    after = replace(clock, state=verdict.state, told_percent=verdict.told_percent)
    instant = timedelta(microseconds=1)
    assert not judge(after, verdict.next_look_at - instant, LADDER).changes
    assert judge(after, verdict.next_look_at, LADDER).changes
