"""config/taxonomy.yaml: categories, who leads, who helps, who is handed off to."""

from collections.abc import Iterator

from hotline.cases.terms import BodyKind, EmergencyService, Urgency
from hotline.config.loading import Section

FILE = "taxonomy.yaml"
LEADS = frozenset({BodyKind.GUARD, BodyKind.COMM, BodyKind.FSC, BodyKind.OWN})


class Names(Section, frozen=True):
    """A name in the languages of the console; English may fall back."""

    kk: str
    ru: str
    en: str = ""

    def in_language(self, lang: str) -> str:
        """Return the name in `lang`, else the Russian one."""
        return str(getattr(self, lang, "")) or self.ru


class BodyNames(Section, frozen=True):
    """A kind of body and the number that the public dials, if it has one."""

    name: Names
    phone: str | None = None


class Subcategory(Section, frozen=True):
    """One code that a contact can have."""

    code: str
    name: Names
    default_urgency: int
    lead: BodyKind
    co_executors: list[BodyKind]
    hand_off: list[EmergencyService]
    commissioner_oversight: bool
    about_child: bool


class Category(Section, frozen=True):
    """One of the twelve top codes."""

    code: str
    name: Names
    raise_by_facts: bool
    subs: list[Subcategory]


class TaxonomyConfig(Section, frozen=True):
    """The whole of config/taxonomy.yaml."""

    version: str
    bodies: dict[BodyKind, BodyNames]
    categories: list[Category]

    @property
    def by_code(self) -> dict[str, Subcategory]:
        """Return every subcategory by its full code, in the order of the file."""
        return {sub.code: sub for category in self.categories for sub in category.subs}

    def codes(self) -> set[str]:
        """Return the full codes."""
        return set(self.by_code)

    def by_lead(self) -> dict[str, list[str]]:
        """Return the full codes by the kind of body that leads them."""
        found: dict[str, list[str]] = {}
        for code, sub in self.by_code.items():
            found.setdefault(str(sub.lead), []).append(code)
        return found

    def raised_by_facts(self) -> frozenset[str]:
        """Return the top codes in which facts raise urgency by one level."""
        return frozenset(c.code for c in self.categories if c.raise_by_facts)


def problems(taxonomy: TaxonomyConfig) -> list[str]:
    """Return what does not hold; each line names file, key and remedy."""
    found = [f"{FILE}: key `{key}`: {text}" for key, text in _all(taxonomy)]
    codes = [sub.code for category in taxonomy.categories for sub in category.subs]
    found += [
        f"{FILE}: key `categories.{code}`: is written twice; remove one"
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    return found


def _all(taxonomy: TaxonomyConfig) -> Iterator[tuple[str, str]]:
    for kind, body in taxonomy.bodies.items():
        yield from _of_names(f"bodies.{kind}", body.name)
    for category in taxonomy.categories:
        yield from _of_names(f"categories.{category.code}", category.name)
        if not category.subs:
            yield f"categories.{category.code}.subs", "is empty; add at least one code"
        for sub in category.subs:
            key = f"categories.{sub.code}"
            yield from ((f"{key}.{part}", text) for part, text in _of_sub(sub, taxonomy))
            if not sub.code.startswith(f"{category.code}."):
                yield f"{key}.code", f"does not begin with `{category.code}.`; correct it"


def _of_sub(sub: Subcategory, taxonomy: TaxonomyConfig) -> Iterator[tuple[str, str]]:
    for part, text in _of_names("", sub.name):
        yield part.lstrip("."), text
    if sub.lead not in LEADS:
        leads = ", ".join(sorted(LEADS))
        yield "lead", f"`{sub.lead}` cannot lead a case; choose one of {leads}"
    for kind in [sub.lead, *sub.co_executors]:
        if kind not in taxonomy.bodies:
            yield "lead", f"no body of kind `{kind}`; add it under `bodies`"
    if sub.default_urgency not in tuple(Urgency):
        yield "default_urgency", f"{sub.default_urgency}; choose from 0 to 4"


def _of_names(key: str, names: Names) -> Iterator[tuple[str, str]]:
    for lang in ("kk", "ru"):
        if not getattr(names, lang).strip():
            yield f"{key}.name.{lang}", "is empty; write the name in this language"
