"""Reading one case or contact: what is closed to the viewer is left out here, nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Row

from hotline.cases.lifecycle import MOVES, Move
from hotline.cases.terms import CaseStatus, Role
from hotline.identity.roles import may, own_bodies, sees_identity, sees_narrative
from hotline.identity.viewer import Viewer
from hotline.store import (
    case_clocks_view,
    case_notes_view,
    cases,
    contacts,
    handoffs,
    view_build,
)
from hotline.store.cases import OpenedCase
from hotline.store.closed_facts import closed_facts
from hotline.store.opened_parts import OpenedParts, opened
from hotline.store.people import people_names
from hotline.store.referral_views import Reader, people_of, referral_views
from hotline.store.shared_view import SharedView
from hotline.store.transaction import Transaction
from hotline.store.view_parts import (
    CaseView,
    IdentityView,
    ReferralView,
    WordsView,
)
from hotline.store.visibility import Scope, scope_of, shown_referrals

ENDED = ("closed", "spam")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One case being read by one viewer."""

    viewer: Viewer
    case: OpenedCase
    scope: Scope
    contacts: Sequence[Row[Any]]
    parts: OpenedParts
    words: bool  # the narrative is open
    unmasked: bool
    names: dict[int, tuple[str, str]]  # people: username, display name


async def read_case(
    tx: Transaction,
    viewer: Viewer,
    number: str,
    number_key: bytes,
    *,
    revealed: bool = False,
) -> CaseView:
    """Return the case as `viewer` may see it. The caller records that it was viewed.

    `revealed`: this viewer has just given a reason (actions.view_case.reveal_identity).
    Errors: NotFound for what does not exist and for what the viewer may not know of.
    """
    case = await cases.read(tx, viewer, number, number_key)
    return await view_of(tx, viewer, case, revealed=revealed)


async def view_of(
    tx: Transaction, viewer: Viewer, case: OpenedCase, *, revealed: bool = False
) -> CaseView:
    """Return a case that was read already, as `viewer` may see it. Errors: NotFound."""
    scope = scope_of(viewer, case)
    joined = await contacts.of_case(tx, case.id)
    attached = [
        row
        for row in joined
        if not contacts.keeps_out(tx, row) and (scope is Scope.CENTRE or _looked_at(row))
    ]
    released = any(
        r.narrative_released
        for r in case.referrals
        if r.body_id in own_bodies(viewer, case.access)
    )
    working = _working(viewer, case.row, attached)
    may_reveal = revealed and scope in (Scope.CENTRE, Scope.LEAD, Scope.OVERSIGHT)
    shown = shown_referrals(viewer, case, scope)
    reading = _Reading(
        viewer=viewer,
        case=case,
        scope=scope,
        contacts=attached,
        parts=await opened(tx, [case.id, *(row.id for row in attached)]),
        words=sees_narrative(viewer, case.access, released=released),
        unmasked=sees_identity(viewer, case.access, working=working) or may_reveal,
        names=await _names(tx, case.row, shown),
    )
    reader = Reader(viewer, case.id, scope, reading.parts, reading.names)
    referrals = await referral_views(tx, reader, shown)
    tasks = await handoffs.of_case(tx, case.id)
    tried = await handoffs.attempts(tx, [row.id for row in tasks])
    return CaseView(
        **_open_columns(reading),
        **_people(reading),
        **_content(reading, referrals),
        scope=scope,
        referrals=referrals,
        clocks=await case_clocks_view.clocks_for(tx, case.id, scope, {r.id for r in shown}),
        emergency=tuple(
            view_build.emergency_view(
                row,
                tried.get(row.id, ()),
                reading.parts,
                words=scope is not Scope.HELPER,
            )
            for row in tasks
        ),
        notes=await case_notes_view.notes_for(tx, viewer, case, scope, reading.parts),
        moves=tuple(
            move
            for move in Move
            if CaseStatus(case.row.status) in MOVES[move] and may(viewer, move, case.access)
        ),
    )


def _looked_at(contact: Row[Any]) -> bool:
    """Return whether a person at 111 has read what a machine put, or read anew, under the case."""
    return contact.seen_at is not None or not (contact.joined_by_rule or contact.read_anew)


def _open_columns(reading: _Reading) -> dict[str, Any]:
    """Return what everybody who sees the case may read, less what its purpose closes."""
    names = (
        "number version status regime urgency urgency_by category subcategory region district"
        " language channel about_child received_at opened_at closed_at due_at"
    )
    row = reading.case.row
    shown = {name: getattr(row, name) for name in names.split()}
    return shown | closed_facts(reading.viewer, reading.case, reading.scope)


def _people(reading: _Reading) -> dict[str, Any]:
    row, names = reading.case.row, reading.names
    username, display = names.get(row.assignee_id, (None, None))
    return {
        "assignee": username,
        "assignee_name": display,
        "exception": row.exception_code,
        "exception_by": names.get(row.exception_by, (None, None))[0],
    }


def _content(reading: _Reading, referrals: Sequence[ReferralView]) -> dict[str, Any]:
    """Return the sealed parts, each open or None."""
    row, parts, scope = reading.case.row, reading.parts, reading.scope
    centre = scope is Scope.CENTRE
    known = [parts.known(c.id, "identity", c.sealed_identity) for c in reading.contacts]
    words = tuple(_words(reading, c) for c in reading.contacts) if reading.words else ()
    told = [w.text for w in words if w.text]
    full = scope is not Scope.HELPER
    reach = next((k for k in known if k.get("policy")), None) if full else None
    return {
        "receipts": tuple(c.receipt for c in reading.contacts)
        if scope in (Scope.CENTRE, Scope.OVERSIGHT)
        else (),
        "narrative": "\n\n".join(told) or None,
        "contacts": words,
        "extract": _extract(referrals, centre=scope in (Scope.CENTRE, Scope.OVERSIGHT)),
        "identity": _first_identity(reading),
        "shared": _shared(reading),
        "reach": view_build.reach_view(reach, word=centre or reading.unmasked)
        if reach
        else None,
        "complaint_about": tuple(c for k in known for c in k.get("complaint_about") or ())
        if reading.words
        else None,
        "outcome": view_build.outcome_view(row, parts, words=full),
        "conflict_hint": tuple(row.conflict_hint) if centre else None,
        "held": row.held if centre else None,
        "safety_note": parts.text(row.id, "safety_note", row.sealed_safety_note),
        "triage": next((w.triage for w in words if w.triage), None) if centre else None,
    }


def _extract(referrals: Sequence[ReferralView], *, centre: bool) -> str | None:
    """Return the viewer's own extract; 111 and oversight read the lead's."""
    for referral in sorted(referrals, key=lambda r: (not r.lead, -r.id)):
        if referral.extract and (centre or referral.mine):
            return referral.extract
    return None


def _words(reading: _Reading, contact: Row[Any]) -> WordsView:
    text = reading.parts.text(contact.id, "narrative", contact.sealed_narrative)
    centre = reading.scope is Scope.CENTRE
    return WordsView(
        receipt=contact.receipt,
        channel=contact.channel,
        received_at=contact.received_at,
        text=text,
        forgotten=reading.parts.forgotten(contact.id),
        identity=_identity(reading, contact),
        triage=view_build.triage_view(contact, text) if centre else None,
    )


def _identity(reading: _Reading, contact: Row[Any]) -> IdentityView | None:
    """Return who wrote: unmasked, masked for 111 and oversight, closed to other bodies."""
    masked_shown = reading.scope in (Scope.CENTRE, Scope.OVERSIGHT)
    if not reading.unmasked and not masked_shown:
        return None
    known = reading.parts.known(contact.id, "identity", contact.sealed_identity)
    who = view_build.identity_view(contact, known, masked=not reading.unmasked)
    if who is None or who.shared is None or reading.words:
        return who
    # Whom a card names is part of what was told, and closed with the words.
    return replace(who, shared=replace(who.shared, cards=()))


def _first_identity(reading: _Reading) -> IdentityView | None:
    found = (_identity(reading, contact) for contact in reading.contacts)
    return next((who for who in found if who is not None), None)


def _shared(reading: _Reading) -> tuple[SharedView, ...]:
    """Return what came beside the words: where somebody is may come after what they wrote."""
    found = (_identity(reading, contact) for contact in reading.contacts)
    return tuple(who.shared for who in found if who is not None and who.shared is not None)


def _working(viewer: Viewer, row: Row[Any], attached: Sequence[Row[Any]]) -> bool:
    """Return whether the case is in this operator's hands now."""
    if viewer.role is not Role.OPERATOR or row.status == CaseStatus.CLOSED:
        return False
    mine = viewer.person_id
    return row.assignee_id == mine or any(c.seen_by in (None, mine) for c in attached)


async def _names(
    tx: Transaction, row: Row[Any], shown: Sequence[Row[Any]]
) -> dict[int, tuple[str, str]]:
    wanted = {row.assignee_id, row.exception_by, *people_of(shown)} - {None}
    return await people_names(tx, wanted)
