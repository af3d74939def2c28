"""Which limit holds for a clock, and by what right."""

from dataclasses import dataclass

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.config.limit import CalendarKind, Limit
from hotline.config.sla import SlaPolicy, Words
from hotline.sla.breach import Ladder


@dataclass(frozen=True, slots=True)
class Target:
    """How long one clock may run. `law` is false where the limit is 111's own policy."""

    name: ClockName
    limit: Limit
    law: bool
    basis: Words
    policy_version: str

    @property
    def calendar(self) -> CalendarKind:
        """Return what the limit counts: elapsed time, working time or calendar days."""
        return self.limit.kind


def target(
    policy: SlaPolicy,
    name: ClockName,
    urgency: Urgency,
    regime: Regime,
    *,
    rural: bool = False,
) -> Target | None:
    """Return the limit of a clock, or None where that clock does not run.

    A rural limit holds where one is given, else the ordinary one.

    Errors: none; an unknown clock has no target. Source: config/sla.yaml.
    """
    clock = policy.clocks.get(name)
    if clock is None:
        return None
    limit = clock.rural.get(urgency) if rural else None
    limit = limit or clock.limits.get(urgency)
    if limit is None:
        return None
    return Target(name, limit, regime in clock.law, clock.basis, policy.version)


def ladder_of(policy: SlaPolicy, name: ClockName) -> Ladder:
    """Return who hears of a late clock: its own ladder, else that of the urgency.

    Errors: none. Source: config/sla.yaml, `ladder`.
    """
    clock = policy.clocks.get(name)
    if clock is None or clock.ladder is None:
        return policy.ladder
    return dict.fromkeys((int(level) for level in Urgency), clock.ladder)
