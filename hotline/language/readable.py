"""A text as a language model reads it best: real letters, one script, no noise.

Rules read folded words; a model that learnt from real texts needs the letters that folding
takes away (қ, ё, ь). Latin Kazakh and Russian become Cyrillic, English stays Latin.
"""

import re
import unicodedata

from hotline.language.letters import in_cyrillic
from hotline.language.normalise import Normalised

_REPEATED = re.compile(r"(\S)\1{2,}")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe0f]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0259]")


def readable(read: Normalised, *, english: bool) -> list[str]:
    """Return the sentences of `read`, cleaned, each with the signs that follow it.

    `english`: leave Latin words alone. Linear time. A text without words gives one
    sentence, its signs, since an emoji alone says something too.
    """
    if not read.sentences:
        rest = _clean(read.text[:_BARE])
        return [rest] if rest else []
    found = []
    for index, sentence in enumerate(read.sentences):
        begin = sentence.start if index else max(0, sentence.start - _EDGE)
        upto = (
            read.sentences[index + 1].start
            if index + 1 < len(read.sentences)
            else len(read.text)
        )
        upto = min(upto, sentence.end + _EDGE)
        found.append(_said(read, sentence.first, sentence.last, (begin, upto), english))
    return [sentence for sentence in found if sentence]


_BARE = 200  # characters of a text without words
_EDGE = 24  # characters of signs kept around a sentence


def _said(
    read: Normalised, first: int, last: int, span: tuple[int, int], english: bool
) -> str:
    parts = []
    at = span[0]
    for token in read.tokens[first:last]:
        parts.append(_between(read.text, at, token.start))
        parts.append(_word(token.surface, english=english))
        at = token.end
    parts.append(_between(read.text, at, span[1]))
    return _clean("".join(parts))


def _between(text: str, start: int, end: int) -> str:
    """Return the signs between two words; mark-up between them is a space."""
    if end - start > _EDGE:
        return " "
    gap = text[start:end]
    return " " if "<" in gap or "&" in gap else gap


def _word(surface: str, *, english: bool) -> str:
    word = _UNSEEN.sub("", surface).lower()
    if not _LATIN.search(word) or (english and not _CYRILLIC.search(word)):
        return word
    return in_cyrillic(word)


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower()
    return _SPACES.sub(" ", _REPEATED.sub(r"\1\1", text)).strip()
