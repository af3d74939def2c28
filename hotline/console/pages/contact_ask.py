"""/contacts/{receipt}/ask/…, …/offer: one decision and what will come of it."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hotline.cases.putting_off import may_put_off
from hotline.cases.terms import Urgency
from hotline.console import advice, shell
from hotline.console.fields import LEVELS
from hotline.console.matter import matter_of
from hotline.console.pages import contact as page
from hotline.console.pages.case import body_names
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded, is_fragment
from hotline.store.contact_view import contact_view
from hotline.web.keys import RT
from hotline.web.pages import locale_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the dialog says of the matter: what triage said, until a person changes it."""

    subcategory: str
    urgency: int
    region: str | None


async def ask(request: web.Request) -> web.StreamResponse:
    """Return the dialog of one decision, or the whole page with it."""
    what = request.match_info["what"]
    values = {"ask": what, **await _ahead(request)}
    if is_fragment(request):
        return shell.page(request, "contact_ask.html", **values)
    return await page.answer(request, asked=values)


async def offer(request: web.Request) -> web.StreamResponse:
    """Return who would see what, for the topic, urgency and region of the dialog."""
    return shell.page(request, "offer_preview.html", **await _ahead(request))


async def _ahead(request: web.Request) -> dict[str, Any]:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    # What is typed comes by POST: an address may be kept somewhere.
    sent = form_of(request) if request.method == "POST" else {}
    async with rt.transaction(viewer) as tx:
        receipt = request.match_info["receipt"]
        contact = await contact_view(tx, viewer, receipt, rt.number_key)
        seen = contact.triage
        level = sent.get("urgency", "")
        matter = await matter_of(rt, tx, viewer, contact)
        chosen = Chosen(
            sent.get("subcategory") or matter.subcategory,
            int(level) if level in LEVELS else matter.urgency,
            sent.get("region") or matter.region or None,
        )
        way = await advice.way(
            rt,
            tx,
            subcategory=chosen.subcategory,
            urgency=chosen.urgency,
            region=chosen.region,
            hints=seen.conflict_hint if seen else (),
            language=contact.language or locale_of(request),
        )
        named = await body_names(tx, locale_of(request))
    entry = rt.config.taxonomy.by_code.get(chosen.subcategory)
    return {
        "contact": contact,
        "chosen": chosen,
        "way": way,
        "named": named,
        "accept_by": rt.clock.now() + way.accept_in if way and way.accept_in else None,
        "grave": _is_grave(chosen, entry),
        "held": bool(seen and seen.conflict_hint),
        "extract": sent.get("extract", "").strip(),
        "release": "release" in sent,
        "may_wait": may_put_off(contact.urgency, danger=contact.danger),
    }


def _is_grave(chosen: Chosen, entry: Any) -> bool:
    """Return whether the commissioner is told of it at once, as `steps.offer` does."""
    if entry is None or chosen.urgency > Urgency.DAY:
        return False
    return bool(entry.about_child and entry.commissioner_oversight)


ask_page = guarded(*AT_111)(ask)
offer_page = guarded(*AT_111)(offer)
