"""Step: what is known of a person's way to be written to, judged and written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.cases.terms import Channel, JobName, OutboundKind, OutboundState, QueueName
from hotline.language.asks_answer import asks_answer
from hotline.language.detect import detect
from hotline.language.normalise import normalise
from hotline.notify.transports import open_transports
from hotline.notify.wording import BOTH
from hotline.routing.outbound import Decision, Deposit, Facts, Send, Wait, may_send
from hotline.runtime import Runtime
from hotline.store import channel_decisions, keys, outbound, thread_pages, thread_view
from hotline.store.opened_parts import opened
from hotline.store.transaction import Transaction

SPOKEN = ("kk", "ru")
_READ = 2000  # characters that tell a language


@dataclass(frozen=True, slots=True)
class Reach:
    """One person's way, opened: in memory only."""

    to: str | None = field(repr=False)
    text: str = field(repr=False)  # their own words, to know their language
    extra: Mapping[str, str] = field(repr=False)  # what the channel noted of the message
    policy: Mapping[str, Any] = field(repr=False)
    may_write: bool
    forgotten: bool

    @property
    def hours(self) -> str | None:
        """Return the safe hours as they were given."""
        return self._said("hours")

    @property
    def code_word(self) -> str | None:
        """Return the code word that was agreed."""
        return self._said("code_word")

    def _said(self, name: str) -> str | None:
        found = self.policy.get(name)
        return found if isinstance(found, str) and found.strip() else None


async def reach_of(tx: Transaction, contact: Any) -> Reach:
    """Return the way to whoever wrote `contact`.

    What a person at 111 recorded last for the thread stands above what the channel assumes.
    """
    asked = await thread_view.policy_row(tx, contact)
    parts = await opened(tx, {contact.id, contact.id if asked is None else asked.id})
    known = parts.known(contact.id, "identity", contact.sealed_identity)
    extra = (known.get("identity") or {}).get("extra")
    sender, policy = known.get("sender"), known.get("policy")
    may_write = contact.may_write
    if asked is not None:  # forgotten with that contact, it allows nothing
        policy = parts.known(asked.id, "policy", asked.sealed_policy)
        may_write = policy.get("may_write") is True
    return Reach(
        to=sender if isinstance(sender, str) and sender else None,
        text=parts.text(contact.id, "narrative", contact.sealed_narrative) or "",
        extra={name: value for name, value in extra.items() if isinstance(value, str)}
        if isinstance(extra, dict)
        else {},
        policy=policy if isinstance(policy, dict) else {},
        may_write=may_write,
        forgotten=parts.forgotten(contact.id),
    )


async def judge(
    rt: Runtime,
    tx: Transaction,
    contact: Any,
    reach: Reach,
    kind: OutboundKind,
    *,
    outbound_id: int | None = None,
) -> Decision:
    """Return what becomes of a message of `kind` to whoever wrote `contact`, as of now."""
    channel = Channel(contact.channel)
    rules = rt.config.channels.channels[channel]
    thread, ack = contact.thread_hash, kind is OutboundKind.ACK
    heard = await thread_view.heard_at(tx, contact)
    left = None if thread is None else await outbound.left_at(tx, thread)
    facts = Facts(
        kind=kind,
        rules=rules,
        enabled=not rules.foreign or await is_enabled(rt, tx, channel),
        configured=channel in open_transports(rt.settings),
        may_write=reach.may_write,
        hours=reach.hours,
        code_word=reach.code_word is not None,
        anonymous=contact.anonymous,
        # Whoever writes again has opened it, whether or not the provider says so.
        left=left is not None and (heard is None or heard <= left),
        forgotten=reach.forgotten,
        reachable=reach.to is not None and thread is not None,
        heard_at=contact.received_at if ack else heard,
        asked=ack and asks_answer(reach.text),
        told_at=await outbound.told_at(tx, thread, outbound_id) if ack and thread else None,
    )
    return may_send(facts, tx.now)


async def is_enabled(rt: Runtime, tx: Transaction, channel: str) -> bool:
    """Return whether a foreign messenger may be used: a decision, or the demo's default."""
    return (await channel_decisions.standing(tx)).get(channel, rt.settings.demo)


def locale_of(contact: Any, reach: Reach) -> str:
    """Return the language a fixed line is said in; what triage made of it is not asked."""
    if contact.lang_hint in SPOKEN:
        return str(contact.lang_hint)
    seen = detect(normalise(reach.text[:_READ])).language
    return seen if seen in SPOKEN else BOTH


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said. `wording` names fixed words; None: a person's own."""

    kind: OutboundKind
    text: str = field(repr=False)
    locale: str
    wording: str | None = None


async def write_down(
    tx: Transaction, contact: Any, words: Words, decision: Decision
) -> int:
    """Write one message down as `decision` says, and promise to send it; return its id.

    What is deposited stands at once where the person looks. A suppressed one is not for here.
    """
    key = await keys.load_one(tx, contact.id)
    there = isinstance(decision, Deposit)
    values: dict[str, Any] = {
        "contact_id": contact.id,
        "case_id": contact.case_id,
        "channel": contact.channel,
        "account": contact.account,
        "kind": words.kind,
        "wording": words.wording,
        "locale": words.locale,
        "state": OutboundState.SENT if there else OutboundState.QUEUED,
        "thread_hash": contact.thread_hash,
        "made_by": tx.actor.person_id,
        "not_before": _until(decision),
        "sent_at": tx.now if there else None,
        "sealed_text": key.seal_text("outbound", words.text),
    }
    outbound_id = await outbound.put(tx, values)
    if isinstance(decision, Send | Wait):
        tx.promise(JobName.SEND_OUTBOUND, QueueName.OUTWARD, [outbound_id])
    tx.nudge(await thread_pages.changed(tx, contact.id))
    return outbound_id


def _until(decision: Decision) -> datetime | None:
    return decision.until if isinstance(decision, Wait) else None
