"""What would keep an open clock from being late: what meets it first, then who can help.

Codes, in order; the console says them in words. Source: config/sla.yaml, `met_by`.
"""

from hotline.cases.terms import ClockName

_MEETS = {
    ClockName.ACKNOWLEDGEMENT: "acknowledge",
    ClockName.HUMAN_EYES: "read",
    ClockName.EMERGENCY_HANDOFF: "call_service",
    ClockName.ACCEPTANCE: "accept",
    ClockName.REDIRECT: "accept_or_return",
    ClockName.FIRST_CONTACT: "contact",
    ClockName.ON_SITE_CHECK: "check",
    ClockName.SAFETY: "safety",
    ClockName.WRITTEN_OUTCOME: "outcome",
    ClockName.GUARDIANSHIP_REGISTER: "register",
    ClockName.HOSPITAL_STAY: "place",
    ClockName.QUALITY_CALL: "quality_call",
    ClockName.EXTENSION_NOTICE: "notice",
    ClockName.LOWERED_REREAD: "reread",
}
_BY_A_BODY = frozenset(
    {ClockName.ACCEPTANCE, ClockName.REDIRECT, ClockName.FIRST_CONTACT,
     ClockName.ON_SITE_CHECK, ClockName.SAFETY, ClockName.WRITTEN_OUTCOME}
)  # fmt: skip
_GRAVE = 1  # urgency at which duty people are woken


def prevention(name: str, urgency: int, band: str) -> tuple[str, ...]:
    """Return what would prevent the breach; `band` is the load of who has the case."""
    known = {str(clock): clock for clock in ClockName}
    clock = known.get(name)
    if clock is None:
        return ("look",)
    found = [_MEETS.get(clock, "look")]
    if clock in _BY_A_BODY and urgency <= _GRAVE:
        found.append("page_duty")
    if clock in _BY_A_BODY and band == "busy":
        found.append("reassign")
    if clock is ClockName.WRITTEN_OUTCOME:
        found.append("extend")
    return tuple(found)
