"""The report's arithmetic and the comparison of two models, as tables."""

import pytest

from hotline.quality.report import (
    Seen,
    Tally,
    drifts,
    false_urgent_per_1000,
    line_of,
    lines_by,
)
from hotline.quality.side_by_side import Answer, Truth, better, side_by_side, worse
from hotline.quality.trust import belief

TALLIES = [
    # language, machine, people, alarm, machine's urgency, people's, n
    Tally("ru", "VIO.PHY", "VIO.PHY", True, 1, 1, 8),
    Tally("ru", "INF.REF", "VIO.PHY", False, 4, 1, 2),
    Tally("ru", "INF.REF", None, False, 4, 4, 80),
    Tally("ru", "VIO.PHY", None, True, 1, 4, 10),
    Tally("kk", "INF.REF", "INF.LEG", False, 4, 4, 5),
    Tally("kk", None, "INF.LEG", False, None, 4, 7),  # a person was quicker than triage
]
SHARES = [
    # what, group, attribute, hits, n
    ("topics that people named", "ru", "topic", 8, 10),
    ("urgency, closed ones too", "ru", "urgency", 88, 100),
    ("danger found", "ru", "danger", 8, 10),
    ("harmless but urgent", "ru", "false_urgent", 10, 90),
    ("another language", "kk", "topic", 0, 5),
    ("no danger there", "kk", "danger", 0, 0),
]


@pytest.mark.parametrize(("what", "group", "attribute", "hits", "n"), SHARES)
def test_shares_per_language(what, group, attribute, hits, n):
    by = {line.name: line for line in lines_by(TALLIES, lambda one: one.language)}
    found = getattr(by[group], attribute)
    assert (found.hits, found.n) == (hits, n), what


def test_codes_are_those_that_people_gave_and_the_most_frequent_comes_first():
    lines = lines_by(TALLIES, lambda one: one.code)
    assert [line.name for line in lines] == ["INF.LEG", "VIO.PHY"]


def test_false_urgent_per_thousand():
    assert false_urgent_per_1000(TALLIES) == pytest.approx(95.2)
    assert false_urgent_per_1000([]) is None
    assert line_of("all", []).topic.share is None


def test_each_week_is_measured_against_the_reference():
    weeks = [
        ("2026-10-05", "INF", 90),
        ("2026-10-12", "INF", 110),
        ("2026-11-16", "VIO", 99),
    ]
    seen = [Seen(week, code, "ru", "3", n) for week, code, n in weeks]
    found = drifts(seen, frozenset({"2026-10-05", "2026-10-12"}))
    verdicts = {(one.week, one.of): one.drift.verdict for one in found}
    assert verdicts == {
        ("2026-11-16", "codes"): "moved",
        ("2026-11-16", "languages"): "steady",
        ("2026-11-16", "confidence"): "steady",
    }


HARM, CALM = Truth("VIO.PHY", 1), Truth("INF.REF", 4)
FOUND, PASSED = Answer("VIO.PHY", 1, True), Answer("VIO.PHY", 2, False)
QUIET, LOUD = Answer("INF.REF", 4, False), Answer("INF.REF", 4, True)
WRONG = Answer("INF.LEG", 4, False)
COMPARED = [
    # what, truths, running, candidate, in what it is worse, better
    ("the same", [HARM, CALM], [FOUND, QUIET], [FOUND, QUIET], (), False),
    ("one danger lost", [HARM] * 99, [FOUND] * 99, [FOUND] * 98 + [PASSED],
     ("danger_recall_fell", "missed_urgent_rose"), False),
    ("one topic lost", [CALM] * 9, [QUIET] * 9, [QUIET] * 8 + [WRONG], (), False),
    ("many topics lost", [CALM] * 9, [QUIET] * 9, [QUIET] * 3 + [WRONG] * 6,
     ("topics_fell",), False),
    ("topics won", [CALM] * 9, [WRONG] * 9, [QUIET] * 9, (), True),
    ("danger found", [HARM, CALM], [PASSED, QUIET], [FOUND, QUIET], (), True),
    ("all bells ring", [HARM] + [CALM] * 9, [PASSED] + [QUIET] * 9, [FOUND] + [LOUD] * 9,
     ("false_alarms_rose",), True),
    ("bells fall silent", [CALM] * 3, [LOUD] * 3, [QUIET] * 3, (), True),
    ("nothing to look at", [], [], [], (), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "truths", "running", "candidate", "faults", "gain"), COMPARED
)
def test_two_models_side_by_side(what, truths, running, candidate, faults, gain):
    found = side_by_side(truths, running, candidate)
    assert (worse(found), better(found)) == (faults, gain), what


BELIEVED = [
    # what, (probability, agreed), doubtful
    ("nobody contradicts", [(0.9, True)] * 100, False),
    ("as often as expected", [(0.9, True)] * 90 + [(0.9, False)] * 10, False),
    ("a hard week", [(0.9, True)] * 80 + [(0.9, False)] * 20, False),
    ("a third is wrong", [(0.9, True)] * 65 + [(0.9, False)] * 35, True),
    ("three labels prove nothing", [(0.9, True)] + [(0.9, False)] * 2, False),
    ("unsure answers do not count", [(0.5, False)] * 100, False),
    ("nothing at all", [], False),
]


@pytest.mark.parametrize(("what", "answers", "doubtful"), BELIEVED)
def test_labels_are_believed_as_far_as_they_agree_with_what_is_known(
    what, answers, doubtful
):
    assert belief(answers).doubtful is doubtful
