"""config/purposes.yaml: what each kind of body is asked for, and what it is never told."""

from collections.abc import Iterator
from typing import Literal

from hotline.cases.terms import BodyKind
from hotline.config.limit import Limit
from hotline.config.loading import Section
from hotline.config.taxonomy import Names

FILE = "purposes.yaml"
LEVELS = range(5)


class Asks(Section, frozen=True):
    """The sentence of the default extract in the two languages of cases."""

    kk: str
    ru: str


class Purpose(Section, frozen=True):
    """One thing that a body may be asked for."""

    name: Names
    asks: Asks
    place: Literal["district", "region"]
    hides: list[str] = []  # categories or full codes whose name is not told


class PurposesConfig(Section, frozen=True):
    """The whole file."""

    version: str
    purposes: dict[str, Purpose]
    kinds: dict[BodyKind, list[str]]  # the first is the default
    return_within: dict[int, Limit]
    redirect_within: Limit


def problems(config: PurposesConfig, codes: set[str]) -> list[str]:
    """Return one line for everything that could not work."""
    return [
        *_kinds(config),
        *_hidden(config, codes),
        *_limits(config),
    ]


def _kinds(config: PurposesConfig) -> Iterator[str]:
    for kind in BodyKind:
        if not config.kinds.get(kind):
            yield (
                f"{FILE}: key `kinds.{kind}`: is missing or empty; name what such a body"
                " is asked for"
            )
    for kind, names in config.kinds.items():
        for name in names:
            if name not in config.purposes:
                yield (
                    f"{FILE}: key `kinds.{kind}`: unknown purpose `{name}`; add it to"
                    " `purposes` or remove it"
                )


def _hidden(config: PurposesConfig, codes: set[str]) -> Iterator[str]:
    known = codes | {code.partition(".")[0] for code in codes}
    for name, purpose in config.purposes.items():
        for code in purpose.hides:
            if code not in known:
                yield (
                    f"{FILE}: key `purposes.{name}.hides`: unknown code `{code}`; use a"
                    " category or code of taxonomy.yaml"
                )


def _limits(config: PurposesConfig) -> Iterator[str]:
    for level in LEVELS:
        limit = config.return_within.get(level)
        if limit is None or not limit.positive:
            yield (
                f"{FILE}: key `return_within.{level}`: is missing or allows no time; give"
                " a limit above zero"
            )
    if not config.redirect_within.positive:
        yield f"{FILE}: key `redirect_within`: allows no time; the law gives 3 working days"
