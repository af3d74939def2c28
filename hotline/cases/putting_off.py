"""When a contact may be put off: nothing that may be danger, and never for long."""

from datetime import datetime, timedelta
from enum import StrEnum

from hotline.errors import RuleForbids

LONGEST = timedelta(days=3)
CALM = 2  # the highest urgency that may wait


class PutOff(StrEnum):
    """Why a contact waits until later."""

    WAITS_FOR_ANSWER = "waits_for_answer"  # 111 asked, the person has yet to answer
    CALL_LATER = "call_later"  # at a time that the person named
    NEEDS_LANGUAGE = "needs_language"  # a colleague who speaks it comes later
    OFFICE_CLOSED = "office_closed"  # whom to ask answers later


def may_put_off(urgency: int, *, danger: bool) -> bool:
    """Return whether a contact may be put off at all."""
    return urgency >= CALM and not danger


def check(
    urgency: int, until: datetime | None, reason: str, now: datetime, *, danger: bool
) -> None:
    """Do nothing if it may be put off so. Errors: RuleForbids, naming the field."""
    if not may_put_off(urgency, danger=danger):
        raise RuleForbids("danger does not wait", code="danger_waits_not", field="until")
    if reason not in set(PutOff):
        raise RuleForbids("say why", code="put_off_why", field="reason")
    if until is None or not now < until <= now + LONGEST:
        raise RuleForbids("at most three days", code="put_off_until", field="until")
