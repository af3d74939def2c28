"""Danger of one contact: the rules' floor and the model's fear together. Both only raise."""

from dataclasses import dataclass

from hotline.routing.danger import Floor
from hotline.routing.reading import Reading

_LIFE, _DAY = 0, 1


@dataclass(frozen=True, slots=True)
class Alarm:
    """Whether the bell rings, how urgent it is (0 or 1, else None), and the queue's order."""

    danger: bool
    urgency: int | None
    score: float


def judge_danger(seen: Floor, reading: Reading | None) -> Alarm:
    """Return the alarm. With a firm rule the score never sinks below the bell's threshold."""
    if reading is None:
        return Alarm(seen.danger, seen.urgency, seen.score)
    feared = reading.danger >= reading.limits.danger
    score = max(reading.danger, reading.limits.danger if seen.danger else 0.0)
    if not (feared or seen.danger):
        return Alarm(danger=False, urgency=None, score=round(score, 4))
    urgency = min(_DAY if seen.urgency is None else seen.urgency, _model_urgency(reading))
    return Alarm(danger=True, urgency=urgency, score=round(score, 4))


def _model_urgency(reading: Reading) -> int:
    """Return 0 where the model, given that there is danger, says that it is now."""
    life, day = reading.urgency.get(_LIFE, 0.0), reading.urgency.get(_DAY, 0.0)
    share = life / (life + day) if life + day > 0 else 0.0
    return _LIFE if share >= reading.limits.critical else _DAY
