"""Use case: an administrator reads the directory: bodies, their people, plans of succession."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotline.actions.steps.directory import entry_of, fingerprint, need_keeper
from hotline.actions.steps.route import day_of
from hotline.config.bodies_csv import cells_of
from hotline.errors import NotFound
from hotline.identity.viewer import Viewer
from hotline.language.finding import matches
from hotline.runtime import Runtime
from hotline.store import bodies, successions


@dataclass(frozen=True, slots=True)
class BodyLines:
    """The directory as a list: rows, how many people each body has, who acts today, plans."""

    rows: Sequence[Any]
    people: Mapping[str, int]
    acting: frozenset[str]
    plans: Sequence[Any]
    today: date


@dataclass(frozen=True, slots=True)
class BodyCard:
    """One body: its cells by column, its mark for changing it, its people, its plan."""

    id: str
    cells: Mapping[str, str]
    mark: str
    by_hand: bool
    people: Sequence[Any]
    plan: Any  # the plan that it follows or is followed by, or None
    followers: Sequence[Any]  # bodies of the same place
    today: date


async def body_lines(
    rt: Runtime, viewer: Viewer, *, region: str | None, kind: str | None, q: str | None
) -> BodyLines:
    """Return the bodies that the filter names; `q` stands in a name. Errors: NotAllowed."""
    need_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        listed = await bodies.listed(tx, region=region, kind=kind)
        rows = [
            one for one in listed if matches(q or "", (one.id, one.name_kk, one.name_ru))
        ]
        directory = await bodies.directory(tx)
        day = day_of(tx)
        people = Counter({str(b): len(ms) for b, ms in directory.people.items()})
        acting = frozenset(
            str(body.id) for body in directory.bodies if body.acts_on(day) is None
        )
        return BodyLines(rows, people, acting, await successions.listed(tx), day)


async def body_card(rt: Runtime, viewer: Viewer, body_id: str) -> BodyCard:
    """Return one body. Errors: NotFound, NotAllowed."""
    need_keeper(viewer)
    async with rt.transaction(viewer) as tx:
        rows = await bodies.listed(tx, id=body_id)
        if not rows:
            raise NotFound("no such body")
        entry = entry_of(rows[0])
        near = await bodies.listed(tx, region=entry.region) if entry.region else []
        plans = await successions.listed(tx)
        return BodyCard(
            body_id,
            cells_of(entry),
            fingerprint([entry]),
            rows[0].source == bodies.BY_HAND,
            [row for row in await bodies.members(tx) if row.body_id == body_id],
            next((one for one in plans if body_id in (one.from_body, one.to_body)), None),
            [row for row in near if row.id != body_id],
            day_of(tx),
        )
