"""What the case page shows of acts, files and tasks: opened for who may read them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.identity.viewer import Viewer
from hotline.store import cases, field_work, keys, tasks
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file without its content."""

    id: int
    name: str
    mime: str
    size: int
    at: datetime
    by: str
    form: str = ""  # one's own form of an act that it was put to


@dataclass(frozen=True, slots=True)
class ShownAct:
    """An act of a visit and its photographs."""

    id: int
    visited_at: datetime
    at: datetime
    by: str
    body: str | None  # under whose name it was written
    told: Mapping[str, str]
    photos: tuple[ShownFile, ...]


@dataclass(frozen=True, slots=True)
class ShownTask:
    """What somebody has to do."""

    id: int
    text: str
    who: str
    by: str
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Field:
    """All three of one case."""

    acts: tuple[ShownAct, ...] = ()
    files: tuple[ShownFile, ...] = ()
    tasks: tuple[ShownTask, ...] = ()


async def read_field(
    tx: Transaction, viewer: Viewer, number: str, number_key: bytes
) -> Field:
    """Return what the viewer may read; nothing of a forgotten person. Errors: NotFound."""
    case = await cases.read(tx, viewer, number, number_key)
    key = (await keys.load(tx, [case.id])).get(case.id)
    if key is None:
        return Field()
    files: dict[tuple[int, str], list[ShownFile]] = {}
    for row in await field_work.files_of(tx, viewer, case):
        name = key.open_text("file_name", row.sealed_name)
        who = row.display_name
        form = row.act_once if row.author_id == viewer.person_id else ""
        shown = ShownFile(row.id, name, row.mime, row.size, row.at, who, form)
        files.setdefault((row.author_id, row.act_once), []).append(shown)

    def act(row: Any) -> ShownAct:
        told = json.loads(key.open_text("act", row.sealed_fields))
        photos = tuple(files.get((row.author_id, row.once), ()))
        who = row.display_name, row.body_id
        return ShownAct(row.id, row.visited_at, row.at, *who, told, photos)

    acts = await field_work.acts_of(tx, viewer, case)
    of_acts = {(row.author_id, row.once) for row in acts}
    return Field(
        tuple(act(row) for row in acts),
        # A photograph whose act is not sent yet, or never will be, is out of nobody's sight.
        tuple(one for whose, many in files.items() if whose not in of_acts for one in many),
        tuple(
            ShownTask(
                row.id, key.open_text("task", row.sealed_text), row.display_name,
                row.author_name, row.due_at, row.done_at,
            )
            for row in await tasks.of_case(tx, viewer, case)
        ),
    )  # fmt: skip
