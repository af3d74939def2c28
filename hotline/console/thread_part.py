"""The thread on a contact's page: what was said, and what may be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from hotline.actions.write_reply import Prospect, prospect
from hotline.console.thread_words import ICONS, TABLES, TONES
from hotline.i18n import gettext
from hotline.identity.viewer import Viewer
from hotline.notify import wording
from hotline.runtime import Runtime
from hotline.store.thread_view import Spoken, thread_view
from hotline.store.transaction import Transaction
from hotline.web.pages import locale_of

_LANGUAGES = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template `contact_thread.html` reads."""

    items: Sequence[Spoken]
    prospect: Prospect
    ready: Sequence[tuple[str, str]]  # "kk:read" and the words as they would go
    templates: Sequence[tuple[str, str]]

    def icon(self, state: str) -> str:
        """Return the icon beside a state's word: nothing by colour alone."""
        return ICONS[state]

    def tone(self, state: str) -> str:
        """Return the class of a state's chip."""
        return TONES.get(state, "")

    @property
    def told(self) -> bool:
        """Return whether there is more to show than the contact itself."""
        return len(self.items) > 1 or self.prospect.refused != "no_replies_here"


async def shown(rt: Runtime, tx: Transaction, viewer: Viewer, receipt: str) -> Shown:
    """Return the thread of a contact and what may be answered. Errors: NotFound."""
    thread = await thread_view(tx, viewer, receipt, rt.number_key)
    ahead = await prospect(rt, tx, receipt)
    first = [ahead.locale, *(one for one in _LANGUAGES if one != ahead.locale)]
    return Shown(
        items=thread.items,
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
