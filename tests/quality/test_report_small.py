"""A file that leaves 111: no small count follows from what stands beside it."""

import pytest

from hotline.quality.report_sheets import StageCounts as Stage
from hotline.quality.report_sheets import pivot, refusals, stages, trend
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
    assert said(below)["all"][-1] == 33
    days = [cells[0] for code, cells in said(line).items() if code != "all"]
    assert days.count("*") >= 2
    assert [cells[1] for cells in said(line).values()] == [9, 9, 9, 27]


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
