"""Which words stay covered, what is put off, and Latin letters in Cyrillic."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.graphic import TOPICS, graphic
from hotline.cases.putting_off import LONGEST, PutOff, check
from hotline.errors import RuleForbids
from hotline.language.in_letters import is_latin, transliterated

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CODES = {"raped": "VIO.SEX", "wish_to_die": "MEN.SUI", "beating_now": "VIO.PHY"}


@pytest.mark.parametrize(
    ("what", "triage", "covered"),
    [
        ("nothing was read yet", None, None),
        ("a question", {"subcategory": "EDU.ACC", "reasons": []}, None),
        ("a beating", {"subcategory": "VIO.PHY", "reasons": [{"rule": "danger:beating_now"}]}, None),
        ("burns", {"subcategory": "VIO.PHY", "reasons": [{"rule": "danger:burns_on_purpose"}]},
         "injury"),
        ("abuse as the topic", {"subcategory": "VIO.SEX"}, "sexual"),
        ("abuse beside another topic", {"subcategory": "BUL.SCH",
         "reasons": [{"rule": "danger:raped"}]}, "sexual"),
        ("a wish to die that a 'not' beside it silenced", {"subcategory": "MEN.PSY",
         "reasons": [{"rule": "danger:wish_to_die:lowered_by_negation"}]}, "self_harm"),
        ("a likely second topic", {"subcategory": "MEN.PSY",
         "alternatives": [{"code": "MEN.SUI", "score": 0.4}]}, "self_harm"),
        ("an unlikely one", {"subcategory": "MEN.PSY",
         "alternatives": [{"code": "MEN.SUI", "score": 0.1}]}, None),
    ],
)  # fmt: skip
def test_hard_words_are_covered_by_what_triage_saw(what, triage, covered):
    assert graphic(triage, CODES) == covered, what


def test_each_covered_topic_and_rule_is_one_of_ours(config):
    from hotline.cases.graphic import WOUNDS

    assert set(TOPICS) <= set(config.taxonomy.codes())
    assert {rule.id for rule in config.danger.rules} >= WOUNDS


@given(
    urgency=st.integers(0, 4),
    danger=st.booleans(),
    span=st.timedeltas(timedelta(days=-9), timedelta(days=9)),
)
def test_nothing_that_may_be_danger_is_put_off_and_nothing_for_long(urgency, danger, span):
    allowed = urgency > 1 and not danger and timedelta(0) < span <= LONGEST
    try:
        check(urgency, NOW + span, PutOff.CALL_LATER, NOW, danger=danger)
    except RuleForbids:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Salem, menin atym Aigul", "Салем, менин атим Аигул"),
        ("Қазақша жазамын", "Қазақша жазамын"),
        ("Salem https://example.org/abc", "Салем https://example.org/abc"),
        ("", ""),
    ],
)
def test_latin_words_are_read_in_cyrillic_and_addresses_stay(text, read):
    assert transliterated(text) == read


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    transliterated(text)
    assert is_latin(text) in (True, False)


def test_the_ready_answers_are_in_both_languages_and_name_nothing(config):
    from hotline.config.replies import problems

    assert problems(config.replies, config.taxonomy.codes()) == []
    assert next(iter(config.replies.fitting("MEN.SUI"))).id == "not_alone"
    assert all(not one.topics for one in config.replies.fitting(None))
