"""How far a report has come, as whoever made it may know: four neutral words."""

from hotline.cases.terms import CaseStatus, ContactState

ENDED = (CaseStatus.CLOSED, CaseStatus.OUTCOME_RECORDED)


def stage(contact_state: str, case_status: str | None) -> str:
    """Return `received`, `read`, `in_work` or `ended`; the SQL of hooks says the same."""
    if case_status is not None:
        return "ended" if case_status in ENDED else "in_work"
    return "read" if contact_state == ContactState.CLOSED else "received"
