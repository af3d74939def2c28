"""`python -m training.check`: does the corpus hold? Every problem with its file and line.

What is asked: one shape for every line, labels that agree with each other and with config/,
no message twice or nearly twice (least of all in two parts), no number or address that could
be somebody's, and enough of every code. Exit 1 when anything does not hold.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hotline.config.load import SHIPPED
from training.corpus import FOLDER, PARTS
from training.labels import Known, Line, known, wrong_with
from training.near import twins
from training.tally import tables

LEAST = {"train": 30, "validation": 5, "test": 1}  # messages of every code


@dataclass(frozen=True, slots=True)
class Placed:
    """A line that could be read, and where it stands."""

    part: str
    author: str
    where: str
    line: Line


def main(words: Sequence[str] | None = None) -> int:
    """Say every problem, then the counts; return the exit status."""
    asked = argparse.ArgumentParser(prog="python -m training.check")
    asked.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    asked.add_argument("--least", type=int, help="messages of every code in every part")
    given = asked.parse_args(words)
    least = LEAST if given.least is None else dict.fromkeys(PARTS, given.least)
    placed, problems = read_all(given.folder)
    problems += list(wrong_in(placed, known(SHIPPED), least))
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    by_part = {part: [one.line for one in placed if one.part == part] for part in PARTS}
    sys.stdout.write("\n".join(tables(by_part)) + f"\n{len(problems)} problems\n")
    return 1 if problems else 0


def read_all(folder: Path) -> tuple[list[Placed], list[str]]:
    """Return the lines of all parts that can be read, and what is wrong with the others."""
    placed: list[Placed] = []
    problems: list[str] = []
    for part in PARTS:
        for path in sorted((folder / part).glob("*.jsonl")):
            for number, raw in enumerate(path.read_bytes().splitlines(), 1):
                where = f"{part}/{path.name}:{number}"
                try:
                    line = msgspec.json.decode(raw, type=Line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    problems.append(f"{where}: {error}")
                    continue
                placed.append(Placed(part, path.stem, where, line))
    return placed, problems


def wrong_in(
    placed: Sequence[Placed],
    names: Known,
    least: Mapping[str, int],
    *,
    nearness: bool = True,
) -> Iterator[str]:
    """Yield every problem; without `nearness` all but messages that stand twice."""
    seen: dict[str, str] = {}
    for one in placed:
        for problem in wrong_with(one.line, one.author, names):
            yield f"{one.where}: {problem}"
        if one.line.id in seen:
            yield f"{one.where}: id: {one.line.id} is also at {seen[one.line.id]}"
        seen.setdefault(one.line.id, one.where)
    yield from _shared_authors(placed)
    if nearness:
        yield from _said_twice(placed)
    yield from _too_few(placed, names, least)


def _shared_authors(placed: Sequence[Placed]) -> Iterator[str]:
    homes: dict[str, set[str]] = {}
    for one in placed:
        homes.setdefault(one.author, set()).add(one.part)
    for author, parts in homes.items():
        if len(parts) > 1:
            yield f"{author}: wrote for {' and '.join(sorted(parts))}; styles must differ"


def _said_twice(placed: Sequence[Placed]) -> Iterator[str]:
    for early, late, likeness in twins([one.line.text for one in placed]):
        first, second = placed[early], placed[late]
        across = "" if first.part == second.part else ", in another part"
        what = "is" if likeness == 1.0 else "is nearly"
        yield f"{second.where}: text: {what} that of {first.where}{across}"


def _too_few(
    placed: Sequence[Placed], names: Known, least: Mapping[str, int]
) -> Iterator[str]:
    found = Counter((one.part, one.line.category) for one in placed)
    for part in PARTS:
        for code in sorted(names.codes):
            count = found[part, code]
            if count < least[part]:
                yield f"{part}: {code}: {count} messages, {least[part]} are asked"


if __name__ == "__main__":
    sys.exit(main())
