"""config/scripts.yaml: what is asked and said at the desk while somebody is on the line."""

from collections.abc import Iterator, Mapping

from hotline.cases.asked import FACTS
from hotline.cases.terms import Urgency
from hotline.config.loading import Section
from hotline.config.taxonomy import Names

FILE = "scripts.yaml"
_PARTS = ("ask", "promise", "never")


class Both(Section, frozen=True):
    """One sentence in the two languages of callers."""

    kk: str
    ru: str

    def in_language(self, lang: str) -> str:
        """Return the sentence; whoever does not read Kazakh gets Russian."""
        return self.kk if lang == "kk" else self.ru


class Question(Section, frozen=True):
    """One fact that may be asked. `danger`: what a "yes" means; `note`: what a "yes" tells
    whoever goes there, for the safety note.
    """

    ask: Names
    topics: list[str] = []
    danger: int | None = None
    note: Both | None = None

    def fits(self, code: str) -> bool:
        """Return whether it may be asked about a topic."""
        return not self.topics or covers(self.topics, code) > 0


class Script(Section, frozen=True):
    """What to say about one kind of matter."""

    name: Names
    topics: list[str]
    opening: Both
    ask: list[Both]
    promise: list[Both]
    never: list[Both]


class ScriptsConfig(Section, frozen=True):
    """The whole file."""

    version: str
    questions: dict[str, Question]
    scripts: list[Script]

    @property
    def dangers(self) -> Mapping[str, int]:
        """Return the facts whose "yes" is danger, with the urgency that it means."""
        return {n: q.danger for n, q in self.questions.items() if q.danger is not None}

    def script(self, code: str) -> Script:
        """Return the script of a topic: by its code, then by its category, else the general."""
        return max(self.scripts, key=lambda one: covers(one.topics, code))


def covers(topics: list[str], code: str) -> int:
    """Return 2 where the code itself is named, 1 for its category, 0 for all, -1 for neither."""
    if code and code in topics:
        return 2
    if code and code.partition(".")[0] in topics:
        return 1
    return -1 if topics else 0


def problems(config: ScriptsConfig, codes: set[str]) -> list[str]:
    """Return one line for everything that could not work."""
    known = codes | {code.partition(".")[0] for code in codes}
    return [*_questions(config, known), *_scripts(config, known)]


def _questions(config: ScriptsConfig, known: set[str]) -> Iterator[str]:
    for name, one in config.questions.items():
        where = f"{FILE}: key `questions.{name}`"
        if name not in FACTS:
            yield f"{where}: nothing reads this fact; use one of {', '.join(FACTS)}"
        if one.danger is not None and one.danger not in (Urgency.LIFE, Urgency.DAY):
            yield f"{where}.danger: danger is 0 or 1; correct it or remove the key"
        yield from _codes(where, one.topics, known)


def _scripts(config: ScriptsConfig, known: set[str]) -> Iterator[str]:
    if sum(not one.topics for one in config.scripts) != 1:
        yield (
            f"{FILE}: key `scripts`: exactly one must have no topics, for all that no other"
            " names; add or remove one"
        )
    for place, one in enumerate(config.scripts):
        where = f"{FILE}: key `scripts[{place}]"
        yield from _codes(f"{where}`", one.topics, known)
        for part in _PARTS:
            said: list[Both] = getattr(one, part)
            if not said or any(not (s.kk.strip() and s.ru.strip()) for s in said):
                yield f"{where}.{part}`: write at least one sentence in kk and ru"


def _codes(where: str, topics: list[str], known: set[str]) -> Iterator[str]:
    for code in topics:
        if code not in known:
            yield (
                f"{where}: unknown code `{code}`; use a category or code of taxonomy.yaml"
            )
