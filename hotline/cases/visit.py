"""A visit to a child's home: when it counts that somebody pressed, and when they are missed.

The page of the visitor may be offline, and its clock may be wrong: it tells when the button
was pressed and when it sent that, both by its own clock, and only the span between counts.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=12)  # of a visit
FARTHEST = timedelta(days=60)  # ahead
OLDEST = timedelta(hours=12)  # a press that waited longer for a connection counts from now


class Press(StrEnum):
    """What a visitor says with one thumb."""

    IN = "in"
    OUT = "out"
    HELP = "help"


def staying(
    visitor: int, companion: int | None, said: Mapping[int, Collection[str]]
) -> tuple[int, ...]:
    """Return who has still to say that they are out. `said`: what each has pressed.

    Nobody comes out for somebody else: the visitor stays watched until their own "out", and
    so does a companion who said that they are in, or asked for help there.
    """
    there = {Press.IN, Press.HELP}
    watched = [visitor]
    if companion is not None and there & set(said.get(companion, ())):
        watched.append(companion)
    return tuple(one for one in watched if Press.OUT not in said.get(one, ()))


def pressed_at(
    now: datetime,
    told: datetime | None,
    sent: datetime | None,
    *,
    not_before: datetime,
) -> datetime:
    """Return when a press counts: as long ago as the page's own clock says, within reason.

    `told`, `sent`: the page's moments of the press and of its sending. A span that no page
    can have waited counts as none.
    """
    if told is None or sent is None:
        return now
    waited = sent - told
    if not timedelta() <= waited <= OLDEST:
        return now
    return min(now, max(not_before, now - waited))


def missed_at(
    starts_at: datetime,
    ends_at: datetime,
    in_at: datetime | None,
    *,
    grace: timedelta,
) -> datetime:
    """Return when somebody who has not said "out" is missed.

    Who went in late has as long as was planned.
    """
    expected = ends_at
    if in_at is not None:
        expected = max(ends_at, in_at + (ends_at - starts_at))
    return expected + grace
