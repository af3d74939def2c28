"""How long to wait before a refused delivery is tried again.

Source: the Standard Webhooks specification, "Retry schedule".
"""

from datetime import timedelta

_PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
LONGEST = timedelta(days=1)  # whatever a receiver asks for


def pause_after(attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """Return the pause after so many failed attempts, None when it was the last.

    `asked`: what the receiver's Retry-After says; never less than ours, at most a day.
    """
    if attempts > len(_PAUSES):
        return None
    own = _PAUSES[max(attempts, 1) - 1]
    return own if asked is None else max(own, min(asked, LONGEST))
