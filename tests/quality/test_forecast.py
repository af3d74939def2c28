"""The forecast: what it says grows with time used, and is right as often as it says."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.forecast import generate
from hotline.cases.terms import ClockName
from hotline.quality.backtest import backtest
from hotline.quality.calibration import fit_curve, reliability, rightness
from hotline.quality.forecast import (
    FEWEST_CLOCKS,
    HORIZONS,
    OpenClock,
    PastClock,
    enough,
    learn,
    probability,
)
from hotline.quality.prevention import prevention

NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
PAST = generate(6_000, seed=7)
LEARNED = learn(PAST)


def an_open(name="acceptance", urgency=3, body="body-1", *, allowed=24.0, gone=0.5):
    started = NOW - timedelta(hours=allowed * gone)
    return OpenClock(name, urgency, body, started, started + timedelta(hours=allowed))


@pytest.mark.parametrize("hours", HORIZONS)
def test_on_the_later_past_it_beats_due_soon_and_says_what_happens(hours):
    (found,) = backtest(PAST, [hours])
    assert found.forecast.brier < found.due_soon.brier
    assert found.forecast.order > found.due_soon.order
    said = sum(one.said * one.happened.n for one in found.bins) / found.forecast.n
    happened = sum(one.happened.hits for one in found.bins) / found.forecast.n
    assert said == pytest.approx(happened, abs=0.06)


def test_the_longer_a_clock_runs_the_likelier_it_is_late():
    said = [probability(LEARNED, an_open(gone=part / 20), NOW, 24) for part in range(20)]
    assert said[-1] > said[0] + 0.2
    rises = sum(b >= a - 0.03 for a, b in pairwise(said))
    assert rises == len(said) - 1


def test_a_slow_body_is_told_from_a_quick_one():
    took = {"quick": 2, "slow": 30}
    past = [
        PastClock(
            "acceptance", 3, body, NOW - timedelta(days=n), NOW - timedelta(days=n - 1),
            NOW - timedelta(days=n) + timedelta(hours=hours + n % 5),
        )
        for body, hours in took.items()
        for n in range(3, 150)
    ]  # fmt: skip
    learned = learn(past)
    quick, slow = (
        probability(learned, an_open(body=body, gone=0.1), NOW, 24) for body in took
    )
    assert slow > quick + 0.4


@given(
    gone=st.floats(0, 1.5),
    allowed=st.floats(0.05, 500),
    urgency=st.integers(0, 4),
    name=st.sampled_from([str(one) for one in ClockName]),
    body=st.sampled_from(["body-1", "nobody-knows-it"]),
    load=st.one_of(st.none(), st.integers(0, 500)),
)
def test_it_is_always_a_probability_and_never_more_for_a_shorter_time(
    gone, allowed, urgency, name, body, load
):
    clock = an_open(name, urgency, body, gone=gone, allowed=allowed)
    day, three = (probability(LEARNED, clock, NOW, hours, load) for hours in HORIZONS)
    assert 0 <= day <= three <= 1
    if clock.due_at <= NOW:
        assert day == 1
    if clock.due_at > NOW + timedelta(hours=72):
        assert three == 0


def test_too_little_past_is_said():
    assert enough(PAST)
    assert not enough(PAST[: FEWEST_CLOCKS - 1])
    never_late = [one for one in PAST if not one.late]
    assert not enough(never_late)
    with pytest.raises(ValueError, match="nothing"):
        learn([])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300))
def test_the_curve_never_falls_and_stays_a_probability(said):
    curve = fit_curve(said)
    values = [curve.at(step / 50) for step in range(51)]
    assert all(0 <= one <= 1 for one in values)
    assert all(b >= a - 1e-12 for a, b in pairwise(values))


def test_the_curve_corrects_who_says_twice_too_much():
    said = [(n / 500, n % 1000 < n / 2 and n % 2 == 0) for n in range(500)]
    happened = sum(hit for _, hit in said) / len(said)
    curve = fit_curve(said)
    corrected = sum(curve.at(p) for p, _ in said) / len(said)
    assert corrected == pytest.approx(happened, abs=0.03)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200))
def test_every_look_is_in_exactly_one_bin(said):
    assert sum(one.happened.n for one in reliability(said)) == len(said)


ORDERS = [
    # what is told, said and happened, order
    ("perfect", [(0.1, False), (0.9, True)], 1.0),
    ("the wrong way round", [(0.9, False), (0.1, True)], 0.0),
    ("always the same", [(0.5, False), (0.5, True)], 0.5),
    ("nothing ever happened", [(0.5, False), (0.1, False)], 0.5),
]


@pytest.mark.parametrize(("told", "said", "order"), ORDERS)
def test_order_counts_pairs_in_the_right_order(told, said, order):
    assert rightness(said).order == order, told


def test_what_prevents_a_breach_follows_from_the_clock():
    assert prevention("acceptance", 3, "usual") == ("accept",)
    assert prevention("acceptance", 1, "busy") == ("accept", "page_duty", "reassign")
    assert prevention("written_outcome", 3, "quiet") == ("outcome", "extend")
    assert prevention("human_eyes", 0, "busy") == ("read",)
    assert all(prevention(str(name), 2, "usual") for name in ClockName)
