"""How far a report has come, as whoever made it may know: four neutral words."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.cases.terms import CaseStatus, ContactState

ENDED = (CaseStatus.CLOSED, CaseStatus.OUTCOME_RECORDED)


def stage(contact_state: str, case_status: str | None) -> str:
    """Return `received`, `read`, `in_work` or `ended`; the SQL of hooks says the same."""
    if case_status is not None:
        return "ended" if case_status in ENDED else "in_work"
    return "read" if contact_state == ContactState.CLOSED else "received"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one message of a thread stands."""

    contact_state: str
    case_status: str | None
    seen: bool  # by a person at 111


def stage_of_thread(standings: Sequence[Standing]) -> str:
    """Return the stage of a whole thread, its messages oldest first.

    A case that a machine opened and nobody has looked at shows nothing: what whoever holds
    the phone reads does not depend on what triage made of it.
    """
    stages = [_before_people(one) for one in standings]
    return "in_work" if "in_work" in stages else stages[-1] if stages else "received"


def _before_people(one: Standing) -> str:
    if one.case_status == CaseStatus.TRIAGE and not one.seen:
        return "received"
    return stage(one.contact_state, one.case_status)
