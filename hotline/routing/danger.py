"""The danger floor: pure rules that run before a contact is answered. They only raise."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hotline.config.danger import FILE, DangerConfig
from hotline.errors import BadConfig
from hotline.language.lexicon import Concept, Lexicon, Match
from hotline.language.normalise import LIMIT, Normalised, normalise
from hotline.language.stems import BadStemError, compile_lexicon

_NOW_WITHIN = 4  # words between a deed and "now"
_EXCUSE_WITHIN = 6  # words between a deed and what excuses it
_DENIED = 0.3  # what is left of a score when the deed is denied
_LEAST = 0.2  # a lowered hit never sinks below a person's look
_SIGN_STEP = 40  # characters; of a row of laughing faces one is enough
_TOGETHER = 0.25  # what each further hit adds of what is missing to certainty


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that fired. `lowered_by` names the scope or `negation` that took it down."""

    rule: str
    code: str
    urgency: int
    score: float
    span: tuple[int, int]
    text: str
    lowered_by: str | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """What the rules say. `urgency` is 0 or 1 with danger, else None."""

    danger: bool
    urgency: int | None
    score: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    code: str
    urgency: int
    score: float
    now: bool
    past: bool
    spares: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Scope:
    id: str
    kind: str
    factor: float
    reach: int
    spares: frozenset[str]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DangerRules:
    """Compiled config/danger.yaml."""

    lexicon: Lexicon
    rules: tuple[_Rule, ...]
    scopes: tuple[_Scope, ...]
    now: int  # number of the concept "now"
    unless: Mapping[int, int]  # concept of an excuse -> its rule
    threshold: float


def compile_danger(config: DangerConfig) -> DangerRules:
    """Return the rules ready to run. Errors: BadConfig for a stem that cannot be used."""
    shared = {name: stems.split() for name, stems in config.groups.items()}
    concepts = [
        Concept(rule.id, _groups(rule.all), rule.window, rule.negatable)
        for rule in config.rules
    ]
    concepts += [Concept(scope.id, _groups(scope.all)) for scope in config.scopes]
    now = len(concepts)
    concepts.append(Concept("now", (("@now",),), negatable=False))
    unless: dict[int, int] = {}
    for number, rule in enumerate(config.rules):
        if rule.unless:
            unless[len(concepts)] = number
            concepts.append(Concept(f"{rule.id}.unless", _groups([rule.unless])))
    try:
        lexicon = compile_lexicon(concepts, shared, config.look_alikes.split())
    except BadStemError as error:
        raise BadConfig([f"{FILE}: {error}"]) from error
    return DangerRules(
        lexicon,
        tuple(
            _Rule(
                *(rule.id, rule.code, rule.urgency, rule.score, rule.now, rule.past),
                frozenset(rule.spares),
            )
            for rule in config.rules
        ),
        tuple(
            _Scope(
                s.id, s.kind, s.factor, s.reach, frozenset(s.spares), tuple(s.signs.split())
            )
            for s in config.scopes
        ),
        now,
        unless,
        config.threshold,
    )


def floor(text: str | Normalised, rules: DangerRules, limit: int = LIMIT) -> Floor:
    """Return the danger that the rules see in `text`. Linear time; never raises.

    Urgency 0 or 1 if and only if danger. Lowered hits keep a score above zero.
    Units: `limit` in characters, as in `normalise`.
    """
    read = normalise(text, limit) if isinstance(text, str) else text
    matches = rules.lexicon.find(read)
    if not matches or matches[0].concept >= len(rules.rules):
        return Floor(danger=False, urgency=None, score=0.0, hits=())
    deeds = [match for match in matches if match.concept < len(rules.rules)]
    around = [*matches[len(deeds) :], *_signs(read, rules)]
    hits = tuple(_hit(match, around, read, rules) for match in deeds)
    return _judged(hits, rules.threshold)


def _signs(read: Normalised, rules: DangerRules) -> Iterator[Match]:
    """Return the places of signs, as if the word before each were the scope's word."""
    starts = [token.start for token in read.tokens]
    for number, scope in enumerate(rules.scopes, start=len(rules.rules)):
        for sign in scope.signs:
            at = read.text.find(sign)
            while at >= 0:
                word = max(0, bisect_left(starts, at) - 1)
                yield Match(number, word, word, word, negated=False)
                at = read.text.find(sign, at + _SIGN_STEP)


def _judged(hits: Sequence[Hit], threshold: float) -> Floor:
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.urgency))
    firm = [hit for hit in ordered if hit.score >= threshold]
    if not firm:
        return Floor(
            danger=False, urgency=None, score=ordered[0].score, hits=tuple(ordered)
        )
    score = firm[0].score
    for _ in {hit.code for hit in firm} - {firm[0].code}:
        score += (1 - score) * _TOGETHER
    urgency = min(hit.urgency for hit in firm)
    return Floor(danger=True, urgency=urgency, score=round(score, 4), hits=tuple(ordered))


def _hit(
    match: Match, around: Sequence[Match], read: Normalised, rules: DangerRules
) -> Hit:
    rule = rules.rules[match.concept]
    now = rule.now and any(
        other.concept == rules.now and _apart(match, other) <= _NOW_WITHIN
        for other in around
    )
    lowered_by, factor = _lowered(match, around, rules)
    score = max(_LEAST, rule.score * factor) if lowered_by else rule.score
    span = (read.tokens[match.first].start, read.tokens[match.last].end)
    text = read.text[span[0] : span[1]]
    urgency = 0 if now else rule.urgency
    return Hit(rule.id, rule.code, urgency, score, span, text, lowered_by)


def _lowered(
    match: Match, around: Sequence[Match], rules: DangerRules
) -> tuple[str | None, float]:
    """Return what takes a hit's score down, and by which factor."""
    rule = rules.rules[match.concept]
    if match.negated:
        return "negation", _DENIED
    for other in around:
        if other.concept in rules.unless:
            excuses = rules.unless[other.concept] == match.concept
            if excuses and not other.negated and _apart(match, other) <= _EXCUSE_WITHIN:
                return "unless", _DENIED
        elif other.concept != rules.now and not other.negated:
            scope = rules.scopes[other.concept - len(rules.rules)]
            if not _spared(rule, scope) and _apart(match, other) <= scope.reach:
                return scope.id, scope.factor
    return None, 1.0


def _spared(rule: _Rule, scope: _Scope) -> bool:
    past = rule.past and scope.kind == "past"
    return past or rule.code in scope.spares or scope.id in rule.spares


def _apart(one: Match, other: Match) -> int:
    """Return the words between two matches; 0 when they overlap."""
    return max(0, one.first - other.last, other.first - one.last)


def _groups(lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in lines)
