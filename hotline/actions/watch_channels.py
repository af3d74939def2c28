"""Use case (the supervisor's duty): judge how every way in and out is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotline.cases.terms import Channel
from hotline.config.channels import SilenceRules
from hotline.identity.viewer import Machine
from hotline.quality.silence import (
    ALMATY,
    Profile,
    Sign,
    Signs,
    judge,
    profile,
    silent_from,
)
from hotline.runtime import Runtime
from hotline.store import signs
from hotline.store.transaction import Nudge, Transaction

WATCH = Machine("watch")
# A desk's own notes and calls that a partner posts have no profile of their own.
_WATCHED = tuple(channel for channel in Channel if channel is not Channel.CALL_NOTE)
_COUNT_EVERY = timedelta(minutes=10)
_FLOOD = 240  # messages in an hour: their gaps tell nothing of an hour without a flood


async def watch_channels(rt: Runtime) -> list[str]:
    """Write how each is; return those that became worse, as "sms:silent"."""
    rules = rt.config.channels.silence
    warn = timedelta(days=rules.token_warning_days)
    async with rt.transaction(WATCH) as tx:
        known = {row.name: row for row in await signs.every(tx)}
        usual = {str(channel): await _usual(rt, tx, channel, rules) for channel in _WATCHED}
        worse = []
        for name in sorted(set(known) | {name for name, at in usual.items() if at}):
            row = known.get(name)
            ends, last = usual.get(name) or (None, None)
            state = judge(_signs(row, ends, last), tx.now, warn=warn)
            if row is None or (row.state, row.silent_from) != (state, ends):
                await signs.judged(tx, name, state, ends)
            before = row.state if row else Sign.UNKNOWN
            if state != before:
                tx.nudge(Nudge("board"))
                if state not in (Sign.OK, Sign.UNKNOWN):
                    worse.append(f"{name}:{state}")
    return worse


def _signs(row: Any, ends: datetime | None, last: datetime | None) -> Signs:
    if row is None:
        return Signs(silent_from=ends, heard_at=last)
    heard = max((at for at in (row.heard_at, last) if at is not None), default=None)
    return Signs(ends, heard, row.failed_at, row.expires_at)


async def _usual(
    rt: Runtime, tx: Transaction, channel: Channel, rules: SilenceRules
) -> tuple[datetime, datetime] | None:
    """Return when `channel` counts as silent and was last heard; None: not usually busy."""
    span = timedelta(days=rules.look_back_days)
    seen = await signs.moments(tx, channel, span)
    if len(seen) < rules.least_messages:
        return None
    if len(seen) < signs.MOST:
        usual = _profile(seen, rules, None)
    else:
        usual = await _of_many(rt, tx, channel, rules)
    if usual is None:
        return None
    least = timedelta(minutes=rules.least_minutes)
    return silent_from(usual, seen[-1], rules.times_the_usual_gap, least), seen[-1]


async def _of_many(
    rt: Runtime, tx: Transaction, channel: Channel, rules: SilenceRules
) -> Profile | None:
    """Return what is usual where the newest messages tell of the last hours alone.

    Else one flood would make a channel look as if it had no habit, and nobody would watch
    it. Counted now and again: it reads weeks of messages.
    """
    known = rt.usual.get(channel)
    if known is None or not timedelta() <= tx.now - known[0] < _COUNT_EVERY:
        span = timedelta(days=rules.look_back_days)
        hours = await signs.by_hour(tx, channel, span)
        floods = [hour for hour, n in hours.items() if n > _FLOOD]
        seen = await signs.moments_without(tx, channel, span, floods)
        known = rt.usual[channel] = (tx.now, _profile(seen, rules, hours))
    return known[1]


def _profile(
    seen: Sequence[datetime], rules: SilenceRules, hours: Mapping[datetime, int] | None
) -> Profile | None:
    days = {moment.astimezone(ALMATY).date() for moment in (hours or seen)}
    if len(days) < rules.least_days:
        return None
    return profile(seen, (max(days) - min(days)).days + 1, hours)
