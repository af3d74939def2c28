"""How long ago something began, in few letters: a list is read at a glance."""

from datetime import datetime
from typing import Any

_HOUR, _DAY = 3600, 86400


def age_of(w: Any, since: datetime, now: datetime) -> str:
    """Return "5 min", "3 h", "12 d" in the reader's language."""
    passed = max(0, int((now - since).total_seconds()))
    if passed < _HOUR:
        return f"{passed // 60} {w.say('min')}"
    if passed < 2 * _DAY:
        return f"{passed // _HOUR} {w.say('h')}"
    return f"{passed // _DAY} {w.say('d')}"
