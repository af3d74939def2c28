"""Very many posts at once: told apart, never refused. Only the rank of the harmless waits.

A lesson about 111 is thirty children behind one address: a limit must not silence them.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

_REMEMBERED = 10_000  # addresses
_MINUTE_S = 60.0


@dataclass(slots=True)
class Bucket:
    """Holds as many tokens as may come in a minute, and fills evenly."""

    size: int
    left: float
    at: datetime

    def take(self, now: datetime) -> bool:
        """Take one; return whether there was one."""
        waited = max(0.0, (now - self.at).total_seconds())
        self.left = min(self.size, self.left + waited * self.size / _MINUTE_S)
        self.at = max(self.at, now)
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Crowd:
    """Counts posts by address and all together, in memory, by keyed hash of the address.

    Units: `an_address`, `everybody` in posts a minute.
    """

    def __init__(self, an_address: int, everybody: int) -> None:
        self._an_address = an_address
        self._everybody = everybody
        self._all: Bucket | None = None
        self._known: OrderedDict[bytes, Bucket] = OrderedDict()

    def is_over(self, address: bytes, now: datetime) -> bool:
        """Return whether this post is one too many for its rank."""
        if self._all is None:
            self._all = Bucket(self._everybody, self._everybody, now)
        one = self._known.get(address)
        if one is None:
            one = self._known[address] = Bucket(self._an_address, self._an_address, now)
        self._known.move_to_end(address)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        # Who is over their own share takes nothing from everybody's.
        return not (one.take(now) and self._all.take(now))
