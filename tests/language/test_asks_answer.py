"""Which letters ask for an answer; where there is doubt, none does."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.language.asks_answer import asks_answer

LETTERS = [
    ("Прошу ответить на это письмо.", True),
    ("Жду вашего ответа", True),
    ("Пожалуйста, сообщите, что делать", True),
    ("Ответьте мне, пожалуйста", True),
    ("Жауабыңызды күтемін", True),
    ("Маған жауап беріңізші", True),
    ("Өтінемін, жауап жазыңыз", True),
    ("Please reply soon", True),
    ("I am waiting for your answer", True),
    ("Сосед бьёт детей, номер дома 5", False),
    ("Полиция не ответила на заявление", False),
    ("Полиция жауап бермеді", False),
    ("Не отвечайте на это письмо, он читает мою почту. Жду ответа от школы", False),
    ("Ответа не жду", False),
    ("Прошу ответить, но не пишите сюда", False),
    ("Жауап бермеңіз, ол оқиды. Жауабыңызды күтемін", False),
    ("Маған жазыңыз деп айтты, бірақ жазбаңыз", False),
    ("Please do not reply", False),
    ("", False),
]


@pytest.mark.parametrize(("letter", "asked"), LETTERS)
def test_a_letter_asks_only_where_it_says_so(letter, asked):
    assert asks_answer(letter) is asked


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert asks_answer(text) in (True, False)


def test_a_long_letter_of_such_words_is_read_at_once():
    began = time.monotonic()
    asks_answer("прошу пожалуйста жауап жду " * 2000)
    assert time.monotonic() - began < 1
