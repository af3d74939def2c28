"""Use case (the supervisor's duty): judge how every way in and out is."""

from datetime import datetime, timedelta
from typing import Any

from hotline.cases.terms import Channel
from hotline.config.channels import SilenceRules
from hotline.identity.viewer import Machine
from hotline.quality.silence import ALMATY, Sign, Signs, judge, profile, silent_from
from hotline.runtime import Runtime
from hotline.store import signs
from hotline.store.transaction import Nudge, Transaction

WATCH = Machine("watch")
# A desk's own notes and calls that a partner posts have no profile of their own.
_WATCHED = tuple(channel for channel in Channel if channel is not Channel.CALL_NOTE)


async def watch_channels(rt: Runtime) -> list[str]:
    """Write how each is; return those that became worse, as "sms:silent"."""
    rules = rt.config.channels.silence
    warn = timedelta(days=rules.token_warning_days)
    async with rt.transaction(WATCH) as tx:
        known = {row.name: row for row in await signs.every(tx)}
        usual = {str(channel): await _usual(tx, channel, rules) for channel in _WATCHED}
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
    tx: Transaction, channel: Channel, rules: SilenceRules
) -> tuple[datetime, datetime] | None:
    """Return when `channel` counts as silent and was last heard; None: not usually busy."""
    seen = await signs.moments(tx, channel, timedelta(days=rules.look_back_days))
    days = {moment.astimezone(ALMATY).date() for moment in seen}
    if len(seen) < rules.least_messages or len(days) < rules.least_days:
        return None
    usual = profile(seen, (max(days) - min(days)).days + 1)
    least = timedelta(minutes=rules.least_minutes)
    return silent_from(usual, seen[-1], rules.times_the_usual_gap, least), seen[-1]
