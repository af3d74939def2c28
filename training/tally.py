"""How many messages of what kind each part of the corpus has, as tables for people."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from training.labels import Line

Count = Callable[[Line], str]
_LENGTHS = (500, 200, 60, 0)  # characters


def tables(parts: Mapping[str, Sequence[Line]]) -> Iterator[str]:
    """Yield the lines of all tables: one column a part."""
    kinds: tuple[tuple[str, Count], ...] = (
        ("messages", lambda _: "all"),
        ("urgency", lambda line: f"{line.urgency}{' danger' if line.danger else ''}"),
        ("lang", lambda line: line.lang),
        ("channel", lambda line: line.channel),
        ("length", _length),
        ("conflict", lambda line: "hint" if line.conflict else "none"),
        ("region", lambda line: line.region or "none"),
        ("category", lambda line: line.category),
    )
    for name, kind in kinds:
        counts = {part: Counter(map(kind, lines)) for part, lines in parts.items()}
        yield f"{name:24}" + "".join(f"{part:>12}" for part in parts)
        for value in sorted(set().union(*counts.values())):
            row = "".join(f"{counts[part][value]:12}" for part in parts)
            yield f"  {value:22}{row}"


def _length(line: Line) -> str:
    """Return the size of a text in words that sort by size."""
    least = next(least for least in _LENGTHS if len(line.text) >= least)
    return f"{least:3} and more"
