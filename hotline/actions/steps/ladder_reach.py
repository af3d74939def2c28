"""Step: whom a step of the ladder reaches for one clock, and whose working hours it waits for."""

from datetime import date, datetime, timedelta
from typing import Any

from hotline.actions.steps import wake
from hotline.cases.terms import BodyId, BodyKind, ClockName
from hotline.config.sla import Audience, LadderStep
from hotline.routing.conflicted import keep_out
from hotline.routing.directory import Directory
from hotline.routing.office import OWN_QUEUE
from hotline.sla.calendar import WorkingCalendar
from hotline.sla.escalation import OF_THE_HOLDER
from hotline.store import notices
from hotline.store.cases import OpenedCase

NATIONAL = {Audience.OMB: BodyId("omb"), Audience.KOPD: BodyId("kopd")}


class Reach:
    """Which audiences of the ladder exist for one clock."""

    def __init__(self, case: OpenedCase | None, directory: Directory, day: date) -> None:
        self._case = case
        self._directory = directory
        self._day = day

    def exists(self, audience: Audience) -> bool:
        """Return whether anybody stands behind `audience`."""
        return bool(self.of(audience))

    def of(self, audience: Audience) -> list[tuple[str, int | None]]:
        """Return (body or shift, person) pairs that hear of a step for `audience`."""
        if audience in (Audience.SHIFT_SUPERVISOR, Audience.DUTY_LIST):
            # The duty list of a body that holds the case, and always 111's own.
            on_duty = self._holder() if audience is Audience.DUTY_LIST else []
            return [(notices.SHIFT, None), *on_duty]
        if audience is Audience.ASSIGNEE:
            return self._assignee()
        if audience is Audience.HEAD_OF_BODY:
            # Nothing offered yet: 111 itself holds the contact, and somebody must hear.
            return self._holder() or [(notices.SHIFT, None)]
        return self._outside(audience)

    def opens(self, step: LadderStep, at: datetime, common: WorkingCalendar) -> datetime:
        """Return when those whom the step tells are at work; 111 always is."""
        if OF_THE_HOLDER.issuperset(step.audience):
            holder = self._holder()
            body = self._directory.body(BodyId(holder[0][0])) if holder else None
            if body is None or body.id == OWN_QUEUE:
                return at
            return common.for_hours(body.hours).add_working_time(at, timedelta())
        return common.add_working_time(at, timedelta())

    def wakes(self, row: Any) -> wake.Cause:
        """Return whose duty is woken: the holder's, and 111's for what nobody looked at."""
        unseen = row.name == ClockName.HUMAN_EYES
        holder = None if unseen else next(iter(self._holder()), None)
        lead = self._case.lead if self._case and holder else None
        return wake.Cause(
            wake.UNSEEN if unseen else wake.LADDER,
            BodyId(holder[0]) if holder else OWN_QUEUE,
            row.urgency,
            case_id=row.case_id,
            contact_id=row.contact_id,
            referral_id=int(lead.id) if lead else None,
            clock_id=row.id,
        )

    def _outside(self, audience: Audience) -> list[tuple[str, int | None]]:
        """Return the overseeing bodies; a ladder discloses nothing that was not shown."""
        if self._case is None or self._case.row.shown_at is None:
            return []
        apart = keep_out(self._directory, self._case.access.apart, {}).bodies
        if audience in NATIONAL:
            central = NATIONAL[audience]
            return [] if central in apart else [(central, None)]
        kind = BodyKind(audience.value)
        if kind is BodyKind.COMM and "commissioner" in self._case.row.conflict_hint:
            return []
        found = self._directory.of(kind, self._case.row.region)
        return [
            (body.id, None)
            for body in found
            if body.acts_on(self._day) is None and body.id not in apart
        ]

    def _assignee(self) -> list[tuple[str, int | None]]:
        if self._case is None or self._case.row.assignee_id is None:
            return []
        lead = self._case.lead
        return [(lead.body_id if lead else OWN_QUEUE, self._case.row.assignee_id)]

    def _holder(self) -> list[tuple[str, int | None]]:
        """Return the lead body, once it was offered the case."""
        lead = self._case.lead if self._case else None
        if lead is None or lead.offered_at is None:
            return []
        return [(lead.body_id, None)]
