"""A report outside 111: no small count follows from what stands beside it, or in another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.report_sheets import StageCounts as Stage
from hotline.quality.report_sheets import pivot, refusals, seasons, stages, trend
from hotline.quality.report_small import for_outside
from hotline.quality.reports import By, Grid

DAYS = ("2026-11-01", "2026-11-02", "2026-11-03")


def a_pivot(rows, by=By.REGION):
    names = tuple(f"t{i}" for i in range(len(next(iter(rows.values())))))
    cells = {(row, names[i]): n for row, ns in rows.items() for i, n in enumerate(ns)}
    return pivot(Grid(tuple(rows), names, cells), by, By.TOPIC)


def said(sheet):
    lines = [*sheet.lines, *([sheet.total] if sheet.total else [])]
    return {line.name.code: line.cells for line in lines}


def test_a_table_with_sums_does_not_say_which_of_the_left_out_are_small():
    """Two that stand as "<5" beside their sum of 8 would both be 4."""
    (told,) = for_outside([a_pivot({"71": (4, 4), "75": (9, 12)})])
    assert "<5" not in {cell for line in told.lines for cell in line.cells}
    assert "*" in said(told)["71"]


def test_one_small_day_does_not_follow_from_the_sum_in_the_table_below():
    whole = a_pivot({"71": (20, 13)})
    line, below = for_outside([trend(By.DAY, DAYS, (20, 11, 2), (9, 9, 9)), whole])
    assert said(below)["all"][-1] == 30  # of 33: told in fives
    days = [cells[0] for code, cells in said(line).items() if code != "all"]
    assert days.count("*") >= 2
    assert [cells[1] for cells in said(line).values()] == [5, 5, 5, 25]


@pytest.mark.parametrize("by", [By.DAY, By.WEEK, By.MONTH])
def test_the_same_steps_are_not_told_twice_each_with_others_left_out(by):
    rows = {day: (20 - 8 * i, 13 - 6 * i) for i, day in enumerate(DAYS)}
    found = for_outside([trend(By.DAY, DAYS, (33, 19, 5), (9, 9, 9)), a_pivot(rows, by)])
    assert [sheet.code for sheet in found] == ["pivot"]


def test_what_a_body_refused_does_not_follow_from_what_it_was_offered():
    rows = [("guard-71", 20, 15, 0, {"duplicate": 2, "conflict": 3})]
    (told,) = for_outside([refusals(rows, ["duplicate", "conflict"])])
    assert said(told)["guard-71"] == ("*", "*", 0, "<5", "<5", "*")
    assert said(told)["all"] == ("*", "*", 0, "*", "*", "*")


def test_who_was_late_does_not_follow_from_who_was_in_time():
    """Each case has the clock once: beside another stage's sum the rest would tell it."""
    (told,) = for_outside([stages([Stage("acceptance", 18, 2, 0, 0, 60.0, 90.0)], [])])
    assert said(told)["acceptance"] == ("*", "<5", 0, 0, "*", "*", "*")


# -- two reports beside each other ----------------------------------------------------------
ONE = st.tuples(
    st.sampled_from(["71", "39"]), st.sampled_from(["VIO", "NEG"]),
    st.sampled_from(["phone", "web"]), st.integers(1, 3),
)  # fmt: skip


def by_region_and_topic(cases):
    regions, topics = ("71", "39"), ("VIO", "NEG")
    cells = {(r, t): sum(c[:2] == (r, t) for c in cases) for r in regions for t in topics}
    (told,) = for_outside([pivot(Grid(regions, topics, cells), By.REGION, By.TOPIC)])
    return said(told)


def could_be(cell):
    """Return the counts that a told cell stands for; what is left out may be anything."""
    if cell == "*":
        return range(100)
    if cell == "<5":
        return range(1, 5)
    assert cell % 5 == 0, "nothing but fives is told"
    return range(cell, cell + 5 if cell else 1)


NEIGHBOURS = {
    "another channel": lambda case: case[2] == "phone",
    "a day less": lambda case: case[3] < 3,
    "both": lambda case: case[2] == "phone" and case[3] < 3,
}


@given(st.lists(ONE, max_size=70), st.sampled_from(sorted(NEIGHBOURS)))
def test_the_difference_of_two_reports_says_of_no_small_rest_how_many_it_is(cases, name):
    """Twelve cases, eleven of them by telephone: one message, and somebody knows whose."""
    kept = [case for case in cases if NEIGHBOURS[name](case)]
    whole, part = by_region_and_topic(cases), by_region_and_topic(kept)
    for row in whole:
        for more, less in zip(whole[row], part[row], strict=True):
            rest = {a - b for a in could_be(more) for b in could_be(less) if a >= b}
            told = 0 in (more, less)  # nothing at all is told, and tells of nobody
            assert told or rest.isdisjoint(range(1, 5)) or len(rest) >= 4


def test_a_share_follows_from_what_is_told():
    """Of 28 of 30 in time the share of 93.3 would say both numbers."""
    (told,) = for_outside([stages([Stage("acceptance", 28, 9, 0, 0, 60.0, 90.0)], [])])
    assert said(told)["acceptance"] == (25, 5, 0, 0, 79.0, 60.0, 90.0)
    (told,) = for_outside([seasons(By.REGION, {"71": 31}, {"71": 19}, {"71": 0})])
    assert said(told)["71"] == (30, 15, 88.0, 0, None)
