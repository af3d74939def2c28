"""Hints that somebody complained of has power over a body: stems near one another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from hotline.config.conflict import KINDS, ConflictConfig, ConflictKind, ConflictRule
from hotline.language.normalise import Normalised, fold_phrase

_UNLESS_REACH: Final = 3  # words
_SUBJECT_REACH: Final = 2  # words before a verb where its subject stands
_EXACT_FIRST: Final = 3  # letters
_HEAD: Final = 2  # letters by which most words are dismissed
_CLAUSE_MARKS: Final = frozenset(",;:.!?…\n()—–")

_QUOTES: Final = frozenset('«"“„')

Tags = frozenset[str]
_NO_TAGS: Final[Tags] = frozenset()
_QUOTED: Final[Tags] = frozenset({"quote"})  # a word at which somebody's speech begins


class ConflictHint(NamedTuple):
    """One hint: over which kind of body, which rule says so, and where in the text."""

    kind: ConflictKind
    rule: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ConflictRules:
    """The words of config/conflict.yaml, folded and arranged for look-up."""

    exact: dict[str, Tags]
    stems: dict[str, Tags]
    phrases: dict[str, tuple[tuple[tuple[str, ...], Tags], ...]]
    heads: frozenset[str]
    longest: int
    rules: tuple[ConflictRule, ...]


class _Tagged(NamedTuple):
    """A text's words with their tags; `clauses` numbers the stretches between commas."""

    tags: list[Tags]
    clauses: list[int]
    present: Tags


def compile_conflict(config: ConflictConfig) -> ConflictRules:
    """Return the rules with their words folded."""
    exact: dict[str, Tags] = {}
    stems: dict[str, Tags] = {}
    phrases: dict[str, dict[tuple[str, ...], Tags]] = {}
    for words, tags in _word_lists(config):
        for word in words:
            first, *rest = fold_phrase(word.removeprefix("="))
            if rest:
                by_first = phrases.setdefault(first, {})
                by_first[tuple(rest)] = by_first.get(tuple(rest), _NO_TAGS) | tags
            else:
                table = exact if word.startswith("=") else stems
                table[first] = table.get(first, _NO_TAGS) | tags
    return ConflictRules(
        exact=exact,
        stems=stems,
        phrases={first: tuple(rest.items()) for first, rest in phrases.items()},
        heads=frozenset(
            word[:_HEAD] for table in (exact, stems, phrases) for word in table
        ),
        longest=max(map(len, (*stems, *phrases)), default=0),
        rules=config.rules,
    )


def hint_conflicts(text: Normalised, rules: ConflictRules) -> tuple[ConflictHint, ...]:
    """Return one hint for each kind of body and rule; none when nobody has power over one.

    A hint holds every offer until a person looked, so rules lean towards hinting; naming
    a body one only called or wrote to is no hint.

    Errors: none. Linear in the number of words.
    Source: config/conflict.yaml.
    """
    tagged = _tag(text, rules)
    found: dict[tuple[ConflictKind, str], ConflictHint] = {}
    for rule in rules.rules:
        if not _possible(rule, tagged.present):
            continue
        for kinds, first, last in _matches(rule, tagged):
            span = (text.tokens[first].start, text.tokens[last].end)
            for kind in kinds:
                found.setdefault((kind, rule.name), ConflictHint(kind, rule.name, span))
    return tuple(found.values())


def _word_lists(config: ConflictConfig) -> Iterator[tuple[tuple[str, ...], Tags]]:
    for kind, power in config.powers.items():
        yield power.person, frozenset({"power", "person", kind})
        yield power.body, frozenset({"power", "body", kind})
    for tag, words in config.words.items():
        yield words, frozenset({tag})


def _tag(text: Normalised, rules: ConflictRules) -> _Tagged:
    tokens = text.tokens
    tags = [_NO_TAGS] * len(tokens)
    clauses: list[int] = []
    clause, end = 0, 0
    for index, token in enumerate(tokens):
        gap = token.start - end
        if not _QUOTES.isdisjoint(text.text[max(end, token.start - 1) : token.start]):
            tags[index] |= _QUOTED
        if gap > 1 or (gap == 1 and text.text[end] == "\n"):
            clause += not _CLAUSE_MARKS.isdisjoint(text.text[end : token.start])
        end = token.end
        clauses.append(clause)
        word = token.folded
        if word[:_HEAD] in rules.heads:
            tags[index] |= _word_tags(word, rules)
            _tag_phrases(index, text, rules, tags)
    present = _NO_TAGS.union(*tags) if tags else _NO_TAGS
    return _Tagged(tags, clauses, present)


def _word_tags(word: str, rules: ConflictRules) -> Tags:
    tags = rules.exact.get(word, _NO_TAGS)
    for length in range(_HEAD, min(len(word), rules.longest) + 1):
        found = rules.stems.get(word[:length])
        if found is not None:
            tags |= found
    return tags


def _tag_phrases(
    index: int, text: Normalised, rules: ConflictRules, tags: list[Tags]
) -> None:
    """Tag the last word of each phrase that begins here, so that windows count from it."""
    tokens = text.tokens
    word = tokens[index].folded
    for length in range(1, min(len(word), rules.longest) + 1):
        if length <= _EXACT_FIRST and length != len(word):
            continue  # "не", "в": a short first word is itself, not a stem
        for rest, found in rules.phrases.get(word[:length], ()):
            last = index + len(rest)
            if last < len(tokens) and all(
                tokens[index + place].folded.startswith(stem)
                for place, stem in enumerate(rest, start=1)
            ):
                tags[last] |= found


def _possible(rule: ConflictRule, present: Tags) -> bool:
    if any(tag not in present for tag in rule.near):
        return False
    return not rule.anywhere or not present.isdisjoint(rule.anywhere)


def _matches(
    rule: ConflictRule, tagged: _Tagged
) -> Iterator[tuple[tuple[ConflictKind, ...], int, int]]:
    """Return kinds and the first and last word of every place where the rule holds."""
    anchor, *others = rule.near
    for index, tags in enumerate(tagged.tags):
        if anchor not in tags or _excused(rule, index, tagged):
            continue
        places = [_nearest(tag, index, rule, tagged) for tag in others]
        if None in places:
            continue
        known = [place for place in places if place is not None]
        first, last = min([index, *known]), max([index, *known])
        if _others_doing(rule, index, first, last, tagged):
            continue
        kinds = _kinds(rule, index, tagged)
        if kinds:
            yield kinds, first, last


def _others_doing(
    rule: ConflictRule, index: int, first: int, last: int, tagged: _Tagged
) -> bool:
    """Return whether somebody else is the subject: "полиция... но *муж* не отвечает"."""
    start = first + 1 if first == index else max(0, first - _SUBJECT_REACH)
    inner = _NO_TAGS.union(*tagged.tags[start:last])
    return not inner.isdisjoint(rule.between)


def _excused(rule: ConflictRule, index: int, tagged: _Tagged) -> bool:
    """Return whether a word beside the anchor says that the body was only called."""
    if not rule.unless:
        return False
    start, stop = max(0, index - _UNLESS_REACH), index + _UNLESS_REACH + 1
    return any(
        tagged.clauses[place] == tagged.clauses[index]
        and not tagged.tags[place].isdisjoint(rule.unless)
        for place in range(start, min(stop, len(tagged.tags)))
    )


def _nearest(tag: str, index: int, rule: ConflictRule, tagged: _Tagged) -> int | None:
    for distance in range(1, rule.window + 1):
        for place in (index - distance, index + distance):
            if not 0 <= place < len(tagged.tags) or tag not in tagged.tags[place]:
                continue
            free = rule.clause == "any" or (rule.clause == "before" and place > index)
            if free or tagged.clauses[place] == tagged.clauses[index]:
                return place
    return None


def _kinds(rule: ConflictRule, index: int, tagged: _Tagged) -> tuple[ConflictKind, ...]:
    if rule.kinds:
        own: tuple[ConflictKind, ...] = rule.kinds
        wanted = rule.only_kinds
        return own if not wanted or not tagged.tags[index].isdisjoint(wanted) else ()
    near = tagged.tags[max(0, index - 1) : index + 2] if "inside" in rule.near else []
    tags = tagged.tags[index].union(*near)  # "в 111": the kind may be the next word's
    return tuple(kind for kind in KINDS if kind in tags and kind not in rule.not_kinds)
