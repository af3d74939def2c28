"""The shipped policy is valid, and every mistake in it is told with file, key and remedy."""

from datetime import date

import pytest
from sla_shipped import CALENDAR, FOLDER, POLICY

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.config import calendar, sla
from hotline.config.loading import read
from hotline.errors import BadConfig


def test_the_shipped_policy_and_calendar_hold():
    assert sla.problems(POLICY) == []
    assert calendar.problems(CALENDAR, today=date(2026, 11, 21)) == []


def test_the_law_is_where_the_law_is():
    law = {name: clock.law for name, clock in POLICY.clocks.items() if clock.law}
    assert law == {
        ClockName.REDIRECT: (Regime.APPEAL,),
        ClockName.WRITTEN_OUTCOME: (Regime.APPEAL,),
        ClockName.EXTENSION_NOTICE: (Regime.APPEAL,),
        ClockName.GUARDIANSHIP_REGISTER: (Regime.SIGNAL, Regime.APPEAL),
        ClockName.HOSPITAL_STAY: (Regime.SIGNAL, Regime.APPEAL),
    }


def test_only_the_written_outcome_pauses():
    assert [name for name, clock in POLICY.clocks.items() if clock.pausable] == [
        ClockName.WRITTEN_OUTCOME
    ]


def test_silence_offers_at_the_breach_of_urgency_0_and_1_only():
    offers = {
        (level, step.percent)
        for level, steps in POLICY.ladder.items()
        for step in steps
        if step.offers_proposed
    }
    assert offers == {(Urgency.LIFE, 100), (Urgency.DAY, 100)}


# each row edits the shipped file's text, as a person would
SLA_ERRORS = [
    # what                         old                                              new                                    the line says
    ("an unknown clock",           "\n  quality_call:",                             "\n  quality_cal:",                    ["clocks.quality_cal", "no such clock", "quality_call is missing"]),
    ("a clock without limits",     "limits: {0: {clock: PT5M}, 1: {clock: PT30M}}", "limits: {}",                          ["clocks.emergency_handoff.limits", "is empty"]),
    ("an unknown urgency",         "1: {clock: PT30M}",                             "7: {clock: PT30M}",                   ["clocks.emergency_handoff.limits[7]", "no such urgency"]),
    ("a limit of nothing",         "1: {clock: PT30M}",                             "1: {clock: PT0S}",                    ["clocks.emergency_handoff.limits[1]", "positive"]),
    ("no working days",            "0: {work_days: 15}",                            "0: {work_days: 0}",                   ["clocks.written_outcome.limits[0]", "positive"]),
    ("a rural limit alone",        "rural: {0: {clock: PT6H}}",                     "rural: {4: {clock: PT6H}}",           ["clocks.on_site_check.rural[4]", "add it to `limits`"]),
    ("a pause before safety",      "rural: {0: {clock: PT6H}}",                     "pausable: [{reason: extended}]",       ["clocks.on_site_check.pausable", "never pauses"]),
    ("a pause of no length",       "limit: {work_days: 5}",                         "limit: {work_days: 0}",               ["clocks.written_outcome.pausable[0]", "positive"]),
    ("no basis in Kazakh",         'kk: "111 саясаты: баланың қауіпсіз екені белгілі"', 'kk: ""',                          ["clocks.safety.basis", "name the law"]),
    ("percents that do not rise",  "{percent: 150, audience: [COMM]}",              "{percent: 100, audience: [COMM]}",    ["ladder[2][2].percent", "does not rise"]),
    ("a percent before the start", "{percent: 50, audience: [assignee]}",           "{percent: 0, audience: [assignee]}",  ["ladder[1][0].percent", "give 1 or more"]),
    ("a step for nobody",          "{percent: 150, audience: [COMM]}",              "{percent: 150, audience: []}",        ["ladder[2][2].audience", "name who"]),
    ("silence offers at 4",        "  4:\n    - {percent: 100,",                    "  4:\n    - {offers_proposed: true, percent: 100,", ["ladder[4][0].offers_proposed", "remove the key"]),
    ("silence offers too early",   "{percent: 50, audience: [assignee]}",           "{percent: 50, audience: [assignee], offers_proposed: true}", ["ladder[1][0].offers_proposed"]),
    ("an urgency with no ladder",  "  4:\n    - {percent: 100, audience: [shift_supervisor]}", "",                         ["ladder", "urgency 4 has no steps"]),
    ("a ladder of an unknown urgency", "  4:\n    - {percent",                      "  5:\n    - {percent",                ["ladder[5]", "no such urgency"]),
    ("an extension of nothing",    "max_months: 2",                                 "max_months: 0",                       ["extension", "positive"]),
    ("nobody may extend",          "by: [head, deputy]",                            "by: []",                              ["extension.by", "name head"]),
    ("a clerk may extend",         "by: [head, deputy]",                            "by: [clerk]",                         ["clerk", "extension"]),
    ("a pause without an end",     "times: 1, limit: {work_days: 5}}",              "times: 1}",                           ["written_outcome.pausable[0].limit", "never ends"]),
    ("a pause of nothing",         "times: 1, limit: {work_days: 5}}",              "times: 1, limit: {work_days: 0}}",    ["written_outcome.pausable[0]", "positive"]),
    ("a pause for no lawful reason", "reason: awaiting_applicant",                  "reason: holiday",                     ["holiday", "pausable"]),
    ("a pause named twice",        "reason: extended",                              "reason: awaiting_applicant, limit: {days: 1}", ["written_outcome.pausable[1].reason", "named twice"]),
    ("an own ladder that loops",   "{percent: 50, audience: [shift_supervisor]}\n      - {percent: 100", "{percent: 100, audience: [shift_supervisor]}\n      - {percent: 100", ["clocks.lowered_reread.ladder[1].percent", "would loop"]),
    ("no version",                 'version: "2026-11-22.1"',                       'version: ""',                         ["version", "give one"]),
    ("two measures at once",       "1: {clock: PT30M}",                             "1: {clock: PT30M, days: 1}",          ["exactly one", "clocks"]),
    ("no measure",                 "1: {clock: PT30M}",                             "1: {}",                               ["exactly one", "clocks"]),
    ("not a duration",             "1: {clock: PT30M}",                             "1: {clock: 30 min}",                  ["duration", "clocks"]),
    ("an unknown key",             "max_months: 2",                                 "max_month: 2",                        ["max_month", "extension"]),
    ("an unknown audience",        "[OMB, KOPD]",                                   "[OMBUDSMAN]",                         ["OMBUDSMAN", "ladder"]),
    ("an unknown regime",          "law: [signal, appeal]",                         "law: [petition]",                     ["petition", "clocks"]),
]  # fmt: skip

CALENDAR_ERRORS = [
    # what                         old                                              new                                    the line says
    ("no working time at all",     '["09:00-13:00", "14:30-18:30"]',                "[]",                                  ["`hours`", "has no working time", "give at least one weekday"]),
    ("a span that runs backward",  'mon: ["09:00-13:00", "14:30-18:30"]',           'mon: ["13:00-09:00"]',                ["hours.mon", "swap"]),
    ("spans that overlap",         'mon: ["09:00-13:00", "14:30-18:30"]',           'mon: ["09:00-13:00", "12:30-18:30"]', ["hours.mon", "overlaps"]),
    ("spans out of order",         'mon: ["09:00-13:00", "14:30-18:30"]',           'mon: ["14:30-18:30", "09:00-13:00"]', ["hours.mon", "overlaps"]),
    ("not a span",                 'mon: ["09:00-13:00", "14:30-18:30"]',           'mon: ["9-13"]',                       ["hours.mon", "calendar.yaml"]),
    ("25 o'clock",                 'mon: ["09:00-13:00", "14:30-18:30"]',           'mon: ["09:00-25:00"]',                ["hours.mon", "calendar.yaml"]),
    ("both closed and opened",     "date: 2025-01-05, source",                      "date: 2025-01-03, source",            ["opened[1]", "also `closed`"]),
    ("a day named twice",          "date: 2025-01-05, source",                      "date: 2024-05-04, source",            ["opened[1]", "named twice"]),
    ("a day outside the years",    "date: 2025-01-05, source",                      "date: 2035-01-05, source",            ["opened[1]", "outside `years`"]),
    ("an impossible date",         "date: 2025-01-05, source",                      'date: "2025-02-30", source',          ["opened", "date"]),
    ("no source",                  'source: "working Sunday in exchange for 2025-01-03 (government transfer for 2025)"', 'source: " "', ["opened[1]", "which act"]),
    ("an opened day without spans", 'moved: ["09:00-13:00", "14:30-18:30"]',        "moved: []",                           ["opened[0]", "add `spans`"]),
    ("an opened span backward",    "date: 2025-01-05, source",                      'spans: ["12:00-10:00"], date: 2025-01-05, source', ["opened[1].spans", "swap"]),
    ("the horizon is past",        "last: 2030",                                    "last: 2026",                          ["years.last", "use 2027 or later"]),
    ("the years run backward",     "last: 2030",                                    "last: 2019",                          ["years.last", "later than"]),
    ("before the library",         "first: 2020",                                   "first: 1980",                         ["years.first", "1991"]),
    ("an unknown zone",            "timezone: Asia/Almaty",                         "timezone: Asia/Atlantis",             ["timezone", "Asia/Almaty"]),
    ("an unknown key",             "years: {first",                                 "yeers: {first",                       ["calendar.yaml", "yeers"]),
]  # fmt: skip


def told_problems(folder, kind, name, check, old, new):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    try:
        return check(read(folder, name, kind))
    except BadConfig as error:
        return error.problems


@pytest.mark.parametrize(
    ("what", "old", "new", "says"), SLA_ERRORS, ids=[c[0] for c in SLA_ERRORS]
)
def test_a_mistake_in_the_policy_is_told(tmp_path, what, old, new, says):
    found = told_problems(tmp_path, sla.SlaPolicy, "sla.yaml", sla.problems, old, new)
    assert all(line.startswith("sla.yaml: ") and "key `" in line for line in found)
    assert [word for word in says if word not in "\n".join(found)] == []


@pytest.mark.parametrize(
    ("what", "old", "new", "says"), CALENDAR_ERRORS, ids=[c[0] for c in CALENDAR_ERRORS]
)
def test_a_mistake_in_the_calendar_is_told(tmp_path, what, old, new, says):
    found = told_problems(
        tmp_path,
        calendar.CalendarConfig,
        "calendar.yaml",
        lambda config: calendar.problems(config, date(2026, 11, 21)),
        old,
        new,
    )
    assert all(line.startswith("calendar.yaml: ") and "key `" in line for line in found)
    assert [word for word in says if word not in "\n".join(found)] == []


def test_a_week_without_working_time_is_told():
    found = calendar.hours_problems(calendar.Hours(), "bodies.yaml", "guard-71.hours")
    assert len(found) == 1
    assert found[0].startswith("bodies.yaml: key `guard-71.hours`: has no working time")
