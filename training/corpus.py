"""The corpus: labelled messages, one JSON object a line, one file an author."""

import json
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "corpus"
PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message; see corpus/README.md for what each label means."""

    id: str
    text: str
    lang: str
    channel: str
    category: str
    accept: tuple[str, ...]
    urgency: int
    danger: bool
    region: str | None
    conflict: tuple[str, ...]
    author: str = field(default="")


def load(part: str, folder: Path = FOLDER) -> list[Message]:
    """Return the messages of `part`: train, validation or test."""
    found = []
    for path in sorted((folder / part).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            row["accept"] = tuple(row["accept"])
            row["conflict"] = tuple(row["conflict"])
            found.append(Message(**row, author=path.stem))
    return found
