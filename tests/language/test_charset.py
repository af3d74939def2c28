"""Bytes of unknown sets are read as what a person wrote, whatever was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.language.charset import read_text

WORDS = [
    "Помогите", "ПОМОГИТЕ", "СОС", "Дом", "нет", "да", "меня бьёт отчим, мне 12 лет",
    "МЕНЯ БЬЁТ ОТЧИМ", "Мама пьёт", "Он пришёл, помогите!!!", "улица Абая 5 кв 7",
    "Маған көмек керек", "әкем ұрады", "Көмек", "ҰРЫП ЖАТЫР", "«Айгуль» — это я", "Алло",
]  # fmt: skip
SETS = ["utf-8", "cp1251", "kz1048", "koi8-r", "utf-16-be", "utf-16-le"]
LIES = ["", "UTF-8", "8-BIT", "ISO-8859-1", "no such set", "rot13", "base64", "idna"]


def writable(text, charset):
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("charset", SETS)
@pytest.mark.parametrize("declared", LIES)
def test_the_words_are_read_whatever_was_declared(charset, declared):
    for text in WORDS:
        if writable(text, charset):
            assert read_text(text.encode(charset), declared).text == text


SURE = [
    # what came                              bytes                              read as
    ("a cut at the end", "Помогите".encode()[:-1], "Помогит\ufffd"),
    ("a cut at the beginning", "Помогите".encode()[1:], "\ufffdомогите"),
    ("half a surrogate pair", "обрыв ".encode() + b"\xed\xa0\xbd", "обрыв \ud83d"),
    ("NUL between words", "до\0после".encode(), "до\0после"),
    ("a byte order mark", b"\xfe\xff\x04\x14\x04\x30", "Да"),
    ("nothing", b"", ""),
    ("plain ASCII", b"Help me", "Help me"),
    ("pictures in UTF-16", "Көмек 🆘".encode("utf-16-be"), "Көмек 🆘"),
]


@pytest.mark.parametrize(("text", "data", "read"), SURE, ids=[name for name, *_ in SURE])
def test_what_proves_itself_is_read_exactly(text, data, read):
    assert read_text(data).text == read


@given(st.text())
def test_utf8_is_never_read_as_anything_else_but_wide_letters(text):
    found = read_text(text.encode("utf-8", "surrogatepass"))
    assert found.text == text or found.charset.startswith("utf-16") or text[0] == "\ufeff"


@given(st.binary(), st.text())
def test_any_bytes_under_any_claim_are_read(data, declared):
    assert isinstance(read_text(data, declared).text, str)
