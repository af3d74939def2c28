"""The staffing norm: what people carry for the posts that they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routing.load import is_full, load_of, posts_needed, unevenness, weighed
from tests.routing.staff import NORM, counts, person


@given(counts, counts)
def test_work_adds_up(some, more):
    together = tuple(a + b for a, b in zip(some, more, strict=True))
    assert weighed(together, NORM) == pytest.approx(
        weighed(some, NORM) + weighed(more, NORM)
    )


@given(counts, st.sampled_from([0.25, 0.5, 1.0, 2.0]))
def test_a_smaller_post_carries_the_same_cases_as_a_heavier_load(open_cases, share):
    part, whole = person(1, open=open_cases, share=share), person(1, open=open_cases)
    assert load_of(part, NORM) * share == pytest.approx(load_of(whole, NORM), abs=1e-3)


LOADS = [
    # open cases by urgency, share, load, takes no more
    ((0, 0, 0, 0, 0), 1.0, 0, False),
    ((1, 0, 0, 0, 0), 1.0, 8, False),
    ((1, 1, 1, 1, 1), 1.0, 19, False),
    ((2, 0, 0, 2, 0), 1.0, 20, True),
    ((0, 2, 0, 0, 0), 0.5, 20, True),
]


@pytest.mark.parametrize(("open_cases", "share", "load", "full"), LOADS)
def test_the_load_of_a_person(open_cases, share, load, full):
    one = person(1, open=open_cases, share=share)
    assert (load_of(one, NORM), is_full(one, NORM)) == (load, full)


UNEVEN = [([], 1.0), ([0, 0], 1.0), ([2, 2], 1.0), ([3, 1], 1.5), ([4, 0, 0, 0], 4.0)]


@pytest.mark.parametrize(("loads", "ratio"), UNEVEN)
def test_unevenness_is_the_heaviest_over_the_mean(loads, ratio):
    assert unevenness(loads) == ratio


def test_the_law_s_norm_counts_posts_by_children():
    assert posts_needed(6_900_000, 5_000) == 1_380
