"""Concepts: order-free, within a window, denied or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.language.lexicon import Concept
from hotline.language.normalise import normalise
from hotline.language.stems import BadStemError, compile_lexicon

SHARED = {"parent": ["отец=", "әкем", "мама"]}
CONCEPTS = [
    Concept("beats", (("бьёт", "ұр*"), ("@parent",)), window=5),
    Concept("no_life", (("нехоч", "сүргім+келмей"), ("жить", "өмір")), negatable=False),
    Concept("thirst", (("дем+алмай",),)),
    Concept("no_food", (("тамақ_жоқ",),)),
    Concept("raises_hand", (("руку+подним", "қол_көтер"),)),
    Concept("hits", (("бить=",),)),
]
LEXICON = compile_lexicon(CONCEPTS, SHARED, ["быть"])


def found(text):
    return {
        CONCEPTS[match.concept].id: match.negated for match in LEXICON.find(normalise(text))
    }


ROWS = [
    ("in order", "отец бьёт", {"beats": False}),
    ("turned round", "бьёт отец", {"beats": False}),
    ("words between", "отец иногда сильно бьёт", {"beats": False}),
    ("beyond the window", "отец раз два три четыре пять шесть бьёт", {}),
    ("the end of a sentence counts", "Это отец. Да. Бьёт", {}),
    ("one group alone", "бьёт часы", {}),
    ("a whole word is not a beginning", "отец= отцовский бьёт", {"beats": False}),
    ("only the derived word", "отцовский бьёт", {}),
    ("a Kazakh root with an ending", "әкем ұрады", {"beats": False}),
    ("a scolding is no beating", "әкем ұрысады", {}),
    ("denied by a particle", "отец не бьёт", {"beats": True}),
    ("denied by a suffix", "әкем ұрмайды", {"beats": True}),
    ("denied by жоқ", "әкем ұрған жоқ", {"beats": True}),
    ("an intention is not denied", "әкем ұрмақ", {"beats": False}),
    ("denied once, affirmed once", "отец не бьёт сестру а меня отец бьёт", {"beats": False}),
    ("a particle read as part of its verb", "не хочу жить", {"no_life": False}),
    ("the same joined", "нехочу жить", {"no_life": False}),
    ("the wish without the particle", "хочу жить", {}),
    ("words of a phrase near each other", "дем ала алмай", {"thirst": False}),
    ("words that follow one another", "үйде тамақ жоқ", {"no_food": False}),
    ("a word between them", "тамақ бар ақша жоқ", {}),
    ("the other way round", "жоқ тамақ", {}),
    ("a sentence ends between them", "тамақ. жоқ", {}),
    ("a phrase denied by its second word", "никогда руку не поднимал", {"raises_hand": True}),
    ("a phrase denied by a suffix", "әкем қол көтермейді", {"raises_hand": True}),
    ("a phrase that stands", "опять руку поднимает", {"raises_hand": False}),
    ("the word", "хочет бить", {"hits": False}),
    ("a word that only folds like it", "хочет быть", {}),
    ("denied at a distance", "әкем ұрып-соғып жатқан жоқ", {"beats": True}),
    ("something else is missing", "әкем ұрады тамақ жоқ", {"beats": False, "no_food": False}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_a_concept_is_found(case, text, expected):
    assert found(text) == expected


def test_an_unknown_group_is_an_error():
    with pytest.raises(BadStemError, match="names no shared group"):
        compile_lexicon([Concept("x", (("@nobody",),))], {})


def test_a_stem_of_signs_is_an_error():
    with pytest.raises(BadStemError):
        compile_lexicon([Concept("x", (("=",),))], {})


WORDS = st.sampled_from(
    ["отец", "бьёт", "ұрады", "не", "жоқ", "дем", "алмай", "өмір", "и", ".", "мама"]
)


@given(st.lists(WORDS, max_size=30))
@settings(max_examples=200)
def test_a_match_names_words_of_the_text_and_holds_its_deed(words):
    read = normalise(" ".join(words))
    for match in LEXICON.find(read):
        assert 0 <= match.first <= match.deed <= match.last < len(read.tokens)


@given(st.lists(WORDS, max_size=30))
def test_reading_the_same_text_twice_gives_the_same(words):
    read = normalise(" ".join(words))
    assert LEXICON.find(read) == LEXICON.find(read)
