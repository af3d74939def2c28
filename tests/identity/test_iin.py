"""IINs: what is wrong with one is said; at most one check digit holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.identity import iin

TODAY = date(2026, 11, 22)


def that_hold(birth, number):
    """Every IIN of a birth date and number that the check digit lets pass; all invented."""
    heads = (f"{birth:%y%m%d}5{number:04}{digit}" for digit in range(10))
    return [one for one in heads if iin.fault_of(one) is None]


WRONG = [
    ("too short",             "12031550012",   "length"),
    ("too long",              "1203155001234", "length"),
    ("no such day",           "120231500123",  "date"),
    ("no such century",       "120315700123",  "date"),
    ("not digits",            "12031550012x",  "length"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "number", "fault"), WRONG)
def test_what_is_wrong_is_said(what, number, fault):
    assert iin.fault_of(number) == fault, what


@given(st.dates(date(2000, 1, 1), date(2026, 11, 1)), st.integers(0, 9999))
def test_at_most_one_last_digit_holds_and_names_the_birth_date(birth, number):
    found = that_hold(birth, number)
    assert len(found) <= 1
    assert all(iin.born(one) == birth for one in found)


def test_a_known_pair_of_digits_holds_and_its_neighbours_do_not():
    holds = [n for n in range(10_000) if that_hold(date(2012, 3, 15), n)]
    assert len(holds) > 9_000  # few numbers are never given out, by the second weights
    one = that_hold(date(2012, 3, 15), holds[7])[0]
    assert iin.fault_of(one[:-1] + str((int(one[-1]) + 1) % 10)) == "check"


@given(st.text())
def test_any_text_may_stand_in_the_field_of_ages(typed):
    for number in iin.written_in(typed):
        assert iin.fault_of(number) in (None, "length", "date", "check")


def test_ages_are_no_iins_and_full_years_count():
    assert list(iin.written_in("3–4, 7 и 11 лет; 2012-2014")) == []
    assert list(iin.written_in("ребёнок 120315 500127, 7")) == ["120315500127"]
    assert iin.age_on(TODAY, date(2021, 11, 22)) == 5
    assert iin.age_on(TODAY, date(2021, 11, 23)) == 4
