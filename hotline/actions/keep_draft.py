"""Use cases: what an operator types is kept on the server while they talk."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.runtime import Runtime
from hotline.store import drafts, keys


@dataclass(frozen=True, slots=True)
class Draft:
    """One unfinished log of a call."""

    id: int
    saved_at: datetime
    fields: dict[str, Any]


async def save_draft(
    rt: Runtime, viewer: Viewer, fields: dict[str, Any], draft_id: int | None = None
) -> Draft:
    """Keep `fields`, sealed; a draft without an id is a new one. Errors: NotFound."""
    if not viewer.at_111:
        raise NotFound("no such page")
    async with rt.transaction(viewer) as tx:
        mine = {row.id for row in await drafts.of_person(tx, viewer.person_id)}
        if draft_id is not None and draft_id not in mine:
            draft_id = None  # routed or dropped meanwhile: what is typed now is kept anew
        if draft_id is None:
            draft_id = await rt.numbers.take(tx.now)
        await drafts.save(tx, viewer.person_id, draft_id, json.dumps(fields))
        return Draft(draft_id, tx.now, fields)


async def my_drafts(rt: Runtime, viewer: Viewer) -> list[Draft]:
    """Return the viewer's drafts, newest first."""
    async with rt.transaction(viewer) as tx:
        rows = await drafts.of_person(tx, viewer.person_id)
        opened = await keys.load(tx, [row.id for row in rows])
        return [
            Draft(
                row.id,
                row.saved_at,
                json.loads(opened[row.id].open_text("draft", row.sealed_fields)),
            )
            for row in rows
            if row.id in opened
        ]


async def drop_draft(rt: Runtime, viewer: Viewer, draft_id: int) -> bool:
    """Drop one's own draft; return whether there was one."""
    async with rt.transaction(viewer) as tx:
        return await drafts.drop(tx, viewer.person_id, draft_id)
