"""What a person reads of a case or contact: the parts, as the API sends them."""

from datetime import datetime
from typing import Any

import msgspec

from hotline.store.shared_view import SharedView


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is read. None stands for "closed to you", "forgotten" and "not there"."""


class ReferralView(View, frozen=True):
    """The case with one body. `extract` is what the body is told."""

    id: int
    body: str
    kind: str
    name_kk: str
    name_ru: str
    lead: bool
    status: str
    mine: bool
    offered_at: datetime | None
    offered_by: str | None
    accepted_at: datetime | None
    accepted_by: str | None
    ended_at: datetime | None
    declined_code: str | None
    declined_text: str | None
    extract: str | None
    narrative_released: bool
    purpose: str | None  # what the body is asked for: a code of config/purposes.yaml
    hides: tuple[str, ...] | None  # topics closed to it; for 111 alone
    identity: str  # open | with_reason | closed
    released_at: datetime | None  # from when on the body may read the extract
    assignee: str | None
    handed_from: int | None  # the referral that answers until this one is accepted
    handed_to: str | None  # the colleague who has yet to say yes
    handed_to_me: bool  # the reader is this colleague: names may be alike
    return_at: datetime | None


class ClockView(View, frozen=True):
    """One clock. `breached_at` is the due moment, `judged_at` when the engine saw it."""

    id: int
    name: str
    basis: str
    law: bool
    calendar: str
    allowed: str
    urgency: int
    started_at: datetime
    due_at: datetime
    state: str
    met_at: datetime | None
    breached_at: datetime | None
    judged_at: datetime | None
    paused: tuple[dict[str, Any], ...]  # since, until (None: it lasts), reason, by
    resume_by: datetime | None
    extended_to: datetime | None
    policy_version: str
    calendar_version: str
    referral: int | None


class AttemptView(View, frozen=True):
    """One call to a service and what came of it; `by` is a name or a badge."""

    called_at: datetime
    at: datetime
    result: str
    person: str | None
    number: str | None
    by: str | None
    note: str | None


class EmergencyView(View, frozen=True):
    """A hand-off to 102, 103 or 112."""

    service: str
    state: str
    required_at: datetime
    called_at: datetime | None
    number: str | None
    accepted_by: str | None
    accepted_at: datetime | None
    reference: str | None
    attempts: tuple[AttemptView, ...]


class Assistance(View, frozen=True):
    """What help was given."""

    code: str
    text: str | None
    at: datetime


class Check(View, frozen=True):
    """How it was checked that the person is safe."""

    kind: str
    text: str | None
    at: datetime


class OutcomeView(View, frozen=True):
    """Assistance and check."""

    assistance: Assistance
    check: Check


class IdentityView(View, frozen=True):
    """Who wrote. `masked`: only enough to tell people apart."""

    masked: bool
    name: str | None
    phone: str | None
    handle: str | None
    relation: str | None
    address: str | None
    anonymous: bool
    children: str | None = None  # how many, as the operator wrote it
    ages: str | None = None  # or IINs
    consent: str | None = None  # whether the name may be passed on: a code
    shared: SharedView | None = None  # a place, cards: what came beside the words


class ReachView(View, frozen=True):
    """How the person may be reached; silence means not at all."""

    may_write: bool
    may_call: bool
    hours: str | None
    code_word: str | None


class NoteView(View, frozen=True):
    """What somebody wrote down."""

    id: int
    at: datetime
    author: str
    author_name: str
    kind: str
    text: str | None


class Alternative(View, frozen=True):
    """A code that the machine held possible."""

    code: str
    score: float


class Reason(View, frozen=True):
    """A rule or feature with the words it rests on."""

    rule: str
    span: tuple[int, ...]
    text: str | None


class TriageView(View, frozen=True):
    """What the machine made of a contact; for 111 only."""

    category: str
    subcategory: str
    alternatives: tuple[Alternative, ...]
    urgency: int
    danger: bool
    danger_score: float
    region: str | None
    district: str | None
    region_candidates: tuple[Any, ...]
    language: str | None
    script: str | None
    needs_human: bool
    conflict_hint: tuple[str, ...]
    reasons: tuple[Reason, ...]
    policy_version: str
    model_version: str


class WordsView(View, frozen=True):
    """What one contact of a case says."""

    receipt: str
    channel: str
    received_at: datetime
    text: str | None
    forgotten: bool
    identity: IdentityView | None
    triage: TriageView | None


class CaseView(View, frozen=True):
    """A case as one viewer may see it."""

    number: str
    version: int
    status: str
    regime: str
    urgency: int
    urgency_by: str
    category: str | None  # None: the body is asked for help without being told the topic
    subcategory: str | None
    region: str | None
    district: str | None
    language: str
    channel: str
    about_child: bool
    received_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    scope: str
    receipts: tuple[str, ...]
    referrals: tuple[ReferralView, ...]
    assignee: str | None
    assignee_name: str | None
    clocks: tuple[ClockView, ...]
    emergency: tuple[EmergencyView, ...]
    outcome: OutcomeView | None
    exception: str | None
    exception_by: str | None
    narrative: str | None
    extract: str | None
    contacts: tuple[WordsView, ...]
    identity: IdentityView | None
    shared: tuple[SharedView, ...]  # of all its messages
    reach: ReachView | None
    complaint_about: tuple[dict[str, Any], ...] | None
    notes: tuple[NoteView, ...]
    conflict_hint: tuple[str, ...] | None
    held: bool | None
    safety_note: str | None
    triage: TriageView | None
    moves: tuple[str, ...]


class EarlierContact(View, frozen=True):
    """Another contact of the same thread or the same number."""

    receipt: str
    channel: str
    received_at: datetime
    state: str
    case: str | None


class ContactView(View, frozen=True):
    """A contact as 111 reads it."""

    receipt: str
    version: int
    state: str
    channel: str
    account: str
    kind: str
    received_at: datetime
    occurred_at: datetime | None
    screened: bool
    anonymous: bool
    wish: str | None
    happens: str | None
    region_hint: str | None
    site: str | None
    site_names: tuple[str, str] | None  # kk, ru; where a poster's code told it
    goes_on: bool  # a rule put it under its root's open case, or `read_anew`
    read_anew: bool  # of a case: its words read otherwise since a person read them
    urgency: int
    danger: bool
    danger_score: float
    language: str | None
    triage: TriageView | None
    case: str | None
    narrative: str | None
    forgotten: bool
    identity: IdentityView | None
    reach: ReachView
    complaint_about: tuple[dict[str, Any], ...]
    marks: tuple[str, ...]  # of a letter: what to know before believing it
    clocks: tuple[ClockView, ...]
    seen_by: str | None
    seen_at: datetime | None
    wrap_up: str | None
    wrap_up_note: str | None
    closed_at: datetime | None
    earlier: tuple[EarlierContact, ...]
