"""Use case (the supervisor): another ladder is climbed by the clocks that run already.

What a clock has told it keeps; only the moment of its next look comes from the ladder, and
another ladder may have a step before that.
"""

from datetime import datetime

from hotline.cases.terms import ClockName, Urgency
from hotline.errors import RuleForbids
from hotline.identity.viewer import Machine
from hotline.runtime import Runtime
from hotline.sla.escalation import waits
from hotline.sla.targets import ladder_of
from hotline.store import ladder
from hotline.store.ladder import LaidStep

LADDER = Machine("ladder")


async def follow_ladder(rt: Runtime) -> int:
    """Look at open clocks as early as today's ladder wants it; return how many were moved.

    Period: with the calendar, in every supervisor. Two at once are harmless.
    """
    steps = [
        LaidStep(name, level, step.percent, waits(step, level))
        for name in ClockName
        for level in Urgency
        for step in ladder_of(rt.config.sla, name).get(level, ())
    ]
    async with rt.transaction(LADDER) as tx:
        return await ladder.look_sooner(tx, steps, at_work=_at_work(rt, tx.now))


def _at_work(rt: Runtime, now: datetime) -> bool:
    try:
        return rt.calendar.is_open(now)
    except RuleForbids:  # the calendar ends before today: nobody's hours are known
        return False
