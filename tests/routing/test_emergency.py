"""Whom to ring: the desk of the place; what finds a child; what overlaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.terms import EmergencyService
from hotline.errors import RuleForbids
from hotline.routing.emergency import (
    DutyNumber,
    Ring,
    RingFacts,
    dialled,
    find_the_child,
    overlap,
    whom_to_ring,
)

DAY = date(2026, 11, 20)
NUMBERS = [
    DutyNumber("102", "39", None, "87142000102", date(2026, 1, 1)),
    DutyNumber("102", "39", "391600000", "87143100102", date(2026, 1, 1)),
    DutyNumber("102", "39", "392000000", "87143500102", date(2026, 1, 1), DAY),
    DutyNumber("112", "39", None, "87142000112", date(2026, 1, 1)),
]


def way(config, service="102", region="39", district=None, **facts):
    asked = RingFacts(EmergencyService(service), region, district, DAY, **facts)
    return whom_to_ring(asked, NUMBERS, config.emergency)


WAYS = [
    # where the child is                        region, district, what is rung, in order
    ("a district with a desk",                  "39", "391600000",
     [("district_desk", "87143100102"), ("region_desk", "87142000102"), ("through_centre", "102")]),
    ("a district whose desk ended today",       "39", "392000000",
     [("region_desk", "87142000102"), ("through_centre", "102")]),
    ("a region without a desk",                 "63", None, [("through_centre", "102")]),
    ("the centre's own city",                   "71", None, [("direct", "102")]),
    ("nobody knows",                            None, None,
     [("find_place", None), ("through_centre", "102")]),
]  # fmt: skip


@pytest.mark.parametrize(("where", "region", "district", "rung"), WAYS)
def test_the_desk_of_the_place_is_rung_first(config, where, region, district, rung):
    found = way(config, region=region, district=district)
    assert [(step.way, step.number) for step in found.steps] == rung, where
    assert not found.instead


COMPLAINED = [
    # how the police is complained of   facts
    ("a hint in the text",              {"hints": ("police",)}),
    ("a complaint against a body",      {"complained": frozenset({"POLICE"})}),
]  # fmt: skip


@pytest.mark.parametrize(("how", "facts"), COMPLAINED)
def test_when_the_police_is_complained_of_others_are_rung(config, how, facts):
    found = way(config, **facts)
    assert found.instead, how
    assert "102" not in {step.service for step in found.steps}
    assert [step.body for step in found.steps][-1] == "PROS"
    assert found.steps[0] == (found.steps[0].__class__)(
        Ring.REGION_DESK, "112", "87142000112"
    )


def test_every_region_has_an_answer(config):
    for region in [one.code for one in config.places.regions]:
        for service in EmergencyService:
            steps = way(config, service, region).steps
            assert steps[-1].number
            near = region == config.emergency.centre
            assert (steps[-1].way is Ring.DIRECT) is near


days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))


@given(st.tuples(days, days, days, st.none() | days))
def test_two_entries_overlap_exactly_when_a_day_has_both(spans):
    first, last, begins, ends = spans
    if last <= first or (ends is not None and ends <= begins):
        return
    one = DutyNumber("103", "10", None, "103", first, last)
    other = DutyNumber("103", "10", None, "1033", begins, ends)
    both = any(
        one.holds_on(day) and other.holds_on(day)
        for day in (DAY + timedelta(days=n) for n in range(60))
    )
    assert (overlap([one], other) is not None) is both
    elsewhere = DutyNumber("103", "10", "101000000", "1033", begins, ends)
    assert overlap([one], elsewhere) is None


TYPED = [
    # typed                     dialled, or None when refused
    ("102",                     "102"),
    ("8 (7142) 50-01-02",       "87142500102"),
    ("+7 7142 500102",          "+77142500102"),
    ("дежурный",                None),
    ("1",                       None),
    ("1" * 16,                  None),
    ("102; 103",                None),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), TYPED)
def test_a_number_is_one_that_can_be_dialled(typed, number):
    if number is not None:
        assert dialled(typed) == number
        return
    with pytest.raises(RuleForbids) as refused:
        dialled(typed)
    assert refused.value.facts["field"] == "number"


def test_the_script_asks_for_safety_first_and_shows_what_was_named(config):
    seen = [
        {"code": "39", "district": None, "evidence": "town"},
        {"code": "39", "district": "391600000", "evidence": "landmark"},
    ]
    lines = find_the_child(config.emergency, seen)
    assert lines[0].asks == "safe"
    answered = {line.asks: line.answered for line in lines if line.answered}
    assert answered == {"town": ("39",), "landmark": ("391600000",)}
    assert all(line.kk and line.ru and line.kk != line.ru for line in lines)
    assert all(len(line.ru) <= 80 and len(line.kk) <= 80 for line in lines)
