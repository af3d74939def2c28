"""config/danger.yaml: concept rules that raise urgency, scopes that lower a score."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import msgspec

from hotline.config.loading import Section

FILE = "danger.yaml"
_HIGHEST = 1  # a danger rule asks for urgency 0 or 1, nothing milder


class DangerRule(Section, frozen=True):
    """One concept: who does what to whom. `all` holds one line of stems per group."""

    id: str
    code: str
    urgency: int
    all: list[str]
    fires: list[str]
    silent: list[str]
    score: float = 0.8
    window: int = 7
    now: bool = False
    past: bool = False
    negatable: bool = True
    unless: str = ""
    spares: list[str] = msgspec.field(default_factory=list)


class Scope(Section, frozen=True):
    """Words that take a hit's score down: idioms, games, fiction, the past, questions.

    `signs` do the same without being words: a laughing face, a row of brackets.
    """

    id: str
    kind: str
    factor: float
    all: list[str]
    fires: list[str]
    reach: int = 10
    spares: list[str] = msgspec.field(default_factory=list)
    signs: str = ""


class DangerConfig(Section, frozen=True):
    """The whole of config/danger.yaml."""

    version: str
    threshold: float
    groups: dict[str, str]
    rules: list[DangerRule]
    scopes: list[Scope] = msgspec.field(default_factory=list)
    look_alikes: str = ""


def problems(config: DangerConfig, codes: AbstractSet[str]) -> list[str]:
    """Return what does not hold; each line names file, key and remedy."""
    found = [
        f"{FILE}: key `{key}`: id `{name}` is used twice; rename one"
        for key, names in (
            ("rules", [rule.id for rule in config.rules]),
            ("scopes", [scope.id for scope in config.scopes]),
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    scopes = {scope.id for scope in config.scopes}
    for rule in config.rules:
        found += [
            f"{FILE}: key `rules.{rule.id}.spares`: `{name}` is no scope; correct it"
            for name in rule.spares
            if name not in scopes
        ]
        found += [f"{FILE}: key `rules.{rule.id}.{text}" for text in _of_rule(rule, codes)]
    if not 0 < config.threshold < 1:
        found.append(f"{FILE}: key `threshold`: {config.threshold}; choose between 0 and 1")
    return found


def _of_rule(rule: DangerRule, codes: AbstractSet[str]) -> Iterator[str]:
    if rule.code not in codes:
        yield f"code`: `{rule.code}` is no code of taxonomy.yaml; correct it"
    if not 0 <= rule.urgency <= _HIGHEST:
        yield f"urgency`: {rule.urgency}; a danger rule asks for 0 or 1"
    if not 0 < rule.score <= 1:
        yield f"score`: {rule.score}; choose between 0 and 1"
    if not rule.all:
        yield "all`: is empty; name at least the deed"
    if not rule.fires or not rule.silent:
        yield "fires`: a rule needs examples of both kinds; add `fires` and `silent`"
