"""Who is with a call beside the caller, by the steps that the ledger keeps. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What may be heard of a service or colleague whom an operator dialled."""

    DIALLED = "leg_dialled"
    RINGING = "leg_ringing"
    ANSWERED = "leg_answered"  # a voice, perhaps a machine's: no acceptance
    FAILED = "leg_failed"
    UP = "leg_up"  # hears the caller
    GONE = "leg_gone"


_OVER = (Step.FAILED, Step.GONE)


@dataclass(frozen=True, slots=True)
class LegStep:
    """One step of one leg."""

    leg: str
    step: Step


def with_caller(steps: Iterable[LegStep]) -> set[str]:
    """Return the legs that hear the caller now."""
    return _reached(steps, {Step.UP})


def on_the_way(steps: Iterable[LegStep]) -> set[str]:
    """Return the legs that were dialled and have neither come nor failed."""
    told = list(steps)
    return _reached(told, {Step.DIALLED}) - {one.leg for one in told if one.step is Step.UP}


def _reached(steps: Iterable[LegStep], wanted: set[Step]) -> set[str]:
    told = list(steps)
    over = {one.leg for one in told if one.step in _OVER}
    return {one.leg for one in told if one.step in wanted} - over
