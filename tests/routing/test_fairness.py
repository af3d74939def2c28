"""The work of a body is shared out evenly over a year: a small part of `make bench`."""

import pytest

from benchmarks import fairness
from hotline.routing.person import choose_person

CASES, BODIES = 3_000, 1


@pytest.mark.slow
def test_nobody_carries_much_more_than_the_others_over_a_year_with_absences_and_surges():
    found = fairness.simulate(choose_person, CASES, BODIES)
    assert found.people > 40
    assert found.handed_on > 500
    assert found.nobody == 0
    assert found.everybody <= fairness.LIMIT


def test_the_first_in_the_list_carries_several_times_the_mean():
    assert fairness.simulate(fairness.first_in_list, CASES, BODIES).everybody > 4
