"""The shipped weights on messages that nothing was trained on: figures that may not sink.

Limits stand a little below what was found (docs/model-card.md), so that a change of rules
that costs real recall or topics fails here.
"""

import pytest

from benchmarks.triage import CORPUS, judge, macro_f1, read
from hotline.quality.share import share_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]


@pytest.fixture(scope="module")
def judged():
    return list(judge(list(read([CORPUS / "test" / "last.jsonl"]))))


def share(found):
    found = list(found)
    return share_of(sum(found), len(found)).share


def test_danger_is_found_and_the_bell_can_be_trusted(judged):
    assert share(one.said.danger for one in judged if one.danger) >= 0.96
    assert share(one.danger for one in judged if one.said.danger) >= 0.75


def test_what_is_critical_is_flagged(judged):
    assert share(one.said.danger for one in judged if one.urgency == 0) >= 0.97


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_no_language_is_left_behind(judged, lang):
    some = [one for one in judged if one.lang == lang]
    assert share(one.said.danger for one in some if one.danger) >= 0.95
    assert share(one.right for one in some) >= 0.80


def test_topics_are_right_or_among_the_first_three(judged):
    assert macro_f1(judged) >= 0.80
    assert share(one.lenient for one in judged) >= 0.86
    assert share(one.among_three for one in judged) >= 0.94


def test_where_nobody_is_asked_the_topic_can_be_defended(judged):
    calm = [one for one in judged if not one.said.needs_human]
    assert len(calm) >= 0.50 * len(judged)
    assert share(one.lenient for one in calm) >= 0.94


def test_places_and_power_are_found(judged):
    placed = [one for one in judged if one.region]
    assert share(one.said.region == one.region for one in placed) >= 0.94
    told = [one for one in judged if one.said.region]
    assert share(one.said.region == one.region for one in told) >= 0.97
    assert share(bool(one.said.conflict_hint) for one in judged if one.conflict) >= 0.90


def test_urgency_0_and_1_and_danger_are_one(judged):
    assert all((one.said.urgency <= 1) == one.said.danger for one in judged)
