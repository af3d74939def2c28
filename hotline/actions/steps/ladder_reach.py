"""Step: whom a step of the ladder reaches for one clock, and whose working hours it waits for."""

from datetime import date, datetime, timedelta
from typing import Any

from hotline.actions.steps import wake
from hotline.actions.steps.co_executors import ASKED
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
    """Which audiences of the ladder exist for one clock.

    `referral_id`: the referral whose answer the clock waits for; None: the whole case's clock.
    """

    def __init__(
        self,
        case: OpenedCase | None,
        directory: Directory,
        day: date,
        referral_id: int | None = None,
    ) -> None:
        self._case = case
        self._directory = directory
        self._day = day
        self._held = _held(case, referral_id) if case else None

    def exists(self, audience: Audience) -> bool:
        """Return whether anybody stands behind `audience`."""
        return bool(self.of(audience))

    def of(self, audience: Audience) -> list[tuple[str, int | None]]:
        """Return (body or shift, person) pairs that hear of a step for `audience`."""
        if audience in (Audience.SHIFT_SUPERVISOR, Audience.DUTY_LIST):
            # The duty list of the body that is asked, and always 111's own.
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
        held = self._held if holder else None
        return wake.Cause(
            wake.UNSEEN if unseen else wake.LADDER,
            BodyId(holder[0]) if holder else OWN_QUEUE,
            row.urgency,
            case_id=row.case_id,
            contact_id=row.contact_id,
            referral_id=int(held.id) if held else None,
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
        """Return who has it, or to whom it was suggested while nobody has accepted."""
        if self._case is None:
            return []
        held = self._held
        person = held.assignee_id if held else None
        if person is None and (held is None or held.lead):
            person = self._case.row.assignee_id
        return [] if person is None else [(held.body_id if held else OWN_QUEUE, person)]

    def _holder(self) -> list[tuple[str, int | None]]:
        """Return the body that is asked, once it was offered the case."""
        held = self._held
        if held is None or held.offered_at is None:
            return []
        return [(held.body_id, None)]


def _held(case: OpenedCase, referral_id: int | None) -> Any:
    """Return the referral that answers for a clock: its own while it is asked, else the lead.

    A co-executor, or the receiver of a hand-over, is silent itself: not the lead for it.
    """
    own = (r for r in case.referrals if r.id == referral_id and r.status in ASKED)
    return next(own, case.lead)
