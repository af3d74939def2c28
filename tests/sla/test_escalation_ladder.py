"""The ladder: steps with nobody to tell are skipped at once, and nobody is told twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_shipped import POLICY

from hotline.cases.terms import Urgency
from hotline.config.sla import Audience
from hotline.sla.escalation import walk

A = Audience
ALL = dict.fromkeys(A, True)


def without(*missing: Audience) -> dict[Audience, bool]:
    return {who: who not in missing for who in A}


ROWS = [
    # what                                     who exists                         from last  told                    skipped    next
    ("everybody is there",                     ALL,                               0,   None, [(0, "shift_supervisor")],       (),        1),
    ("no supervisor: the duty list at once",   without(A.SHIFT_SUPERVISOR),       0,   None, [(2, "duty_list")],              (0, 1),    3),
    ("half of an audience",                    without(A.UZPD),                   3,   None, [(3, "COMM")],                   (),        4),
    ("a whole audience is missing",            without(A.UZPD, A.COMM),           3,   None, [(4, "OMB,KOPD")],               (3,),      5),
    ("nobody at all",                          {},                                0,   None, [],                       (0, 1, 2, 3, 4),  5),
    ("an outage: all that were missed",        ALL,                               0,   3,    [(0, "shift_supervisor"), (1, "shift_supervisor"), (2, "duty_list"), (3, "COMM,UZPD")], (), 4),
    ("an outage with a gap",                   without(A.DUTY_LIST),              1,   2,    [(1, "shift_supervisor"), (3, "COMM,UZPD")], (2,), 4),
    ("the one in place is not told again",     without(A.SHIFT_SUPERVISOR),       0,   2,    [(2, "duty_list")],              (0, 1),    3),
    ("nothing is due",                         ALL,                               2,   1,    [],                              (),        2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "exists", "start", "last", "told", "skipped", "after"),
    ROWS,
    ids=[c[0] for c in ROWS],
)
def test_the_ladder_is_walked(what, exists, start, last, told, skipped, after):
    walked = walk(POLICY.ladder, Urgency.LIFE, start, exists, last_due=last)
    assert [(step.index, ",".join(step.audience)) for step in walked.told] == told
    assert (walked.skipped, walked.next_step) == (skipped, after)


def test_who_stands_in_says_for_which_steps():
    walked = walk(POLICY.ladder, Urgency.LIFE, 0, without(A.SHIFT_SUPERVISOR))
    assert (walked.told[0].instead_of, walked.told[0].percent) == ((0, 1), 100)


def test_a_function_may_say_who_exists():
    walked = walk(POLICY.ladder, Urgency.HIGH, 0, lambda who: who is A.COMM)
    assert [step.audience for step in walked.told] == [(A.COMM,)]


def test_the_ombudsman_hears_of_urgency_1_in_a_digest():
    assert walk(POLICY.ladder, Urgency.DAY, 4, ALL).told[0].digest


def test_a_ladder_that_is_climbed_has_nobody_left():
    walked = walk(POLICY.ladder, Urgency.LIFE, 5, ALL)
    assert (walked.told, walked.skipped, walked.next_step) == ((), (), 5)


@given(
    st.sampled_from(Urgency),
    st.sets(st.sampled_from(A)),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_every_step_passed_is_either_told_or_skipped_and_none_twice(
    level, there, start, more
):
    exists = {who: who in there for who in A}
    walked = walk(POLICY.ladder, level, start, exists, last_due=start + more)
    passed = sorted([*(step.index for step in walked.told), *walked.skipped])
    assert passed == list(range(start, walked.next_step))
    steps = POLICY.ladder[level]
    if start < len(steps) and there & {
        who for step in steps[start:] for who in step.audience
    }:
        assert walked.told
