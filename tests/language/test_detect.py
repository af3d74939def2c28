"""Language and script by heuristics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.language.detect import detect
from hotline.language.normalise import normalise

ROWS = [
    ("Kazakh", "Балам екі күннен бері мектепке барғысы келмейді", "kk", "cyrl"),
    ("Kazakh without its letters", "балам мектепте жылап отыр екен", "kk", "cyrl"),
    ("Kazakh in Latin", "balam mektepke barmaidy, ne isteu kerek", "kk", "latn"),
    ("Russian", "Подскажите, куда обратиться по поводу алиментов", "ru", "cyrl"),
    ("Russian in Latin", "ne znayu chto delat, pomogite pozhaluista", "ru", "latn"),
    ("both in one message", "балам школаға бармай жүр, что мне делать", "mixed", "cyrl"),
    ("English", "Where can I find help for my child?", "en", "latn"),
    ("no words", "😢 123", "other", "cyrl"),
    ("another script", "子供を助けて", "other", "cyrl"),
]


@pytest.mark.parametrize(
    ("case", "text", "lang", "script"), ROWS, ids=[row[0] for row in ROWS]
)
def test_language_and_script_of(case, text, lang, script):
    detected = detect(normalise(text))
    assert (detected.language, detected.script) == (lang, script)


@given(st.text(max_size=200))
def test_any_text_has_a_language_and_a_script(text):
    detected = detect(normalise(text))
    assert detected.language in {"kk", "ru", "mixed", "en", "other"}
    assert detected.script in {"cyrl", "latn"}
