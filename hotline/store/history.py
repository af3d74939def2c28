"""The history of a case and the decisions behind it, as far as the viewer may know of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from hotline.errors import NotAllowed
from hotline.identity.viewer import Viewer
from hotline.store import cases, contacts
from hotline.store.case_notes_view import Near, known_authors
from hotline.store.cases import OpenedCase
from hotline.store.closed_facts import closed_facts
from hotline.store.tables import case_events, decisions
from hotline.store.transaction import Transaction
from hotline.store.view_build import plain
from hotline.store.view_parts import View
from hotline.store.visibility import (
    Scope,
    open_contacts_only,
    scope_of,
    shown_referrals,
)

# Inside 111: what the machine thought, what was never offered, whom a hint points at.
_INSIDE = frozenset(
    {
        "referral_proposed",
        "referral_added",
        "extract_edited",
        "applicant_told",
        "notice_written",
        "policy_recorded",
        "reply_written",
        "delivery_settled",
        "referral_withdrawn",
        "contact_triaged",
        "contact_confirmed",
        "conflict_hint_looked_at",
        "conflict_declared",
        "conflict_lift_proposed",
        "conflict_lifted",
        "unassigned",
        "forgotten",
        "contact_reopened",
        "reread",
        "text_released",
        "text_exported",
        "incident_joined",
        "incident_left",
        "incident_lead",
        "contact_detached",
        "contact_parsed_again",
        "psychologist_asked",
        "case_held",
        "case_hold_lifted",
        "kept_long_enough",
        "call_taken",
        "caller_answered",
    }
)
# What came beside the words, and every call: bodies know of neither, 111 alone opens them.
_INSIDE_KINDS = ("media_", "recording_", "callback_")
_INSIDE_DATA = frozenset({"held", "hints", "conflict_hint", "rules", "marks"})
# Who of which body is away, full or apart is the bodies' own matter.
_OF_THE_CHOICE = _INSIDE_DATA | {"bodies", "excluded"}
# A co-executor follows the case, not what others read, decide or are told.
_HELPERS = frozenset(
    {
        "case_opened",
        "case_closed",
        "case_reopened",
        "urgency_changed",
        "outcome_recorded",
        "check_recorded",
        "first_contact_recorded",
        "safety_recorded",
        "clock_started",
        "clock_met",
        "clock_breached",
        "clock_cancelled",
        "clock_recomputed",
    }
)
_OF_BODIES = frozenset({"note_added", "viewed", "revealed", "assigned"})
_OFFER_CLOCKS = frozenset({"acceptance", "redirect", "human_eyes", "emergency_handoff"})


class Happening(View, frozen=True):
    """One event of a case's history."""

    id: int
    at: datetime
    event: str
    actor: str
    data: dict[str, Any]


class DecisionView(View, frozen=True):
    """One decision with what it rested on."""

    id: int
    at: datetime
    kind: str
    facts: dict[str, Any]
    candidates: list[Any]
    exclusions: list[Any]
    reasons: list[Any]
    choice: dict[str, Any]
    policy_version: str
    model_version: str


async def viewed_since(
    tx: Transaction, case_id: int, person_id: int | None, since: datetime
) -> bool:
    """Return whether a person opened the case at or after a moment."""
    e = case_events.c
    seen = select(e.id).where(
        e.case_id == case_id, e.actor_id == person_id, e.event == "viewed", e.at >= since
    )
    return await tx.one(seen.limit(1)) is not None


async def of_case(
    tx: Transaction, viewer: Viewer, number: str, number_key: bytes
) -> tuple[Happening, ...]:
    """Return what happened, oldest first. Errors: NotFound."""
    case = await cases.read(tx, viewer, number, number_key)
    scope = scope_of(viewer, case)
    rows = await _events(tx, viewer, case)
    if scope is Scope.HELPER:
        near = await known_authors(tx, viewer, case)
        bodies = {r.body_id for r in shown_referrals(viewer, case, scope)}
        rows = [row for row in rows if _for_helper(row, near, bodies)]
    elif scope is not Scope.CENTRE:
        rows = [row for row in rows if not _inside(row.event)]
    closed = frozenset(closed_facts(viewer, case, scope))
    return tuple(_happening(row, scope, closed) for row in rows)


async def decisions_of(
    tx: Transaction, viewer: Viewer, number: str, number_key: bytes
) -> tuple[DecisionView, ...]:
    """Return the decisions on a case, oldest first: for 111 and the commissioner.

    Errors: NotFound; NotAllowed for a body, whose part is its referral.
    """
    case = await cases.read(tx, viewer, number, number_key)
    scope = scope_of(viewer, case)
    if scope not in (Scope.CENTRE, Scope.OVERSIGHT):
        raise NotAllowed("decisions are read at 111 and by the commissioner")
    attached = [row.id for row in await contacts.of_case(tx, case.id)]
    rows = await tx.rows(
        select(decisions)
        .where(
            or_(decisions.c.case_id == case.id, decisions.c.contact_id.in_(attached)),
            open_contacts_only(viewer, decisions.c.contact_id),
        )
        .order_by(decisions.c.id)
    )
    if scope is Scope.OVERSIGHT:
        rows = [row for row in rows if row.kind == "route"]
    return tuple(_decision(row, scope) for row in rows)


async def _events(tx: Transaction, viewer: Viewer, case: OpenedCase) -> Sequence[Row[Any]]:
    """Return the events of the case and of its contacts, each once, in order.

    Without what tells of a contact that is closed to the viewer, as the case itself leaves
    it out; so of one that was detached since.
    """
    attached = [row.id for row in await contacts.of_case(tx, case.id)]
    found = case_events.c.case_id == case.id
    if attached:
        found = or_(found, case_events.c.contact_id.in_(attached))
    known = open_contacts_only(viewer, case_events.c.contact_id)
    return await tx.rows(select(case_events).where(found, known).order_by(case_events.c.id))


def _inside(event: str) -> bool:
    """Return whether an event stays inside 111."""
    return event in _INSIDE or event.startswith(_INSIDE_KINDS)


def _for_helper(row: Row[Any], near: Near, bodies: set[str]) -> bool:
    """Return whether a co-executor may know of the event: its own part and the lead's."""
    if row.case_id is None or _inside(row.event):
        return False
    if row.event in _OF_BODIES:
        return near.did(row.actor_id, row.at)
    if row.event.startswith("referral_"):
        return row.data.get("body") in bodies
    if row.event.startswith("clock_"):
        return row.event in _HELPERS and row.data.get("name") not in _OFFER_CLOCKS
    return row.event in _HELPERS


def _happening(row: Row[Any], scope: Scope, closed: frozenset[str]) -> Happening:
    known = plain(row.data)
    if scope is not Scope.CENTRE:
        inside = _INSIDE_DATA | closed
        known = {name: value for name, value in known.items() if name not in inside}
    return Happening(id=row.id, at=row.at, event=row.event, actor=row.actor, data=known)


def _decision(row: Row[Any], scope: Scope) -> DecisionView:
    facts = plain(row.facts)
    if scope is not Scope.CENTRE:
        facts = {n: value for n, value in facts.items() if n not in _OF_THE_CHOICE}
    return DecisionView(
        id=row.id,
        at=row.at,
        kind=row.kind,
        facts=facts,
        candidates=plain(row.candidates),
        exclusions=plain(row.exclusions),
        reasons=plain(row.reasons),
        choice=plain(row.choice),
        policy_version=row.policy_version,
        model_version=row.model_version,
    )
