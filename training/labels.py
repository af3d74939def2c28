"""One line of the corpus: its shape, labels that agree, and no trace of a real person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hotline.cases.terms import Channel
from hotline.config.conflict import KINDS
from hotline.config.loading import read
from hotline.config.taxonomy import TaxonomyConfig

LANGS = ("kk", "ru", "mixed", "kk-latn", "ru-latn", "en")
URGENCIES = (0, 1, 3, 4)
_DANGER = (0, 1)  # the urgencies of danger, and of nothing else
_CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_ODD = 0.2  # of the letters may be of the other alphabet: a name, a brand, a slip
_UNSEEN_BREAK = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ADDRESS = re.compile(r"@\w|https?://|\bt\.me/|\bwa\.me/", re.IGNORECASE)
_INVENTED_MAIL = re.compile(r"\w@example\.", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d(?:[\s().-]{0,2}\d){9,}")
_INVENTED = re.compile(r"(\d)\1{6}$|1234567$")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message as it is stored; corpus/README.md says what each label means."""

    id: str
    text: str
    lang: str
    channel: str
    category: str
    accept: tuple[str, ...]
    urgency: int
    danger: bool
    region: str | None
    conflict: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What config/ knows, and labels may name."""

    codes: frozenset[str]
    regions: frozenset[str]


def known(config: Path) -> Known:
    """Return the codes and regions of the folder `config`. Errors: BadConfig."""
    taxonomy = read(config, "taxonomy.yaml", TaxonomyConfig)
    regions = read(config, "regions.yaml", dict)["regions"]
    return Known(
        frozenset(taxonomy.codes()), frozenset(region["code"] for region in regions)
    )


def wrong_with(line: Line, author: str, known: Known) -> Iterator[str]:
    """Yield what does not hold for one line of `author`, each with its key."""
    if not re.fullmatch(rf"{re.escape(author)}-\d{{4}}", line.id):
        yield f"id: `{line.id}` is not {author}- and four digits"
    if not line.text.strip():
        yield "text: is empty"
    if _UNSEEN_BREAK.search(line.text):
        yield "text: holds a line break that only some readers of the file see"
    yield from _wrong_codes(line, known)
    if line.urgency not in URGENCIES:
        yield f"urgency: {line.urgency} is none of 0, 1, 3, 4"
    if line.danger != (line.urgency in _DANGER):
        yield f"danger: is {line.danger} with urgency {line.urgency}"
    if line.region is not None and line.region not in known.regions:
        yield f"region: `{line.region}` is no prefix of config/regions.yaml"
    if line.channel not in set(Channel):
        yield f"channel: `{line.channel}` is unknown"
    for kind in line.conflict:
        if kind not in KINDS or line.conflict.count(kind) > 1:
            yield f"conflict: `{kind}` is unknown, or stands twice"
    yield from _wrong_letters(line)
    yield from personal(line.text)


def _wrong_codes(line: Line, known: Known) -> Iterator[str]:
    if line.category not in known.codes:
        yield f"category: `{line.category}` is no code of config/taxonomy.yaml"
    for code in line.accept:
        if code not in known.codes:
            yield f"accept: `{code}` is no code of config/taxonomy.yaml"
        if code == line.category or line.accept.count(code) > 1:
            yield f"accept: `{code}` stands twice"


def _wrong_letters(line: Line) -> Iterator[str]:
    if line.lang not in LANGS:
        yield f"lang: `{line.lang}` is none of {', '.join(LANGS)}"
        return
    ours, theirs = len(_CYRILLIC.findall(line.text)), len(_LATIN.findall(line.text))
    if line.lang in {"kk-latn", "ru-latn", "en"} and ours > _ODD * (ours + theirs):
        yield f"lang: {line.lang}, but {ours} of {ours + theirs} letters are Cyrillic"
    if line.lang in {"kk", "ru", "mixed"} and theirs > max(3, ours):
        yield f"lang: {line.lang}, but {theirs} of {ours + theirs} letters are Latin"


def personal(text: str) -> Iterator[str]:
    """Yield what could lead to somebody: phone, IIN or card number, address in a network.

    Invented numbers end in seven equal digits or in 1234567; invented mail is at example.org.
    """
    for found in _LONG_NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if not _INVENTED.search(digits):
            yield f"text: a number of {len(digits)} digits, which could be somebody's"
    for found in _ADDRESS.finditer(text):
        if not _INVENTED_MAIL.match(text, max(0, found.start() - 1)):
            yield "text: an address or handle, which could be somebody's"
