"""Use case: a person at 111 answers whoever wrote, on the same channel, if that is safe."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline.actions.steps.write_out import (
    SPOKEN,
    Reach,
    Words,
    judge,
    locale_of,
    reach_of,
    write_down,
)
from hotline.cases.inbound import ContactPolicy
from hotline.cases.terms import OutboundKind
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.identity.viewer import Viewer
from hotline.notify import wording
from hotline.routing.outbound import Suppress, Wait
from hotline.runtime import Runtime
from hotline.store import contacts, keys, outbound, reply_drafts, thread_view
from hotline.store.transaction import Transaction

_SAME_PRESS = timedelta(seconds=60)  # the same words again within this are one press


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said: own words, else a ready reply, else an approved template."""

    text: str = field(default="", repr=False)
    ready: str = ""  # a name of notify.wording.REPLIES
    template: str = ""  # a name of the channel's templates
    locale: str = ""  # of a ready reply or template; empty: the person's
    seen: str = ""  # the end of the thread as the writer saw it; empty: nobody asks
    page: str = ""  # the open page that it was typed in: its late saves are kept no more
    draft_version: int | None = None  # of the unsent words that this page has read


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of an answer that were sent now; shown before anybody types."""

    until: datetime | None = None  # it would wait until then
    refused: str | None = None  # a code: why nothing can be written
    templates: tuple[str, ...] = ()  # what may go where free words may not
    locale: str = ""
    here: bool = False  # the person reads it on our own page
    policy: ContactPolicy = ContactPolicy()  # as it holds for the thread


async def write_reply(rt: Runtime, viewer: Viewer, receipt: str, said: Reply) -> int:
    """Write an answer down and promise to send it; return its id.

    The same words within a minute are the same press: a doubled message may be harm.
    `said.seen`: with it nothing goes out over a newer message, a colleague's answer, or into
    a thread in which a colleague is typing. Errors: NotFound; Stale `wrote_again`,
    `answered_already`, `thread_held`; RuleForbids `text_missing`, `text_long`, `unknown_reply`,
    `unknown_template`, or the code of the policy (`not_known_to_be_safe`, ...).
    """
    if not viewer.at_111:
        raise NotFound("no such contact")
    async with rt.transaction(viewer) as tx:
        seen = await contacts.by_receipt(tx, receipt, rt.number_key)
        thread = await reply_drafts.thread_of(tx, seen)
        # One answer of a thread after the other: two people never talk past one another.
        await outbound.lock_thread(tx, thread.to_bytes(8, "big"))
        contact = await contacts.by_receipt(tx, receipt, rt.number_key, lock=True)
        reach = await reach_of(tx, contact)
        words = _words(rt, contact, reach, said)
        decision = await judge(rt, tx, contact, reach, words.kind)
        if isinstance(decision, Suppress):
            raise RuleForbids(
                "nothing can be written here", code=decision.code, field="reply_text"
            )
        before = await _same_press(tx, contact, words)
        if before is not None:
            return before
        if said.seen:
            await _still_so(tx, viewer, contact, said.seen)
        await reply_drafts.sent(
            tx, contact, thread, viewer.person_id, said.page, said.draft_version
        )
        outbound_id = await write_down(tx, contact, words, decision)
        tx.record(
            "reply_written",
            case_id=contact.case_id,
            contact_id=contact.id,
            data={"outbound": outbound_id, "kind": words.kind, "wording": words.wording},
        )
        return outbound_id


async def _still_so(tx: Transaction, viewer: Viewer, contact: Any, seen: str) -> None:
    """Errors: Stale when the thread is not as the writer saw it, or a colleague is writing."""
    now = await thread_view.newest(tx, viewer, contact)
    receipt, _, answered = seen.partition(":")
    if receipt != now.receipt:
        raise Stale("the person wrote again", code="wrote_again", field="reply_text")
    other = now.answered_by not in (None, viewer.person_id)
    if other and answered != str(now.answered):
        raise Stale("a colleague answered", code="answered_already", field="reply_text")
    name = await reply_drafts.typing(tx, contact, viewer.person_id)
    if name is not None:
        raise Stale("a colleague types", code="thread_held", field="reply_text", who=name)


async def prospect(rt: Runtime, tx: Transaction, receipt: str) -> Prospect:
    """Return what policy says of an answer to this contact. Errors: NotFound."""
    contact = await contacts.by_receipt(tx, receipt, rt.number_key)
    reach = await reach_of(tx, contact)
    rules = rt.config.channels.channels[contact.channel]
    decision = await judge(rt, tx, contact, reach, OutboundKind.REPLY)
    chosen = locale_of(contact, reach)
    locale = chosen if chosen in SPOKEN else SPOKEN[0]
    over = isinstance(decision, Suppress) and decision.code == "window_over"
    return Prospect(
        until=decision.until if isinstance(decision, Wait) else None,
        refused=decision.code if isinstance(decision, Suppress) else None,
        templates=tuple(rules.templates) if over else (),
        locale=locale,
        here=rules.by_itself == "page",
        policy=ContactPolicy(
            may_write=reach.may_write,
            hours=reach.hours,
            code_word=reach.code_word,
            may_call=reach.policy.get("may_call") is True,
        ),
    )


def _words(rt: Runtime, contact: Any, reach: Reach, said: Reply) -> Words:
    """Return what was meant. Errors: RuleForbids names the field."""
    rules = rt.config.channels.channels[contact.channel]
    usual = locale_of(contact, reach)
    asked = said.locale or usual
    locale = asked if asked in SPOKEN else SPOKEN[0]
    if said.template:
        if said.template not in rules.templates or said.template not in wording.LINES:
            raise RuleForbids("no such template", code="unknown_template", field="template")
        text = wording.line(said.template, locale, contact.receipt)
        return Words(OutboundKind.TEMPLATE, text, locale, said.template)
    text = said.text.strip()
    if not text and said.ready:
        if said.ready not in wording.REPLIES:
            raise RuleForbids("no such reply", code="unknown_reply", field="ready")
        text = wording.reply(said.ready, locale)
        return Words(OutboundKind.REPLY, text, locale, said.ready)
    if not text:
        raise RuleForbids("write an answer", code="text_missing", field="reply_text")
    if len(text) > rules.longest:
        raise RuleForbids(
            "the channel takes no text of this length",
            code="text_long",
            field="reply_text",
            longest=rules.longest,
        )
    return Words(OutboundKind.REPLY, text, locale)


async def _same_press(tx: Transaction, contact: Any, words: Words) -> int | None:
    """Return the message that this person wrote here just now in the same words."""
    row = await outbound.newest(tx, contact.id)
    if row is None or row.made_by != tx.actor.person_id or row.kind != words.kind:
        return None
    if tx.now - row.made_at > _SAME_PRESS:
        return None
    key = await keys.load_one(tx, contact.id)
    return int(row.id) if key.open_text("outbound", row.sealed_text) == words.text else None
