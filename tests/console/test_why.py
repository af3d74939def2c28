"""Why the system thinks so: sentences in Kazakh and Russian, with the words they rest on."""

from datetime import date

import pytest

from hotline.config.load import SHIPPED, load
from hotline.console.why import because
from hotline.console.wording import Wording
from hotline.routing.reading import Evidence, Reading
from hotline.routing.triage import TriageFacts, triage
from tests.shipped import POLICY

CONFIG = load(SHIPPED, date(2026, 11, 22))


def told(text, lang, reading=None):
    judged = triage(TriageFacts(text), POLICY, reading, "test:1")
    return because(Wording(CONFIG, lang), POLICY.danger, text, judged.reasons)


def sentences(found):
    return {one.sentence: one.words for one in found}


@pytest.mark.parametrize(
    ("lang", "rule"),
    [
        ("ru", "Правило опасности: Физическое насилие"),
        ("kk", "Қауіп ережесі: Дене жарақаты"),
    ],
)
def test_a_rule_is_told_with_its_topic_and_the_words(lang, rule):
    found = told("Отчим избивает брата, Павлодар", lang)
    hit = next(one for one in found if one.sentence.startswith(rule))
    assert any("избивает" in words for words in hit.words)
    assert any("Павлодар" in words for one in found for words in one.words)


def test_a_lowered_word_tells_what_lowered_it():
    found = sentences(told("мама меня не бьёт", "ru"))
    assert any(
        sentence.startswith("Слова опасности, ослаблено (отрицание)") for sentence in found
    )


def test_what_the_model_rests_on_and_its_doubt_are_told():
    text = "он там большой человек, всё решает"
    reading = Reading(
        codes={"VIO.PHY": 0.6, "INF.BODY": 0.3, "INF.OTH": 0.1},
        danger=0.9,
        urgency={0: 0.1, 1: 0.9},
        whole=True,
        confidence=0.5,
        power={"akimat": 0.9},
        words=(Evidence("danger", (7, 14)), Evidence("VIO.PHY", (15, 22))),
    )
    found = sentences(told(text, "ru", reading))
    assert found["Модель подозревает опасность"] == ("большой",)
    assert "Тема определена неуверенно" in found
    assert any(sentence.startswith("Возможно влияние на орган") for sentence in found)
    assert any(words == ("человек",) for words in found.values())


def test_every_sentence_is_translated():
    text = "мама меня не бьёт, Қостанай"
    ru, kk = (set(sentences(told(text, lang))) for lang in ("ru", "kk"))
    assert not ru & kk


def test_a_forgotten_text_leaves_the_sentences_without_words():
    judged = triage(TriageFacts("Отчим избивает брата"), POLICY)
    found = because(Wording(CONFIG, "ru"), POLICY.danger, "", judged.reasons)
    assert found
    assert not any(one.words for one in found)
