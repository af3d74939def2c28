"""The folded form: one spelling for all the ways people type."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.language.normalise import fold, fold_phrase, normalise

SAME = [
    ("Kazakh letters fold to Russian neighbours", "ұрады", "урады"),
    ("Kazakh in Latin", "ұрады", "urady"),
    ("Kazakh in Latin with i for ы", "қызым", "qizim"),
    ("the alphabet of 2021", "шешем", "şeşem"),
    ("the alphabet of 2018", "өңірі", "óńiri"),
    ("w typed for ш", "шешем", "wewem"),
    ("Russian in Latin, zh", "жить", "zhit'"),
    ("Russian in Latin, soft sign before a vowel", "бьёт", "biet"),
    ("the same with y", "бьет", "byot"),
    ("reflexive verbs", "дерётся", "deretsya"),
    ("ia is я", "таяқ", "taiaq"),
    ("kh and h", "хочу", "khochu"),
    ("digits for letters", "хочу", "xo4u"),
    ("final j is й", "Қостанай", "kostanaj"),
    ("c at the end is ц", "отец", "otec"),
    ("a Latin look-alike inside a Cyrillic word", "Солтүстік", "Солтүстiк"),
    ("look-alikes in capitals", "помогите", "ПOMOГИTE"),
    ("repeated letters", "помогите", "помогиииитеее"),
    ("a zero-width space inside", "убьёт", "убь\u200bёт"),
    ("a decomposed й", "умирай", "умираи\u0306"),
    ("mathematical bold", "suicide", "𝐬𝐮𝐢𝐜𝐢𝐝𝐞"),
]


@pytest.mark.parametrize(("case", "one", "other"), SAME, ids=[row[0] for row in SAME])
def test_two_spellings_of_one_word_fold_alike(case, one, other):
    assert fold(one) == fold(other)


def test_was_and_beat_stay_two_words():
    assert fold("был") != fold("бил")
    assert fold("byl") == fold("был")


def test_positions_point_into_the_original_text():
    text = "<b>Әкем</b> 14жаста&nbsp;мені ұрады!\nКөмек"
    tokens = normalise(text).tokens
    assert [text[token.start : token.end] for token in tokens] == [
        "Әкем", "14", "жаста", "мені", "ұрады", "Көмек",
    ]  # fmt: skip


def test_sentences_end_at_stops_and_line_breaks():
    read = normalise("Отец бьёт. Помогите! мне 12\nадрес")
    assert [read.text[s.start : s.end] for s in read.sentences] == [
        "Отец бьёт", "Помогите", "мне 12", "адрес",
    ]  # fmt: skip


def test_a_huge_text_keeps_head_and_tail_and_says_so():
    read = normalise("начало " + "вода " * 20_000 + "конец", limit=1_000)
    assert read.cut
    assert (read.tokens[0].folded, read.tokens[-1].folded) == ("начало", fold("конец"))
    assert len(read.tokens) < 250


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_string_has_tokens_in_order_with_true_positions(text):
    read = normalise(text)
    last = 0
    for token in read.tokens:
        assert last <= token.start < token.end <= len(text)
        assert text[token.start : token.end]
        last = token.end
    assert all(s.first < s.last for s in read.sentences)
    assert sum(s.last - s.first for s in read.sentences) == len(read.tokens)


CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі"


@given(st.text(alphabet=CYRILLIC, min_size=1, max_size=12))
def test_folding_a_folded_word_changes_nothing(word):
    assert fold(fold(word)) == fold(word)


def test_phrases_of_configuration_fold_like_messages():
    assert fold_phrase("өмір сүргім келмейді") == fold_phrase("omir surgim kelmeidi")
