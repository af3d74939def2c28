"""How long wrong passwords and codes lock: twice as long each time, up to an hour. Pure."""

from datetime import timedelta

_LONGEST = timedelta(hours=1)


def locked_for(failures: int, tries: int, minutes: int) -> timedelta | None:
    """Return for how long the newest of `failures` in a row locks; None: not yet.

    Units: `minutes` of the first lock, which comes after `tries` failures.
    """
    if failures < 1 or failures % tries:
        return None
    doubled: int = 2 ** min(failures // tries - 1, 10)
    return min(_LONGEST, timedelta(minutes=minutes) * doubled)
