"""Wilson's interval and the index of drift: known values, and what must hold for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.drift import Verdict, drift_of
from hotline.quality.share import share_of

KNOWN = [
    # what, hits, n, low, high (computed by hand from the formula, z = 1.96)
    ("nothing counted", 0, 0, 0.0, 1.0),
    ("none of ten", 0, 10, 0.0, 0.2775),
    ("all of ten", 10, 10, 0.7225, 1.0),
    ("half of a hundred", 50, 100, 0.4038, 0.5962),
    ("97 of 100", 97, 100, 0.9155, 0.9897),
]


@pytest.mark.parametrize(("what", "hits", "n", "low", "high"), KNOWN)
def test_a_share_with_its_interval(what, hits, n, low, high):
    found = share_of(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high), what
    assert found.share == (hits / n if n else None)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_the_share_lies_in_its_interval_and_the_interval_in_0_to_1(pair):
    found = share_of(*pair)
    assert 0 <= found.low <= found.share <= found.high <= 1


@given(counts)
def test_the_interval_of_the_opposite_is_the_mirror(pair):
    hits, n = pair
    one, other = share_of(hits, n), share_of(n - hits, n)
    assert one.low == pytest.approx(1 - other.high, abs=1e-9)


@given(counts, st.integers(2, 50))
def test_more_of_the_same_is_surer(pair, times):
    hits, n = pair
    few, many = share_of(hits, n), share_of(hits * times, n * times)
    assert many.high - many.low < few.high - few.low


def test_more_hits_than_there_are_is_a_mistake():
    with pytest.raises(ValueError, match="no share"):
        share_of(2, 1)


DRIFTS = [
    ("the same", {"a": 500, "b": 500}, {"a": 100, "b": 100}, Verdict.STEADY),
    ("a little", {"a": 500, "b": 500}, {"a": 55, "b": 45}, Verdict.STEADY),
    ("much", {"a": 900, "b": 100}, {"a": 200, "b": 300}, Verdict.MOVED),
    ("somewhat", {"a": 5000, "b": 5000}, {"a": 3400, "b": 6600}, Verdict.WATCH),
    ("much, by five people", {"a": 900, "b": 100}, {"a": 3, "b": 2}, Verdict.STEADY),
    ("something new", {"a": 1000}, {"a": 500, "c": 500}, Verdict.MOVED),
    ("an empty week", {"a": 1000}, {}, Verdict.TOO_LITTLE),
    ("no reference", {}, {"a": 5}, Verdict.TOO_LITTLE),
]


@pytest.mark.parametrize(("what", "before", "now", "verdict"), DRIFTS)
def test_drift(what, before, now, verdict):
    assert drift_of(before, now).verdict is verdict, what


named = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 300), min_size=1)


@given(named, named)
def test_the_index_is_never_negative_and_is_nought_for_the_same(before, now):
    assert drift_of(before, now).index >= 0
    assert drift_of(before, before).index == pytest.approx(0)
