"""Bodies of requests. Unknown fields are refused; texts are bounded; moments need a zone."""

from datetime import datetime
from typing import Annotated

import msgspec

from hotline.cases.terms import Channel, Regime

LONGEST = 10_000  # characters of a text, as at the desk
Text = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Word = Annotated[str, msgspec.Meta(max_length=300)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a client sends."""


class ConfirmAsked(Asked, frozen=True):
    """What a person at 111 says of a contact; what is left out stays as triage said."""

    subcategory: Word | None = None
    urgency: int | None = None
    region: Word | None = None
    district: Word | None = None
    offer: bool = True
    extract: Text | None = None
    release_narrative: bool = False
    safety_note: Text | None = None
    regime: Regime | None = None


class CloseContactAsked(Asked, frozen=True):
    """How a contact that is no case ends."""

    wrap_up: Word
    note: Text | None = None


class Reporter(Asked, frozen=True):
    """Who called."""

    name: Word | None = None
    phone: Word | None = None
    relation: Word | None = None
    handle: Word | None = None
    address: Text | None = None


class PolicyAsked(Asked, frozen=True):
    """How the person may be reached."""

    may_write: bool = False
    may_call: bool = False
    hours: Word | None = None
    code_word: Word | None = None


class CallAsked(Asked, frozen=True):
    """A logged call."""

    text: Text
    subcategory: Word
    urgency: int
    region: Word | None
    district: Word | None = None
    reporter: Reporter | None = None
    anonymous: bool = False
    contact_policy: PolicyAsked | None = None
    channel: Channel = Channel.PHONE
    offer: bool = True
    extract: Text | None = None
    release_narrative: bool = False
    safety_note: Text | None = None
    regime: Regime = Regime.SIGNAL


class ReferralAsked(Asked, frozen=True):
    """Which referral; without one, the newest open one of your bodies."""

    referral: int | None = None


class DeclineAsked(Asked, frozen=True):
    """Why a body does not take a case, or gives it back."""

    code: Word
    text: Text
    referral: int | None = None


class TransferAsked(Asked, frozen=True):
    """To whom: exactly one of person (user name) and body (id)."""

    referral: int | None = None
    to_person: Word | None = None
    to_body: Word | None = None
    text: Text = ""


class OfferAsked(Asked, frozen=True):
    """Offer what is proposed, to one body or to all."""

    body: Word | None = None
    extract: Text | None = None
    release_narrative: bool = False


class NoteAsked(Asked, frozen=True):
    """A note."""

    text: Text


class FirstContactAsked(Asked, frozen=True):
    """When and how, or why it would be unsafe."""

    at: Moment | None = None
    how: Text | None = None
    unsafe: Text | None = None


class CheckAsked(Asked, frozen=True):
    """How it was checked that the person is safe."""

    kind: Word
    text: Text
    at: Moment | None = None


class SafetyAsked(Asked, frozen=True):
    """Whether the person is safe; if not, the plan."""

    safe: bool
    plan: Text = ""


class AssistanceAsked(Asked, frozen=True):
    """What help was given."""

    code: Word
    text: Text


class CheckMade(Asked, frozen=True):
    """The check behind an outcome."""

    kind: Word
    text: Text
    risk_assessed: bool = False


class OutcomeAsked(Asked, frozen=True):
    """Assistance and check."""

    assistance: AssistanceAsked
    check: CheckMade


class CloseAsked(Asked, frozen=True):
    """Nothing, or a lawful exception that two people sign."""

    exception: Word | None = None
    text: Text | None = None


class ReopenAsked(Asked, frozen=True):
    """Why."""

    reason: Text


class UrgencyAsked(Asked, frozen=True):
    """Another urgency, and why."""

    urgency: int
    reason: Text


class CalledAsked(Asked, frozen=True):
    """The number that was rung."""

    number: Word
    at: Moment | None = None


class TakenAsked(Asked, frozen=True):
    """Who at the service took it over."""

    by: Word
    reference: Word | None = None
    at: Moment | None = None


class NothingAsked(Asked, frozen=True):
    """Nothing beside the address."""


class DrawAsked(Asked, frozen=True):
    """How many contacts to draw for a second reading."""

    size: int = 50


class VerdictAsked(Asked, frozen=True):
    """What the second reader says."""

    urgency: int
    subcategory: Word | None = None
