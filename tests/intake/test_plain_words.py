"""A child of twelve can read our public pages: short sentences of short words."""

import re
from pathlib import Path

import pytest

from hotline.i18n import catalogue

FOLDERS = (Path("hotline/intake/templates"), Path("hotline/web/templates"))
ROOT = Path(__file__).parents[2]
QUOTED = re.compile(r'_\("((?:[^"\\]|\\.)*)"')
VOWELS = re.compile("[аеёиоуыэюяәіөұү]", re.IGNORECASE)
LONGEST_SENTENCE = 22  # words
# Oborneva's fit of Flesch's formula to Russian (2006): 60 and more is read at 12 to 13 years.
EASY = 60


def shown(locale):
    """Return every text of the public pages in `locale`."""
    pages = [page for folder in FOLDERS for page in (ROOT / folder).glob("*.html")]
    asked = {text for page in pages for text in QUOTED.findall(page.read_text())}
    words = [
        str(catalogue(locale)[text].string) for text in asked if text in catalogue(locale)
    ]
    assert len(words) > 60
    return words


def sentences(texts):
    """Return the words of each sentence that has more than two."""
    split = [part for text in texts for part in re.split(r"[.!?:;]+(?:\s|$)", text)]
    found = [re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", part) for part in split]
    return [words for words in found if len(words) > 2]


@pytest.mark.parametrize("locale", ["kk", "ru"])
def test_no_sentence_is_long(locale):
    long = [" ".join(w) for w in sentences(shown(locale)) if len(w) > LONGEST_SENTENCE]
    assert long == []


def test_russian_pages_are_easy_by_flesch():
    found = sentences(shown("ru"))
    words = [word for sentence in found for word in sentence]
    syllables = sum(max(1, len(VOWELS.findall(word))) for word in words)
    score = 206.835 - 1.3 * len(words) / len(found) - 60.1 * syllables / len(words)
    assert score >= EASY, round(score, 1)


def test_kazakh_sentences_are_short_on_average():
    """No formula is fitted to Kazakh, whose words carry their endings: ten words at most."""
    found = sentences(shown("kk"))
    assert sum(map(len, found)) / len(found) <= 10
