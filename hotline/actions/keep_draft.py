"""Use cases: what an operator types is kept on the server while they talk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.steps.ended_form import not_ended
from hotline.actions.steps.logged_contact import SOURCE
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import SWEEP, Viewer
from hotline.runtime import Runtime
from hotline.store import drafts, keys
from hotline.store.transaction import Transaction

WAY_BACK = timedelta(minutes=2)  # a page offers ten seconds; a slow line may need more
LONGEST_WAIT = timedelta(days=7)
POSTPONED_FOR = ("callback_agreed", "waits_for_caller", "asked_colleague", "interpreter")
DROPPED_FOR = ("mistake", "duplicate", "caller_left", "logged_elsewhere", "test")


@dataclass(frozen=True, slots=True)
class Draft:
    """One unfinished log of a call."""

    id: int
    saved_at: datetime
    fields: dict[str, Any] = field(repr=False)
    version: int = 1
    until: datetime | None = None  # put off until then
    why: str | None = None

    def waits(self, now: datetime) -> bool:
        """Return whether it is put off and its time has not come."""
        return self.until is not None and self.until > now


@dataclass(frozen=True, slots=True)
class Sender:
    """Which open page saves: `page` names it, `turn` counts its saves.

    One page never contradicts itself: a save that was answered into a broken line is sent
    again. `leaving`: the page is gone and can ask nobody which version to keep.
    """

    version: int | None = None
    page: str = ""
    turn: int = 0
    leaving: bool = False


async def save_draft(
    rt: Runtime,
    viewer: Viewer,
    fields: dict[str, Any],
    draft_id: int | None = None,
    sender: Sender | None = None,
) -> Draft:
    """Keep `fields`, sealed; a draft without an id is a new one.

    Errors: NotFound; Stale when another page changed the draft since; RuleForbids
    `already_routed` (with the case, else the contact) when this form was ended meanwhile.
    """
    if not viewer.at_111:
        raise NotFound("no such page")
    sender = sender or Sender()
    async with rt.transaction(viewer) as tx:
        await drafts.hold(tx, viewer.person_id)
        mine = await _opened(tx, await drafts.of_person(tx, viewer.person_id))
        known = _same(mine, draft_id, fields.get("once"))
        if known is None:
            await not_ended(tx, fields)
            gone = await _opened(tx, await drafts.dropped(tx, viewer.person_id))
            late = _same(gone, draft_id, fields.get("once"))
            if late is not None and _overtaken(late, sender):
                return late
        elif sender.page and sender.page == known.fields.get("page"):
            if _overtaken(known, sender):
                return known
        elif sender.version is not None and sender.version != known.version:
            alike = _words(known.fields) == _words(fields)  # nothing to choose between
            if not sender.leaving and not alike:
                raise Stale("this draft was changed elsewhere", code="draft_changed")
            known = known if alike else None  # nobody to ask: both are kept
        if sender.page:
            fields = {**fields, "page": sender.page, "turn": sender.turn}
        kept_as = known.id if known else await rt.numbers.take(tx.now)
        text = json.dumps(fields)
        version = await drafts.save(tx, viewer.person_id, kept_as, text)
        until, why = (known.until, known.why) if known else (None, None)
        return Draft(kept_as, tx.now, fields, version, until, why)


def _same(mine: Sequence[Draft], draft_id: int | None, once: str | None) -> Draft | None:
    """Return the draft meant; by the form's own id where the page never heard of its number."""
    if draft_id is not None:
        return next((one for one in mine if one.id == draft_id), None)
    return next((one for one in mine if once and one.fields.get("once") == once), None)


def _words(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in fields.items() if name not in ("page", "turn")}


def _overtaken(draft: Draft, sender: Sender) -> bool:
    """Return whether the page's own later save came before this one."""
    own = bool(sender.page) and sender.page == draft.fields.get("page")
    return own and sender.turn < int(draft.fields.get("turn") or 0)


async def my_drafts(rt: Runtime, viewer: Viewer) -> list[Draft]:
    """Return the viewer's drafts: due again first, then newest, then those put off."""
    async with rt.transaction(viewer) as tx:
        return await _opened(tx, await drafts.of_person(tx, viewer.person_id))


async def _opened(tx: Transaction, rows: Sequence[Any]) -> list[Draft]:
    opened = await keys.load(tx, [row.id for row in rows])
    return [
        Draft(
            row.id,
            row.saved_at,
            json.loads(opened[row.id].open_text("draft", row.sealed_fields)),
            row.version,
            row.postponed_until,
            row.postponed_for,
        )
        for row in rows
        if row.id in opened
    ]


async def postpone_draft(
    rt: Runtime, viewer: Viewer, draft_id: int, wait: timedelta, why: str
) -> datetime:
    """Put one's own draft off; return until when. Errors: NotFound, RuleForbids."""
    if why not in POSTPONED_FOR:
        raise RuleForbids("say why", code="unknown_reason", field="why")
    if not timedelta() < wait <= LONGEST_WAIT:
        raise RuleForbids("choose a time", code="unknown_wait", field="wait")
    async with rt.transaction(viewer) as tx:
        until = tx.now + wait
        if not await drafts.put_off(tx, viewer.person_id, draft_id, until, why):
            raise NotFound("no such draft")
        return until


async def drop_draft(
    rt: Runtime, viewer: Viewer, draft_id: int, why: str = "mistake"
) -> bool:
    """Drop one's own draft; return whether there was one. It can come back for a while."""
    if why not in DROPPED_FOR:
        raise RuleForbids("say why", code="unknown_reason", field="why")
    async with rt.transaction(viewer) as tx:
        return await drafts.let_go(tx, viewer.person_id, draft_id, why)


async def bring_draft_back(rt: Runtime, viewer: Viewer, draft_id: int) -> None:
    """Undo a drop, or take up what was put off. Errors: NotFound once the sweep was there."""
    async with rt.transaction(viewer) as tx:
        if not await drafts.bring_back(tx, viewer.person_id, draft_id):
            raise NotFound("no such draft")


async def end_draft(
    tx: Transaction, person_id: int, draft_id: int | None, external_id: str | None
) -> None:
    """Delete the draft of a form that is being ended, in the transaction that ends it.

    The page may never have heard its number: a save hung when it was sent.
    """
    await drafts.hold(tx, person_id)
    if draft_id is None and external_id is not None:
        mine = await _opened(tx, await drafts.of_person(tx, person_id))
        same = (one.id for one in mine if _mark(one.fields) == external_id)
        draft_id = next(same, None)
    if draft_id is not None:
        await drafts.drop(tx, person_id, draft_id)


def _mark(fields: dict[str, Any]) -> str:
    return f"{SOURCE}:{fields.get('once')}"


async def sweep_drafts(rt: Runtime) -> int:
    """Destroy the keys of drafts that were dropped a while ago; return how many."""
    async with rt.transaction(SWEEP) as tx:
        return await drafts.sweep(tx, tx.now - WAY_BACK)
