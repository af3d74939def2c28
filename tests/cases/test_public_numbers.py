"""Public numbers: a keyed permutation with a check digit."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.numbers import check_digit, id_from, id_of, number_of

KEY, OTHER = b"k" * 32, b"o" * 32
SHAPE = re.compile(r"[0-9]{2}-[0-9]{6,9}-[0-9]")
years = st.integers(0, 99)
counters = st.one_of(
    st.integers(0, 10**6 - 1),
    st.integers(10**6, 10**7 - 1),
    st.integers(0, 10**9 - 1),
    st.sampled_from([0, 1, 999_999, 10**6, 10**7 - 1, 10**7, 10**9 - 1]),
)


@given(years, counters)
def test_a_number_is_well_formed_and_leads_back(year, n):
    number = number_of(id_of(year, n), KEY)
    assert SHAPE.fullmatch(number)
    assert number.startswith(f"{year:02d}-")
    assert id_from(number, KEY) == id_of(year, n)


@given(years, st.integers(0, 990_000))
def test_neighbours_get_different_numbers(year, start):
    numbers = {number_of(id_of(year, start + i), KEY) for i in range(50)}
    assert len(numbers) == 50


def test_a_whole_width_is_a_permutation():
    """Every counter of six digits gives its own number, and all are used."""
    step = 97  # a sample that is spread; the inverse above speaks for the rest
    numbers = {number_of(id_of(26, n), KEY) for n in range(0, 10**6, step)}
    assert len(numbers) == len(range(0, 10**6, step))


def test_numbers_tell_neither_order_nor_count():
    bodies = [int(number_of(id_of(26, n), KEY)[3:9]) for n in range(1, 201)]
    rising = sum(a < b for a, b in itertools.pairwise(bodies))
    assert 60 < rising < 140
    assert max(bodies) > 500_000
    other = [int(number_of(id_of(26, n), OTHER)[3:9]) for n in range(1, 201)]
    assert bodies != other


@given(years, st.integers(0, 10**6 - 1), st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_is_found(year, n, place, shift):
    digits = list(number_of(id_of(year, n), KEY).replace("-", ""))
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert id_from(_written(digits), KEY) is None


@given(years, st.integers(0, 10**6 - 1), st.integers(0, 7))
def test_swapped_neighbours_are_found(year, n, place):
    digits = list(number_of(id_of(year, n), KEY).replace("-", ""))
    if digits[place] == digits[place + 1]:
        return
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    assert id_from(_written(digits), KEY) is None


@given(st.one_of(st.text(max_size=20), st.from_regex(r"\A\d{2}-\d{6,9}-\d\Z")))
def test_any_other_text_is_no_number_or_leads_to_itself_only(text):
    found = id_from(text, KEY)
    assert found is None or number_of(found, KEY) == text


@given(st.text("0123456789", max_size=12))
def test_a_number_with_its_check_digit_checks_to_nought(digits):
    assert check_digit(digits + str(check_digit(digits))) == 0


def _written(digits):
    joined = "".join(digits)
    return f"{joined[:2]}-{joined[2:-1]}-{joined[-1]}"
