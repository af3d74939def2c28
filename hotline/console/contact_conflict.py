"""409 on a contact: what was sent stands beside what a colleague, or a new message, left there."""

from collections.abc import Mapping

from aiohttp import web

from hotline.cases.terms import ContactState
from hotline.console import shell
from hotline.console.conflicts import Conflict
from hotline.console.fields import LEVELS
from hotline.console.matter import Matter, matter_of
from hotline.console.wording import Wording
from hotline.store.contact_view import contact_view
from hotline.store.view_parts import ContactView
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_TYPED = (
    ("extract", "Extract: the bodies read this"),
    ("safety_note", "Safety note: stands above everything"),
)


async def conflict_of(
    request: web.Request, sent: Mapping[str, str], title: str
) -> Conflict:
    """Return the dialog; "keep mine" only while there is still something to decide."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    receipt = request.match_info["receipt"]
    w = Wording(rt.config, locale_of(request))
    async with rt.transaction(viewer) as tx:
        contact = await contact_view(tx, viewer, receipt, rt.number_key)
        matter = await matter_of(rt, tx, viewer, contact)
    ended = contact.state in (ContactState.CLOSED, ContactState.SPAM)
    confirmed = bool(contact.seen_by and contact.case)
    kept = [(name, value) for name, value in sent.items() if name != "version"]
    return Conflict(
        title,
        w.say("Somebody changed this meanwhile. Nothing of yours is lost."),
        f"/cases/{contact.case}" if confirmed else f"/contacts/{receipt}",
        again="" if ended or confirmed else request.path,
        fields=[*kept, ("version", str(contact.version))],
        rows=_closing(w, sent, contact)
        if "wrap_up" in sent
        else _rows(w, sent, contact, matter),
    )


def _closing(
    w: Wording, sent: Mapping[str, str], contact: ContactView
) -> list[tuple[str, str, str]]:
    mine, theirs = sent["wrap_up"], contact.wrap_up
    rows = [
        (
            w.say("How it ended"),
            w.of("wrap_up", mine) if mine else "",
            w.of("wrap_up", theirs) if theirs else "",
        )
    ]
    if sent.get("note"):
        rows.append((w.say("Note"), sent["note"], contact.wrap_up_note or ""))
    return rows


def _rows(
    w: Wording, sent: Mapping[str, str], contact: ContactView, matter: Matter
) -> list[tuple[str, str, str]]:
    """Return (field, sent, stands now) of what was sent, as people read it."""

    def place(code: str) -> str:
        return w.place(code) if code else ""

    def topic(code: str) -> str:
        return w.topic(code) if code else ""

    level = sent.get("urgency", "")
    mine = w.urgency(int(level)) if level in LEVELS else ""
    rows = [
        (w.say("Topic"), topic(sent.get("subcategory", "")), topic(matter.subcategory)),
        (w.say("Urgency"), mine, w.urgency(matter.urgency)),
        (w.say("Region"), place(sent.get("region", "")), place(matter.region)),
        (w.say("District"), place(sent.get("district", "")), place(matter.district)),
    ]
    if contact.case:
        rows.append((w.say("Case"), "", contact.case))
    return rows + [(w.say(name), sent[key], "") for key, name in _TYPED if sent.get(key)]
