"""Pages with a thread on them are shown once for each form that asked for them.

Without JavaScript "Back" sends the form before it again, and a thread would stand there for
whoever took the phone. A double click is no "Back": a form holds for a moment.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

MOMENT = timedelta(seconds=2)
_REMEMBERED = 100_000


class Spent:
    """Remembers forms by their id, in memory; the oldest are forgotten."""

    def __init__(self) -> None:
        self._first: OrderedDict[str, datetime] = OrderedDict()

    def is_spent(self, form_id: str, now: datetime) -> bool:
        """Return whether this form was sent before, and not just now."""
        first = self._first.setdefault(form_id, now)
        while len(self._first) > _REMEMBERED:
            self._first.popitem(last=False)
        return now - first > MOMENT
