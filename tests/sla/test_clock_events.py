"""A clock's events, replayed, give its state again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_shipped import POLICY

from hotline.cases.terms import ClockName, ClockState, Urgency
from hotline.errors import RuleForbids
from hotline.sla.breach import ClockFacts, judge
from hotline.sla.events import (
    ClockBreached,
    ClockCancelled,
    ClockEscalated,
    ClockExtended,
    ClockMet,
    ClockPaused,
    ClockRecomputed,
    ClockResumed,
    ClockStarted,
    replay,
)

START = datetime(2026, 2, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE = START + HOUR
STARTED = ClockStarted(START, ClockName.HUMAN_EYES, DUE, Urgency.HIGH, "p1", "c1")
SOONER = START + HOUR / 4
RAISED = ClockRecomputed(START + HOUR / 8, SOONER, Urgency.DAY, "p2", "c2")
LATE = ClockBreached(DUE, DUE + HOUR)
TOLD = ClockEscalated(DUE + HOUR, 100)
MET = ClockMet(START + 3 * HOUR)
CANCELLED = ClockCancelled(START + 4 * HOUR)
LATER = DUE + 24 * HOUR
PAUSED = ClockPaused(START + HOUR / 4, "awaiting_applicant", LATER)
RESUMED = ClockResumed(START + HOUR / 2, DUE + HOUR)
EXTENDED = ClockExtended(START + HOUR / 2, LATER)
S = ClockState

STORIES = [
    # what                              events                          state        due     told  breached  met
    ("started",                         [STARTED],                      S.RUNNING,   DUE,    0,    None,     None),
    ("met in time",                     [STARTED, MET],                 S.MET,       DUE,    0,    None,     MET.at),
    ("late",                            [STARTED, LATE, TOLD],          S.BREACHED,  DUE,    100,  DUE,      None),
    ("late, then met: still in the ledger", [STARTED, LATE, TOLD, MET], S.MET,       DUE,    100,  DUE,      MET.at),
    ("late only once",                  [STARTED, LATE, ClockBreached(DUE + HOUR, DUE + 2 * HOUR)], S.BREACHED, DUE, 0, DUE, None),
    ("raised: a new ladder",            [STARTED, TOLD, RAISED],        S.RUNNING,   SOONER, 0,    None,     None),
    ("raised when late: late it stays", [STARTED, LATE, TOLD, RAISED],  S.BREACHED,  SOONER, 0,    DUE,      None),
    ("stands still",                    [STARTED, PAUSED],              S.PAUSED,    DUE,    0,    None,     None),
    ("went on: due later",              [STARTED, PAUSED, RESUMED],     S.RUNNING,   DUE + HOUR, 0, None,    None),
    ("met while it stood still",        [STARTED, PAUSED, MET],         S.MET,       DUE,    0,    None,     MET.at),
    ("extended: the ladder goes on",    [STARTED, TOLD, EXTENDED],      S.RUNNING,   LATER,  100,  None,     None),
    ("cancelled",                       [STARTED, CANCELLED],           S.CANCELLED, DUE,    0,    None,     None),
    ("met, then late: met it stays",    [STARTED, MET, LATE],           S.MET,       DUE,    0,    None,     MET.at),
    ("late, then cancelled: late it stays", [STARTED, LATE, TOLD, CANCELLED], S.BREACHED, DUE, 100, DUE, None),
    ("cancelled, then met",             [STARTED, CANCELLED, MET],      S.CANCELLED, DUE,    0,    None,     None),
    ("met twice: the first counts",     [STARTED, MET, ClockMet(DUE + 9 * HOUR)], S.MET, DUE, 0,   None,     MET.at),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "events", "state", "due", "told", "breached", "met"),
    STORIES,
    ids=[c[0] for c in STORIES],
)
def test_replaying_a_story(what, events, state, due, told, breached, met):
    record = replay(events)
    assert (record.facts.state, record.facts.due_at) == (state, due)
    assert (record.facts.started_at, record.facts.told_percent) == (START, told)
    assert (record.breached_at, record.met_at) == (breached, met)


def test_a_recomputed_clock_names_the_policy_that_gave_its_new_due_moment():
    record = replay([STARTED, RAISED])
    assert (record.policy_version, record.calendar_version) == ("p2", "c2")
    assert record.facts.urgency is Urgency.DAY


def test_a_pause_leaves_its_reason_and_nothing_else_behind():
    during, after, met = (
        replay([STARTED, PAUSED, *more]) for more in ([], [RESUMED], [MET])
    )
    assert (during.paused_at, during.resume_by) == (PAUSED.at, LATER)
    for record in (after, met):
        assert (record.paused_at, record.resume_by) == (None, None)
        assert record.pause_reason == "awaiting_applicant"
    assert replay([STARTED, EXTENDED]).extended_to == LATER


BROKEN = [
    # what                        events
    ("no events at all",          []),
    ("it does not begin",         [MET]),
    ("it begins twice",           [STARTED, STARTED]),
    ("it begins again once met",  [STARTED, MET, STARTED]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "events"), BROKEN, ids=[c[0] for c in BROKEN])
def test_a_broken_story_is_refused(what, events):
    with pytest.raises(RuleForbids) as refused:
        replay(events)
    assert refused.value.code == "clock_history"


@given(
    st.sampled_from(Urgency),
    st.lists(st.timedeltas(timedelta(), timedelta(hours=4)), max_size=8),
    st.none() | st.timedeltas(timedelta(), timedelta(hours=4)),
)
def test_what_the_engine_wrote_gives_back_what_the_engine_knew(urgency, looks, met):
    facts = ClockFacts(ClockName.SAFETY, START, DUE, urgency, ClockState.RUNNING)
    events = [ClockStarted(START, facts.name, DUE, urgency, "p", "c")]
    for now in sorted(START + look for look in looks):
        if met is not None and START + met <= now:
            break
        verdict = judge(facts, now, POLICY.ladder)
        if verdict.breached_at:
            events.append(ClockBreached(verdict.breached_at, now))
        if verdict.steps:
            events.append(ClockEscalated(now, verdict.told_percent))
        facts = ClockFacts(
            facts.name, START, DUE, urgency, verdict.state, verdict.told_percent
        )
    if met is not None:
        events.append(ClockMet(START + met))
        facts = ClockFacts(
            facts.name, START, DUE, urgency, ClockState.MET, facts.told_percent
        )
    assert replay(events).facts == facts
