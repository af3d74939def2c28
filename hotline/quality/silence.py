"""Dead-man switches: a channel is silent that is usually busy, or a token ends.

A night is not a morning: silence is measured in messages that should have come by now,
hour by hour of the day, and compared with how much the channel usually lets pass.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from itertools import pairwise

ALMATY = timezone(timedelta(hours=5))  # all of the country since 1 March 2024
_HOUR = timedelta(hours=1)
_USUAL = 0.95  # a gap as long as this share of all gaps is still usual
_HORIZON_HOURS = 24 * 14  # beyond this a channel is not watched by its traffic


class Sign(StrEnum):
    """How a way in or out is."""

    OK = "ok"
    SILENT = "silent"
    FAILING = "failing"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # too little was seen to know what is usual


@dataclass(frozen=True, slots=True)
class Profile:
    """What is usual. `rates`: messages an hour by hour of the day; `gap`: in messages."""

    rates: tuple[float, ...]
    gap: float


def profile(
    moments: Sequence[datetime], days: int, hours: Mapping[datetime, int] | None = None
) -> Profile:
    """Return what is usual after `moments`, in order, of the last `days`.

    `hours`: how many came in each hour, where `moments` are too many to be told all.

    `gap` is the expected number of messages in a gap that 95 of 100 gaps do not exceed. Of
    each hour the busiest tenth of the days is left out: one flood makes no habit.
    """
    counts = Counter(_day_and_hour(moment) for moment in moments)
    if hours is not None:
        counts = Counter({_day_and_hour(hour): n for hour, n in hours.items()})
    by_hour: dict[int, list[int]] = {hour: [] for hour in range(24)}
    for (_, hour), count in counts.items():
        by_hour[hour].append(count)
    rates = tuple(_rate(by_hour[hour], days) for hour in range(24))
    gaps = sorted(missed(rates, before, after) for before, after in pairwise(moments))
    usual = gaps[min(len(gaps) - 1, math.ceil(len(gaps) * _USUAL) - 1)] if gaps else 0.0
    return Profile(rates, max(usual, 1.0))


def _day_and_hour(moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(ALMATY)
    return local.toordinal(), local.hour


def _rate(counts: list[int], days: int) -> float:
    """Return messages an hour; one more a day, so that no hour may stay empty for ever."""
    busiest = math.ceil(days / 10) if days > 1 else 0
    kept = sorted(counts)[: max(0, days - busiest)]
    return (sum(kept) + 1 / 24) / max(1, days - busiest)


def missed(rates: Sequence[float], since: datetime, until: datetime) -> float:
    """Return how many messages usually come between two moments."""
    total, at = 0.0, since.astimezone(ALMATY)
    end = until.astimezone(ALMATY)
    while at < end:
        turn = at.replace(minute=0, second=0, microsecond=0) + _HOUR
        step = min(turn, end)
        total += rates[at.hour] * ((step - at) / _HOUR)
        at = step
    return total


def silent_from(
    usual: Profile, last: datetime, times: float, least: timedelta = timedelta()
) -> datetime:
    """Return when a channel last heard at `last` counts as silent; never within `least`.

    Units: `times` the usual gap.
    """
    return max(_reached(usual, last, times), last + least)


def _reached(usual: Profile, last: datetime, times: float) -> datetime:
    allowed, at = usual.gap * times, last.astimezone(ALMATY)
    for _ in range(_HORIZON_HOURS):
        turn = at.replace(minute=0, second=0, microsecond=0) + _HOUR
        rate = usual.rates[at.hour]
        in_hour = rate * ((turn - at) / _HOUR)
        if in_hour >= allowed:
            return at + _HOUR * (allowed / rate)
        allowed -= in_hour
        at = turn
    return at


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one way in or out."""

    silent_from: datetime | None = None
    heard_at: datetime | None = None
    failed_at: datetime | None = None
    expires_at: datetime | None = None


def judge(signs: Signs, now: datetime, *, warn: timedelta) -> Sign:
    """Return how it is; what needs a person soonest comes first."""
    if signs.expires_at is not None and signs.expires_at <= now:
        return Sign.EXPIRED
    if signs.failed_at is not None and (
        signs.heard_at is None or signs.failed_at > signs.heard_at
    ):
        return Sign.FAILING
    if signs.silent_from is not None and signs.silent_from <= now:
        return Sign.SILENT
    if signs.expires_at is not None and signs.expires_at - now <= warn:
        return Sign.EXPIRING
    if signs.silent_from is None and signs.heard_at is None:
        return Sign.UNKNOWN
    return Sign.OK
