"""A trial as people read it: figures for all who may ask, cases for who may know of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row

from hotline.identity.viewer import Viewer
from hotline.store import trials
from hotline.store.transaction import Transaction
from hotline.store.view_parts import View
from hotline.whatif.comparison import BodyLoad, Change, ClockCount
from hotline.whatif.result import TrialResult, without


class ChangeView(View, frozen=True):
    """One decision or clock whose answer changes, with the case it is about."""

    kind: str  # route | person | clock
    case: str | None
    contact: str | None  # a receipt, for what has no case yet
    at: datetime
    what: str
    before: dict[str, Any]
    after: dict[str, Any]


class FoundView(View, frozen=True):
    """What would change. `changes` lists what you may see; `changed` counts the rest too.

    Who is complained of finds their case neither listed nor counted.
    """

    since: datetime
    until: datetime
    decisions: int
    drifted: int
    cannot_replay: dict[str, int]
    changed: dict[str, int]
    changes: tuple[ChangeView, ...]
    clocks: tuple[ClockCount, ...]
    load: tuple[BodyLoad, ...]


class TrialView(View, frozen=True):
    """A trial. `found` is None until it was replayed, and where it could not be.

    `not_judged`: keys that differ and that no stored decision can be judged by.
    """

    id: int
    state: str
    days: int
    files: tuple[str, ...]
    changed_files: tuple[str, ...]
    not_judged: tuple[str, ...]
    fingerprint: str
    made_at: datetime
    made_by: str
    proposed_by: str | None
    proposed_at: datetime | None
    enabled_by: str | None
    enabled_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    refused: str | None  # why it could not be replayed: bad_config, too_long or failed
    found: FoundView | None


class TrialLine(View, frozen=True):
    """A trial in the list."""

    id: int
    state: str
    days: int
    fingerprint: str
    made_at: datetime
    made_by: str
    enabled_by: str | None
    enabled_at: datetime | None
    ended_at: datetime | None


class TrialPage(View, frozen=True):
    """The newest trials. `running`: the enabled one, None for config/ as shipped."""

    running: int | None
    items: tuple[TrialLine, ...]


_PEOPLE = ("made_by", "proposed_by", "enabled_by", "ended_by")
_PERSON = {"person"}  # the one key of an answer that is a person
_SHOWN = 50


async def view(tx: Transaction, viewer: Viewer, trial_id: int) -> TrialView:
    """Return one trial. Errors: NotFound."""
    row = await trials.by_id(tx, trial_id)
    named = await trials.usernames(tx, {getattr(row, one) for one in _PEOPLE})
    told = row.result or {}
    found = None
    if "found" in told:
        kept = msgspec.convert(told["found"], TrialResult)
        found = await shown(tx, viewer, kept)
    same = "id state days fingerprint made_at proposed_at enabled_at ended_at"
    return TrialView(
        **{name: getattr(row, name) for name in same.split()},
        made_by=named.get(row.made_by, "?"),
        proposed_by=named.get(row.proposed_by),
        enabled_by=named.get(row.enabled_by),
        ended_by=named.get(row.ended_by),
        files=tuple(sorted(row.files)),
        changed_files=tuple(told.get("changed_files", ())),
        not_judged=tuple(told.get("not_judged", ())),
        refused=told.get("why", "bad_config") if row.state == "refused" else None,
        found=found,
    )


async def page(tx: Transaction) -> TrialPage:
    """Return the newest trials."""
    rows = await trials.newest(tx, _SHOWN)
    ids = {row.made_by for row in rows} | {row.enabled_by for row in rows}
    named = await trials.usernames(tx, ids)
    running = await trials.enabled_id(tx)
    return TrialPage(running=running, items=tuple(_line(row, named) for row in rows))


def _line(row: Row[Any], named: dict[int | None, str]) -> TrialLine:
    same = "id state days fingerprint made_at enabled_at ended_at"
    return TrialLine(
        **{name: getattr(row, name) for name in same.split()},
        made_by=named.get(row.made_by, "?"),
        enabled_by=named.get(row.enabled_by),
    )


async def shown(tx: Transaction, viewer: Viewer | None, found: TrialResult) -> FoundView:
    """Return a result with numbers in place of ids. `viewer` None: a command, which sees all.

    A change about what the viewer may not know of is left out of the list, and of the counts
    where a conflict keeps them out of it.
    """
    of_cases = {one.case_id for one in found.changes if one.case_id is not None}
    of_contacts = {
        one.contact_id
        for one in found.changes
        if one.case_id is None and one.contact_id is not None
    }
    if viewer is not None:
        found = without(found, *await trials.closed(tx, viewer, of_cases, of_contacts))
    numbers = await trials.numbers(tx, viewer, of_cases)
    receipts = await trials.receipts(tx, viewer, of_contacts)
    named = await trials.usernames(tx, _people_in(found.changes))

    def said(answer: dict[str, Any]) -> dict[str, Any]:
        return (
            {"person": named.get(answer["person"])} if answer.keys() == _PERSON else answer
        )

    def line(change: Change) -> ChangeView | None:
        case = numbers.get(change.case_id or 0)
        contact = receipts.get(change.contact_id or 0) if case is None else None
        if case is None and contact is None:
            return None
        return ChangeView(
            kind=change.kind,
            case=case,
            contact=contact,
            at=change.at,
            what=change.what,
            before=said(change.before),
            after=said(change.after),
        )

    lines = (line(change) for change in found.changes)
    same = "since until decisions drifted cannot_replay changed clocks load"
    return FoundView(
        changes=tuple(one for one in lines if one is not None),
        **{name: getattr(found, name) for name in same.split()},
    )


def _people_in(changes: Iterable[Change]) -> set[int | None]:
    return {
        answer["person"]
        for change in changes
        for answer in (change.before, change.after)
        if answer.keys() == _PERSON
    }
