"""Enumerations and id types of the domain; docs/glossary.md explains each in en, ru, kk."""

from enum import IntEnum, StrEnum
from typing import NewType

ContactId = NewType("ContactId", int)
CaseId = NewType("CaseId", int)
ReferralId = NewType("ReferralId", int)
PersonId = NewType("PersonId", int)
BodyId = NewType("BodyId", str)  # "guard-71", "comm-71", "own-111"
RegionCode = NewType("RegionCode", str)  # two-digit KATO prefix, "71"


class Channel(StrEnum):
    """How a contact reached 111."""

    PHONE = "phone"
    CALL_NOTE = "call-note"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    VIBER = "viber"
    SMS = "sms"
    EMAIL = "email"
    WEB = "web"
    WEBCHAT = "webchat"
    QR = "qr"
    PARTNER = "partner"


class Wish(StrEnum):
    """What a person asks of 111. Nothing is done later, or not done, because of it."""

    TALK = "talk"
    ADVISE = "advise"
    COME = "come"


class Happens(StrEnum):
    """When it happens, as the person says."""

    NOW = "now"
    TODAY = "today"
    AGAIN = "again"  # again and again
    BEFORE = "before"


class ContactState(StrEnum):
    """Where a contact stands. `pending` is a question, not a stored state: work still owed."""

    RECEIVED = "received"
    UNPARSED = "unparsed"
    TRIAGED = "triaged"
    ATTACHED = "attached"
    CLOSED = "closed"
    SPAM = "spam"
    QUARANTINED = "quarantined"


class CaseStatus(StrEnum):
    """Where the work on a person's situation stands."""

    TRIAGE = "triage"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    OUTCOME_RECORDED = "outcome_recorded"
    CLOSED = "closed"
    REOPENED = "reopened"


class ReferralStatus(StrEnum):
    """Where a case stands with one body."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class Urgency(IntEnum):
    """0 life at risk now, 1 harm within 24 h, 2 high, 3 standard, 4 information."""

    LIFE = 0
    DAY = 1
    HIGH = 2
    STANDARD = 3
    INFORMATION = 4


class Regime(StrEnum):
    """Which terms are law: `appeal` falls under the Administrative Procedural Code."""

    SIGNAL = "signal"
    APPEAL = "appeal"


class ClockName(StrEnum):
    """The clocks of config/sla.yaml."""

    ACKNOWLEDGEMENT = "acknowledgement"
    HUMAN_EYES = "human_eyes"
    EMERGENCY_HANDOFF = "emergency_handoff"
    ACCEPTANCE = "acceptance"
    REDIRECT = "redirect"
    FIRST_CONTACT = "first_contact"
    ON_SITE_CHECK = "on_site_check"
    SAFETY = "safety"
    WRITTEN_OUTCOME = "written_outcome"
    EXTENSION_NOTICE = "extension_notice"
    LOWERED_REREAD = "lowered_reread"
    GUARDIANSHIP_REGISTER = "guardianship_register"
    HOSPITAL_STAY = "hospital_stay"
    QUALITY_CALL = "quality_call"


class ClockState(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class PauseReason(StrEnum):
    """Why a written outcome may be put off."""

    AWAITING_APPLICANT = "awaiting_applicant"  # stands still until the answer, or its limit
    EXTENDED = "extended"  # by a head or deputy


class Role(StrEnum):
    """What kind of user a person is."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    COMMISSIONER = "commissioner"
    GUARDIAN = "guardian"
    FAMILY = "family"
    BODY = "body"
    ADMIN = "admin"


class BodyKind(StrEnum):
    """Kinds of bodies that may act on a case (config/taxonomy.yaml, `bodies`)."""

    POLICE = "POLICE"
    AMB = "AMB"
    ESOS = "ESOS"
    COMM = "COMM"
    OMB = "OMB"
    GUARD = "GUARD"
    UZPD = "UZPD"
    KOPD = "KOPD"
    EDU = "EDU"
    HEALTH = "HEALTH"
    SOC = "SOC"
    FSC = "FSC"
    CRISIS = "CRISIS"
    PSY = "PSY"
    EI = "EI"
    PMPK = "PMPK"
    PROS = "PROS"
    COURTX = "COURTX"
    LAB = "LAB"
    CULT = "CULT"
    CYBER = "CYBER"
    SANEPID = "SANEPID"
    OWN = "OWN"


class DeclineCode(StrEnum):
    """Why a body does not take a case."""

    NOT_OUR_REGION = "not_our_region"
    NOT_OUR_MATTER = "not_our_matter"
    DUPLICATE = "duplicate"
    TOO_LITTLE = "too_little"
    CONFLICT = "conflict"


class CheckKind(StrEnum):
    """How it was checked that the child is safe."""

    VISIT = "visit"
    SAFE_CHECK = "safe_check_without_visit"
    POSTPONED = "postponed_at_victims_wish"
    DOCUMENTS = "documents"


class AssistanceCode(StrEnum):
    """What help was given."""

    COUNSELLING = "counselling"
    PROTECTION = "protection"
    PLACEMENT = "placement"
    MEDICAL = "medical"
    LEGAL = "legal"
    MATERIAL = "material"
    EDUCATION = "education"
    MEDIATION = "mediation"
    INFORMATION = "information"
    OTHER = "other"


class LawfulException(StrEnum):
    """Coded reasons to close a case without assistance and check; two people sign."""

    ABROAD = "left_the_country"
    DECEASED = "deceased"
    NOT_FOUND = "cannot_be_found"
    COURT = "handed_to_court_or_investigation"
    DUPLICATE = "duplicate_of_open_case"
    NOT_A_CASE = "no_person_in_need"


class WrapUp(StrEnum):
    """How one person at 111 ends a contact that is no case."""

    INFORMATION_GIVEN = "information_given"
    CONSULTATION_GIVEN = "consultation_given"
    THANKS = "thanks"
    PRANK = "prank"
    SILENT = "silent"
    WRONG_NUMBER = "wrong_number"
    TEST = "test"
    SPAM = "spam"
    DUPLICATE = "duplicate"


class EmergencyService(StrEnum):
    """Hand-offs; never leads."""

    POLICE = "102"
    AMBULANCE = "103"
    RESCUE = "112"


class JobName(StrEnum):
    """Jobs that a worker may run; each is hotline/workers/<name>.py with `run(ids)`."""

    TRIAGE_CONTACT = "triage_contact"
    COMPARE_CONTACT = "compare_contact"
    WAKE_DUTY = "wake_duty"
    TRY_POLICY = "try_policy"
    DELIVER_HOOK = "deliver_hook"
    FETCH_MEDIA = "fetch_media"
    FETCH_RECORDING = "fetch_recording"
    ACKNOWLEDGE_CONTACT = "acknowledge_contact"
    SEND_OUTBOUND = "send_outbound"
    RUN_WORK = "run_work"


class QueueName(StrEnum):
    """RQ queues: danger never waits behind the harmless stream."""

    URGENT = "urgent"
    BULK = "bulk"
    OUTWARD = "outward"  # whatever waits for a provider: no case waits behind it


class OutboundState(StrEnum):
    """Where a message to a person stands. `uncertain`: it may have gone out; never resent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    SUPPRESSED = "suppressed"  # policy said no: nothing went out
    UNCERTAIN = "uncertain"


class OutboundKind(StrEnum):
    """Why something is written to a person."""

    ACK = "ack"  # the neutral line, by itself, the same for everybody
    REPLY = "reply"  # a person at 111 wrote it
    NOTICE = "notice"  # the law asks for it: passed on, put off, outcome
    TEMPLATE = "template"  # approved wording outside a messenger's window


class MediaState(StrEnum):
    """Where a picture, voice message or file stands."""

    PROMISED = "promised"  # the provider has it; a worker fetches it
    KEPT = "kept"  # here, sealed; an image is unviewable until a person opens it
    QUARANTINED = "quarantined"  # here, sealed, and not opened: its type or size is wrong
    FAILED = "failed"  # could not be fetched; says why
    REFUSED = "refused"  # not fetched: too large, or no address that may be asked


class CallState(StrEnum):
    """Where a call stands, as the desk sees it."""

    RINGING = "ringing"
    QUEUED = "queued"  # in the menu or waiting
    OFFERED = "offered"  # rings at an operator
    CONNECTED = "connected"
    HELD = "held"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
    ABANDONED = "abandoned"  # ended without an operator, whatever cause was given
    FAILED = "failed"


class PresenceState(StrEnum):
    """What an operator is doing."""

    READY = "ready"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSE = "pause"
    OFF = "off"
