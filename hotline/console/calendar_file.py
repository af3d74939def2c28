"""Own deadlines as a calendar (RFC 5545): a number and a clock's name, and nothing else."""

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hotline.console.codes import CLOCK
from hotline.i18n import gettext

_SHOWN = timedelta(minutes=15)  # an event of no length is drawn by no calendar


def calendar_file(deadlines: Sequence[Any], lang: str, key: bytes) -> bytes:
    """Return the calendar. `key` hides row ids; the same deadline keeps its UID for ever.

    SEQUENCE counts what moved the deadline, so that a calendar moves the event.
    """
    # Late: 1.5 MB that only this page needs.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//111//hotline//KK")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "111")
    calendar.add("x-published-ttl", "PT15M")
    for one in deadlines:
        event = Event()
        event.add("uid", f"{_uid(key, one.id)}@hotline")
        event.add("sequence", int(one.changes))
        event.add("dtstamp", one.changed_at)
        event.add("dtstart", one.due_at - _SHOWN)
        event.add("dtend", one.due_at)
        name = gettext(lang, CLOCK.get(one.name, one.name))
        event.add("summary", f"{one.number} · {name}")
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(key: bytes, clock_id: int) -> str:
    return hmac.digest(key, str(clock_id).encode(), "sha256")[:16].hex()
