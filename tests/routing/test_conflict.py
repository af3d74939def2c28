"""Who has power over a body is noticed; who only called one is not."""

import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.config.conflict import KINDS, load_conflict, problems
from hotline.language.normalise import normalise
from hotline.routing.conflict import compile_conflict, hint_conflicts

CONFIG = load_conflict(Path(__file__).parents[2] / "config")
RULES = compile_conflict(CONFIG)


def kinds(text):
    return {hint.kind for hint in hint_conflicts(normalise(text), RULES)}


@pytest.mark.parametrize("example", CONFIG.positive, ids=[e.text for e in CONFIG.positive])
def test_every_positive_example_of_the_file_is_hinted(example):
    assert set(example.kinds) <= kinds(example.text)


@pytest.mark.parametrize("text", CONFIG.negative)
def test_no_negative_example_of_the_file_is_hinted(text):
    assert kinds(text) == set()


BESIDE = [
    # what it shows                          text                                                   kinds
    ("work in Latin letters, kk",            "akem policiyada isteydi",                             {"police"}),
    ("a father who does not work",           "отец не работает, приехала полиция",                  set()),
    ("a child's words",                      "папа полицейский и сказал что мне никто не поверит",  {"police"}),
    ("kin who only called",                  "мама позвонила в полицию",                            set()),
    ("kin who only called, kk",              "апам полицияға хабарласты",                           set()),
    ("kin held there",                       "папа сидит в полиции",                                set()),
    ("two bodies",                           "опека бездействует, а муж работает в полиции",        {"guardianship", "police"}),
    ("a teacher mother, no complaint",       "моя мама учительница в нашей школе",                  set()),
    ("a teacher mother, complaint",          "училка его мама, он меня бьёт и все молчат",          {"school"}),
    ("somebody else does not answer",        "полиция приехала, но муж не отвечает",                set()),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "expected"), BESIDE, ids=[c[0] for c in BESIDE])
def test_hints_and_what_stands_beside_them(what, text, expected):
    assert kinds(text) == expected


def test_a_hint_shows_the_words_it_rests_on():
    text = "Помогите. Отчим бьёт меня, он работает в полиции!"
    spans = {text[slice(*hint.span)] for hint in hint_conflicts(normalise(text), RULES)}
    assert "работает в полиции" in spans


PIECES = st.sampled_from(
    ["полиция", "муж", "работает", "не", "111", "әкім", "баласы", "директор", ",", ".", "\n",
     "связи", "у", "него", "опека", "в", "полиции", "мектеп", "жасырып", "<i>", "\u200b"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join)))
def test_any_text_gives_hints_with_spans_inside_it(text):
    for hint in hint_conflicts(normalise(text), RULES):
        start, end = hint.span
        assert hint.kind in KINDS
        assert 0 <= start < end <= len(text)


def test_time_grows_with_the_text_and_not_with_its_square():
    def spent(words):
        text = normalise("полиция муж работает " * words)
        started = time.process_time()
        hint_conflicts(text, RULES)
        return time.process_time() - started

    assert min(spent(500) for _ in range(3)) * 12 > min(spent(2000) for _ in range(3))


def test_the_shipped_file_has_no_problems():
    assert problems(CONFIG) == []


replace = msgspec.structs.replace
RULE = CONFIG.rules[0]
BROKEN = [
    # what is wrong             parts                                                       part of the message
    ("a kind without words",    {"powers": {"police": CONFIG.powers["police"]}},            "`powers.akimat`: missing"),
    ("a kind without example",  {"positive": CONFIG.positive[:1]},                          "no example of akimat"),
    ("a rule's unknown tag",    {"rules": (replace(RULE, near=("power", "kin")),)},         "unknown tag `kin`"),
    ("a rule without words",    {"rules": (replace(RULE, near=()),)},                       "`near` is empty"),
    ("a rule twice",            {"rules": (RULE, RULE)},                                    "stands twice"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "parts", "message"), BROKEN, ids=[c[0] for c in BROKEN])
def test_a_broken_file_is_named_with_key_and_remedy(what, parts, message):
    assert any(message in line for line in problems(replace(CONFIG, **parts)))
