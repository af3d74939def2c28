"""The corpus: labelled messages, one JSON object a line, one file an author."""

from pathlib import Path

import msgspec

from training.labels import Line

FOLDER = Path(__file__).parents[1] / "corpus"
PARTS = ("train", "validation", "test")


class Message(Line, frozen=True, kw_only=True):
    """One labelled message, and who wrote it: the name of its file."""

    author: str = ""


def load(part: str, folder: Path = FOLDER) -> list[Message]:
    """Return the messages of `part`: train, validation or test. Errors: ValidationError."""
    found = []
    for path in sorted((folder / part).glob("*.jsonl")):
        for row in path.read_text("utf-8").splitlines():
            line = msgspec.json.decode(row, type=Line)
            found.append(Message(**msgspec.structs.asdict(line), author=path.stem))
    return found
