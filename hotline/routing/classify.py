"""Which code a text is about, by rules: topic words and danger hits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.config.topics import FILE, TopicsConfig
from hotline.errors import BadConfig
from hotline.language.lexicon import Concept, Lexicon
from hotline.language.normalise import Normalised
from hotline.language.stems import BadStemError, compile_lexicon
from hotline.routing.danger import Hit

AT_LEAST = 3  # suggestions that a person always sees
SHOWN = 5
_MOST_STRONG, _MOST_WORDS = 3, 4  # repeats beyond these say nothing new
_HIT_WEIGHT, _LOWERED_WEIGHT = 2.4, 1.0
_DOUBT = 0.9  # evidence that a lone word must outweigh before it is believed
_FALLBACK = {"INF.OTH": 0.25, "INF.REF": 0.15, "MEN.PSY": 0.1}  # when nothing speaks


@dataclass(frozen=True, slots=True)
class Ranked:
    """One code with its share of the evidence."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Classified:
    """Codes, best first (at least three), and how sure the first is, 0..1."""

    ranked: tuple[Ranked, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class TopicRules:
    """Compiled config/topics.yaml."""

    lexicon: Lexicon
    codes: tuple[str, ...]
    owners: tuple[tuple[int, float, int], ...]  # concept -> code, weight, most


def compile_topics(config: TopicsConfig, codes: Sequence[str]) -> TopicRules:
    """Return the topics ready to use. Errors: BadConfig for a stem that cannot be used."""
    concepts: list[Concept] = []
    owners: list[tuple[int, float, int]] = []
    for number, code in enumerate(codes):
        topic = config.topics[code]
        for stems, weight, most in (
            (topic.strong, config.strong_weight, _MOST_STRONG),
            (topic.words, config.word_weight, _MOST_WORDS),
        ):
            if stems.strip():
                concepts.append(Concept(code, (tuple(stems.split()),)))
                owners.append((number, weight, most))
    try:
        lexicon = compile_lexicon(concepts, {})
    except BadStemError as error:
        raise BadConfig([f"{FILE}: {error}"]) from error
    return TopicRules(lexicon, tuple(codes), tuple(owners))


def classify(
    read: Normalised,
    rules: TopicRules,
    hits: Sequence[Hit] = (),
) -> Classified:
    """Return the codes ranked by evidence."""
    scores = dict.fromkeys(rules.codes, 0.0)
    for code, least in _FALLBACK.items():
        if code in scores:
            scores[code] += least
    for concept, count in rules.lexicon.words_of(read).items():
        number, weight, most = rules.owners[concept]
        scores[rules.codes[number]] += weight * min(count, most)
    for hit in hits:
        weight = _LOWERED_WEIGHT if hit.lowered_by else _HIT_WEIGHT
        scores[hit.code] += weight * hit.score
    return _ranked(scores)


def _ranked(scores: Mapping[str, float]) -> Classified:
    total = sum(scores.values()) + _DOUBT
    best = sorted(scores.items(), key=lambda pair: -pair[1])
    shown = [pair for pair in best if pair[1] > 0][:SHOWN]
    shown += [pair for pair in best if pair not in shown][: max(0, AT_LEAST - len(shown))]
    first, second = best[0][1], best[1][1]
    return Classified(
        tuple(Ranked(code, round(score / total, 4)) for code, score in shown),
        round(first / (first + second + _DOUBT), 4),
    )
