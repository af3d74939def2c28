"""The thread on a contact's page: what was said, and what may be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hotline.actions.write_reply import Prospect, prospect
from hotline.cases.graphic import graphic
from hotline.console.thread_mark import ThreadMark, mark
from hotline.console.thread_words import ICONS, TABLES, TONES
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.language.in_letters import is_latin, transliterated
from hotline.notify import wording
from hotline.runtime import Runtime
from hotline.store import contacts, reply_drafts, thread_view
from hotline.store.desk_settings import shows_graphic
from hotline.store.opened_parts import identity_of, mask_name, opened
from hotline.store.reply_drafts import Mine
from hotline.store.thread_view import Spoken
from hotline.store.transaction import Transaction
from hotline.web.pages import locale_of

_LANGUAGES = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message: as it was said, with what was said before it was changed."""

    said: Spoken
    covered: str | None  # what kind of hard words it holds
    in_letters: str | None  # Latin words in Cyrillic
    edits: Sequence["Bubble"] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template `contact_thread.html` reads."""

    items: Sequence[Bubble]
    prospect: Prospect
    ready: Sequence[tuple[str, str]]  # "kk:read" and the words as they would go
    templates: Sequence[tuple[str, str]]
    fitting: Sequence[tuple[str, str]]  # language and words of answers for this topic
    mark: ThreadMark
    seen: str  # the end of the thread as this page shows it
    draft: Mine
    typing: str | None  # a colleague who types to it now
    open_words: bool  # this person wants no covers

    def icon(self, state: str) -> str:
        """Return the icon beside a state's word: nothing by colour alone."""
        return ICONS[state]

    def tone(self, state: str) -> str:
        """Return the class of a state's chip."""
        return TONES.get(state, "")

    def all_of(self, receipt: str) -> Sequence[Bubble]:
        """Return the message of one contact, also where it stands under another."""
        every = [one for top in self.items for one in (top, *top.edits)]
        return [one for one in every if one.said.receipt == receipt]

    @property
    def told(self) -> bool:
        """Return whether there is more to show than the contact itself."""
        return len(self.items) > 1 or self.prospect.refused != "no_replies_here"


async def shown(rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str) -> Shown:
    """Return the thread of a contact and what may be answered. Errors: NotFound."""
    thread = await thread_view.thread_view(tx, viewer, receipt, rt.number_key)
    ahead = await prospect(rt, tx, receipt)
    row = await contacts.by_receipt(tx, receipt, rt.number_key)
    end = await thread_view.newest(tx, viewer, row)
    first = [ahead.locale, *(one for one in _LANGUAGES if one != ahead.locale)]
    topic = (row.triage or {}).get("subcategory")
    codes = {rule.id: rule.code for rule in rt.config.danger.rules}
    return Shown(
        items=_bubbles(thread.items, await _triaged(tx, thread.items), codes),
        prospect=ahead,
        ready=[
            (f"{locale}:{name}", wording.reply(name, locale))
            for locale in first
            for name in wording.REPLIES
        ],
        templates=[
            (f"{locale}:{name}", wording.line(name, locale, receipt))
            for locale in first
            for name in ahead.templates
        ],
        fitting=[
            (locale, str(getattr(one, locale)))
            for locale in first
            for one in rt.config.replies.fitting(topic)
        ],
        mark=await _mark(tx, row, thread.items),
        seen=end.seen,
        draft=await reply_drafts.of_person(tx, row, viewer.person_id),
        typing=await reply_drafts.typing(tx, row, viewer.person_id),
        open_words=await shows_graphic(tx, viewer.person_id),
    )


async def _triaged(
    tx: Transaction, items: Sequence[Spoken]
) -> dict[str, Mapping[str, Any] | None]:
    """Return what triage said of each message of the person."""
    found = await thread_view.triaged(tx, [one.receipt for one in items if one.receipt])
    return dict(found)


def _bubbles(
    items: Sequence[Spoken],
    triaged: Mapping[str, Mapping[str, Any] | None],
    codes: Mapping[str, str],
) -> list[Bubble]:
    """Return the messages in order, each changed one under what it changed."""
    known = {one.receipt for one in items if one.receipt}
    edits: dict[str, list[Spoken]] = {}
    for one in items:
        if one.amends in known and one.amends is not None:
            edits.setdefault(one.amends, []).append(one)

    def bubble(one: Spoken, under: Sequence[Spoken] = ()) -> Bubble:
        text = one.text or ""
        latin = one.incoming and one.language != "en" and is_latin(text)
        return Bubble(
            said=one,
            covered=graphic(triaged.get(one.receipt or ""), codes)
            if one.incoming
            else None,
            in_letters=transliterated(text) if latin else None,
            edits=[bubble(edit) for edit in under],
        )

    return [
        bubble(one, edits.get(one.receipt or "", ()))
        for one in items
        if one.amends not in known
    ]


async def _mark(tx: Transaction, row: Any, items: Sequence[Spoken]) -> ThreadMark:
    parts = await opened(tx, [row.id])
    who = identity_of(parts.known(row.id, "identity", row.sealed_identity))
    said = [one.text for one in items if one.incoming and one.text]
    ages = who.extra.get("ages")
    thread = await reply_drafts.thread_of(tx, row)
    return mark(
        thread,
        mask_name(who.name),
        ages if isinstance(ages, str) else None,
        said[-1] if said else None,
    )


def why(request: web.Request, code: str) -> str | None:
    """Return a refusal of an answer as a sentence, or None where the code is not of here."""
    said = TABLES["outbound_reason"].get(code)
    if said is None:
        return None
    words = gettext(locale_of(request), said)
    if words.endswith("."):
        return words
    return gettext(locale_of(request), "Cannot write here: {why}.", why=words)
