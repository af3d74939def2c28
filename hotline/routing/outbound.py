"""Whether something may be written to a person now: facts in, decision out.

What goes out by itself depends on the channel alone. Nothing here knows topic, urgency or
danger, for triage can be wrong, and one more line on a watched phone is harm.
Source: docs/adr/0016-what-goes-out.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.terms import OutboundKind
from hotline.config.channels import ChannelRules
from hotline.routing.safe_hours import SafeHours, read_hours

ACK_WITHIN = timedelta(minutes=15)  # later the phone may be in other hands
ACK_ONCE_IN = timedelta(hours=24)  # for one thread
DAYTIME = "09:00-21:00"  # of what no person sends, where nobody said when it is safe


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one message, its channel and its thread. No word of either."""

    kind: OutboundKind
    rules: ChannelRules
    enabled: bool  # a foreign messenger: an administrator has recorded the decision
    configured: bool  # there is a provider to hand it to
    may_write: bool
    hours: str | None = None  # as the person gave them
    code_word: bool = False
    anonymous: bool = False
    left: bool = False  # the person shut the thread to us
    forgotten: bool = False
    reachable: bool = True  # the channel gave an address
    heard_at: datetime | None = None  # the person's last message in this thread
    told_at: datetime | None = None  # the thread's last neutral line
    asked: bool = False  # the words ask for an answer; of use where a channel is `if_asked`


@dataclass(frozen=True, slots=True)
class Send:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It may go out from `until` on, and is judged again then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Deposit:
    """It is not sent: it lies where the person looks by themselves."""

    code: str


@dataclass(frozen=True, slots=True)
class Suppress:
    """It never goes out."""

    code: str


Decision = Send | Wait | Deposit | Suppress
SEND = Send()


def may_send(facts: Facts, now: datetime) -> Decision:
    """Return what becomes of a message, judged anew each time it could go."""
    if facts.forgotten:
        return Suppress("forgotten")
    if facts.rules.by_itself == "page":
        return _on_the_page(facts)
    shut = _shut(facts)
    if facts.kind is OutboundKind.NOTICE:
        return Deposit(shut) if shut else _notice(facts, now)
    if shut:
        return Suppress(shut)
    if facts.kind is OutboundKind.ACK:
        return _ack(facts, now)
    return _of_a_person(facts, now)


def _on_the_page(facts: Facts) -> Decision:
    """A page shows the receipt itself; replies and notices lie behind receipt and PIN."""
    if facts.kind is OutboundKind.ACK:
        return Suppress("page_shows_it")
    if facts.kind is OutboundKind.REPLY and not facts.rules.replies:
        return Suppress("no_replies_here")
    return Deposit("on_the_page")


def _shut(facts: Facts) -> str | None:
    """Return why nothing at all can go this way, or None."""
    by_person = facts.kind in (OutboundKind.REPLY, OutboundKind.TEMPLATE)
    closed = (
        (by_person and not facts.rules.replies, "no_replies_here"),
        (facts.left, "thread_left"),
        (not facts.enabled, "channel_off"),
        (not facts.configured, "not_configured"),
        (not facts.reachable, "no_address"),
    )
    return next((code for holds, code in closed if holds), None)


def _ack(facts: Facts, now: datetime) -> Decision:
    """Return whether the neutral line goes: the same for everybody on this channel."""
    if facts.rules.by_itself not in ("line", "if_asked"):
        return Suppress("silent_channel")
    silent = facts.rules.by_itself == "if_asked" and not facts.asked
    if silent or not facts.may_write:  # a letter that asks for no answer; a group
        return Suppress("not_asked")
    if facts.told_at is not None and now - facts.told_at < ACK_ONCE_IN:
        return Suppress("told_already")
    if facts.heard_at is None or now - facts.heard_at > ACK_WITHIN:
        return Suppress("too_late")
    return SEND


def _of_a_person(facts: Facts, now: datetime) -> Decision:
    """A person at 111 wrote it, or chose an approved template."""
    if not facts.may_write:
        return Suppress("not_known_to_be_safe")
    hours = read_hours(facts.hours)
    # Hours in words that no machine can read: whoever writes has them before their eyes.
    opens = hours.opens_at(now) if hours else None
    if facts.kind is OutboundKind.REPLY and _outside_window(facts, opens or now):
        return Suppress("window_over")
    return Wait(opens) if opens else SEND


def _notice(facts: Facts, now: datetime) -> Decision:
    """No person sends it: whatever is unclear leaves it where the person looks themselves."""
    unclear = (
        (not facts.rules.replies, "no_replies_here"),
        (not facts.may_write, "not_known_to_be_safe"),
        (facts.anonymous, "anonymous"),
        (facts.code_word, "code_word"),  # only a person knows how to use it
    )
    code = next((code for holds, code in unclear if holds), None)
    hours = read_hours(facts.hours or DAYTIME)
    if code or not isinstance(hours, SafeHours):
        return Deposit(code or "hours_unreadable")
    opens = hours.opens_at(now)
    if _outside_window(facts, opens or now):
        return Deposit("window_over")
    return Wait(opens) if opens else SEND


def _outside_window(facts: Facts, at: datetime) -> bool:
    """Return whether free words are no longer taken at `at`: a messenger's own rule."""
    if facts.rules.window_hours is None:
        return False
    window = timedelta(hours=facts.rules.window_hours)
    return facts.heard_at is None or at - facts.heard_at >= window
