"""Latin Kazakh and Russian in Cyrillic letters, for people who read: sounds, not spelling."""

import re

from hotline.language.letters import in_cyrillic

_WORD = re.compile(r"[A-Za-zÀ-ɏ'’]{2,}")
_LEFT = re.compile(r"<[^<>]*>|https?://\S+|\S+@\S+|@\w+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_SHARE = 0.6  # of the letters: below, somebody only mixed in a foreign word


def is_latin(text: str) -> bool:
    """Return whether a text is written in Latin letters for the most part."""
    plain = _LEFT.sub(" ", text)
    latin = sum(len(found.group()) for found in _WORD.finditer(plain))
    letters = latin + len(_CYRILLIC.findall(plain))
    return latin > 0 and latin / letters >= _SHARE


def transliterated(text: str) -> str:
    """Return the text with its Latin words in Cyrillic; addresses stay as they are."""
    pieces, at = [], 0
    for kept in _LEFT.finditer(text):
        pieces += [_WORD.sub(_word, text[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*pieces, _WORD.sub(_word, text[at:])])


def _word(found: re.Match[str]) -> str:
    word = found.group()
    said = in_cyrillic(word)
    return said[:1].upper() + said[1:] if word[:1].isupper() else said
