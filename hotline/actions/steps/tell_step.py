"""Step: one step of a ladder is told: the ledger, the history, and a notice to each."""

from datetime import datetime
from typing import Any

from hotline.actions.steps.ladder_reach import Reach
from hotline.cases.terms import ClockName
from hotline.runtime import Runtime
from hotline.sla.escalation import Told
from hotline.sla.targets import ladder_of
from hotline.store import ladder, notices
from hotline.store.transaction import Transaction

_LATE = 100  # percent


def tell_step(
    rt: Runtime, tx: Transaction, row: Any, reach: Reach, told: Told, moment: datetime
) -> None:
    """Write one step of the clock `row` into the ledger and leave the notices."""
    steps = ladder_of(rt.config.sla, ClockName(row.name))[row.urgency]
    empty = [a.value for index in told.instead_of for a in steps[index].audience]
    ladder.escalated(
        tx,
        row,
        {
            "step": told.index,
            "percent": told.percent,
            "fell_due_at": moment,
            "audience": [audience.value for audience in told.audience],
            "skipped": empty,
        },
    )
    kind = "clock_warning" if told.percent < _LATE else "clock_late"
    for audience in told.audience:
        for body, person in reach.of(audience):
            notices.put(
                tx,
                body,
                kind,
                case_id=row.case_id,
                contact_id=row.contact_id,
                clock_id=row.id,
                percent=told.percent,
                person_id=person,
            )
