"""config/conflict.yaml: words and rules that hint at power over a body."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from hotline.config.loading import Section, read

ConflictKind = Literal["police", "akimat", "guardianship", "school", "commissioner", "111"]
KINDS: Final[tuple[ConflictKind, ...]] = (
    "police", "akimat", "guardianship", "school", "commissioner", "111",
)  # fmt: skip
_OWN_TAGS: Final = frozenset({"power", "person", "body", "quote"})


class Power(Section, frozen=True):
    """Who holds power over bodies of one kind, and where."""

    person: tuple[str, ...]
    body: tuple[str, ...]


class ConflictRule(Section, frozen=True):
    """Tags that hint at a conflict when they stand together; see the file's head."""

    name: str
    near: tuple[str, ...]
    window: int
    clause: Literal["same", "before", "any"] = "any"
    anywhere: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    kinds: tuple[ConflictKind, ...] = ()
    only_kinds: tuple[ConflictKind, ...] = ()
    not_kinds: tuple[ConflictKind, ...] = ()


class ConflictExample(Section, frozen=True):
    """A text that must give at least these hints."""

    text: str
    kinds: tuple[ConflictKind, ...]


class ConflictConfig(Section, frozen=True):
    """The whole file."""

    powers: dict[ConflictKind, Power]
    words: dict[str, tuple[str, ...]]
    rules: tuple[ConflictRule, ...]
    positive: tuple[ConflictExample, ...]
    negative: tuple[str, ...]


def load_conflict(folder: Path) -> ConflictConfig:
    """Return `folder/conflict.yaml`. Errors: BadConfig, as `read`."""
    return read(folder, "conflict.yaml", ConflictConfig)


def problems(config: ConflictConfig) -> list[str]:
    """Return what does not hold inside the file, one line each: file, key, remedy."""
    return [*_missing_kinds(config), *_unknown_tags(config), *_twice(config)]


def _missing_kinds(config: ConflictConfig) -> Iterable[str]:
    shown = {kind for example in config.positive for kind in example.kinds}
    for kind in KINDS:
        if kind not in config.powers:
            yield f"conflict.yaml: key `powers.{kind}`: missing; add its words"
        elif kind not in shown:
            yield f"conflict.yaml: key `positive`: no example of {kind}; add one"


def _unknown_tags(config: ConflictConfig) -> Iterable[str]:
    known = _OWN_TAGS | set(config.words) | set(KINDS)
    for rule in config.rules:
        for tag in (*rule.near, *rule.anywhere, *rule.unless, *rule.between):
            if tag not in known:
                yield (
                    f"conflict.yaml: key `rules.{rule.name}`: unknown tag `{tag}`; "
                    "add it under `words` or correct the name"
                )
        if not rule.near or rule.window < 1:
            yield (
                f"conflict.yaml: key `rules.{rule.name}`: `near` is empty or `window` "
                "under 1; name a tag and a number of words"
            )


def _twice(config: ConflictConfig) -> Iterable[str]:
    names = [rule.name for rule in config.rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"conflict.yaml: key `rules`: {name} stands twice; rename one"
