"""Erlang C: the known numbers, and that more of anything never needs fewer people."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.erlang import Demand, blocked, must_wait, staffing, step

KNOWN = [
    # who asks, calls, handle_s, within_s, share, shrinkage, at the telephone, on the rota
    ("the centre's own example", 120, 240, 20, 0.80, 0.30, 20, 29),
    ("the same with nobody away", 120, 240, 20, 0.80, 0.00, 20, 20),
    ("a hundred calls of three minutes", 100, 180, 20, 0.80, 0.30, 14, 20),
    ("one call in half an hour: one in seven waits", 1, 240, 20, 0.80, 0.30, 1, 2),
    ("nobody calls", 0, 240, 20, 0.80, 0.30, 0, 0),
]
numbers = st.floats(0.1, 400, allow_nan=False)
times = st.floats(5, 1200, allow_nan=False)
shares = st.floats(0.05, 0.99)


@pytest.mark.parametrize(
    ("who", "calls", "handle", "within", "share", "away", "needed", "rota"), KNOWN
)
def test_known_numbers(who, calls, handle, within, share, away, needed, rota):
    found = staffing(Demand(calls, handle, within, share, away))
    assert (found.at_telephone, found.on_rota) == (needed, rota)


def test_the_steps_lead_to_the_answer_and_the_one_before_is_not_enough():
    found = staffing(Demand(120, 240))
    assert found.demand.load == 16
    assert [one.operators for one in found.steps] == [16, 17, 18, 19, 20]
    assert found.steps[-1].answered_within >= 0.8 > found.steps[-2].answered_within
    assert found.steps[-1].occupancy == pytest.approx(0.8)


def test_the_recursion_is_the_formula_with_its_factorials():
    for operators, load in [(1, 0.5), (5, 3.0), (20, 16.0), (30, 25.5)]:
        terms = [load**n / math.factorial(n) for n in range(operators + 1)]
        lost = terms[-1] / sum(terms)
        assert blocked(operators, load) == pytest.approx(lost)
        queue = terms[-1] * operators / (operators - load)
        assert must_wait(operators, load) == pytest.approx(
            queue / (sum(terms[:-1]) + queue)
        )


def test_a_load_that_nobody_can_carry_waits_for_ever():
    assert step(16, Demand(120, 240)).answered_within == 0
    assert step(16, Demand(120, 240)).mean_wait_s == math.inf
    assert must_wait(800, 799.0) <= 1


@given(numbers, times, times, shares)
def test_the_fewest_who_reach_the_target(calls, handle, within, share):
    found = staffing(Demand(calls, handle, within, share))
    assert step(found.at_telephone, found.demand).answered_within >= share
    fewer = step(found.at_telephone - 1, found.demand)
    assert found.at_telephone <= 1 or fewer.answered_within < share


@given(numbers, times, shares, st.floats(1, 3))
def test_more_calls_longer_calls_or_a_higher_target_never_need_fewer(
    calls, handle, share, times_more
):
    need = staffing(Demand(calls, handle, 20, share)).at_telephone
    assert staffing(Demand(calls * times_more, handle, 20, share)).at_telephone >= need
    assert staffing(Demand(calls, handle * times_more, 20, share)).at_telephone >= need
    higher = min(0.995, share * times_more)
    assert staffing(Demand(calls, handle, 20, higher)).at_telephone >= need


@given(numbers, times, shares, st.floats(0, 0.9), st.floats(0, 0.09))
def test_who_is_away_needs_replacing(calls, handle, share, away, more):
    least = staffing(Demand(calls, handle, 20, share, away))
    most = staffing(Demand(calls, handle, 20, share, away + more))
    assert most.on_rota >= least.on_rota >= least.at_telephone
    present = least.on_rota * (1 - away)
    assert present >= least.at_telephone - 1e-6


@given(st.integers(0, 200), st.floats(0.01, 150))
def test_shares_are_shares_and_fall_with_every_operator(operators, load):
    demand = Demand(load * 1800 / 240, 240)
    one, next_one = step(operators, demand), step(operators + 1, demand)
    for found in (one, next_one):
        assert 0 <= found.must_wait <= 1
        assert 0 <= found.answered_within <= 1
    assert next_one.must_wait <= one.must_wait + 1e-12
    assert next_one.answered_within >= one.answered_within - 1e-12


@pytest.mark.parametrize(
    "demand",
    [
        Demand(-1, 240),
        Demand(120, 0),
        Demand(math.nan, 240),
        Demand(120, math.inf),
        Demand(120, 240, share=1.0),
        Demand(120, 240, shrinkage=1.0),
        Demand(120, 240, interval_s=0),
        Demand(1e9, 240),
    ],
)
def test_what_is_no_demand_is_refused(demand):
    with pytest.raises(ValueError):
        staffing(demand)
