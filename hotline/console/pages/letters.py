"""/cases/{number}/letters and /print: paper in Kazakh and Russian."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from hotline.actions.view_case import record_view, reveal_identity
from hotline.actions.write_letter import KINDS, LOCALES, write_letter
from hotline.cases.numbers import id_from
from hotline.console import field_words, shell
from hotline.console.case_field import read_field
from hotline.console.pages import case as case_page
from hotline.console.pages.case import Trouble, Typed
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext, moment
from hotline.store import bodies, cases, console_reads, keys, letters
from hotline.store.case_view import read_case
from hotline.store.history import of_case as history_of_case
from hotline.store.view_parts import CaseView, ClockView
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the letters of a case and the form that begins one."""
    return await _answer(request, Trouble())


async def _answer(
    request: web.Request, trouble: Trouble, *, status: int = 200
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number, asked = request.match_info["number"], request.query
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key)
        opened = await cases.read(tx, viewer, number, rt.number_key)
        kept = await letters.of_case(tx, viewer, opened)
        await record_view(tx, opened.id, "page")
        key = (await keys.load(tx, [opened.id])).get(opened.id)
        texts = (
            {row.id: key.open_text("letter", row.sealed_text) for row in kept}
            if key
            else {}
        )
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    lang = asked.get("lang", "") if asked.get("lang") in LOCALES else "kk"
    if trouble.values:
        kind, lang = trouble.values.get("kind", ""), trouble.values.get("locale", "")
        kind, lang = kind if kind in KINDS else "", lang if lang in LOCALES else "kk"
    before = next((row for row in kept if (row.kind, row.locale) == (kind, lang)), None)
    text = trouble.values.get("text") or (
        texts.get(before.id, "") if before else _begun(Wording(rt.config, lang), case, kind)
    )
    return shell.page(
        request, "letters.html", status=status, case=case, kept=kept, kind=kind,
        letter_lang=lang, text=text, once=secrets.token_urlsafe(9), errors=trouble.errors,
        may_write="note" in case.moves, values=Typed(trouble.values),
    )  # fmt: skip


def _no_day(_: ClockView) -> datetime | None:
    return None


_DAY: Mapping[str, Callable[[ClockView], datetime | None]] = {
    "cover": lambda clock: clock.due_at if clock.name == "acceptance" else None,
    # Only a day that a head has granted: a letter promises nothing by itself.
    "extension": lambda clock: (
        clock.extended_to if clock.name == "written_outcome" else None
    ),
}


def _begun(w: Wording, case: CaseView, kind: str) -> str:
    """Return what a letter says before somebody edits it: no name, no number of anybody."""
    pattern = field_words.DRAFTS.get(kind)
    if pattern is None:
        return ""
    due = next((day for day in map(_DAY.get(kind, _no_day), case.clocks) if day), None)
    done = case.outcome
    return w.say(
        pattern, number=case.number, topic=w.topic(case.subcategory),
        place=w.place(case.district or case.region), due=moment(due)[:10] if due else "____",
        outcome=(done.assistance.text or "") if done else "",
    )  # fmt: skip


async def write(request: web.Request) -> web.StreamResponse:
    """Keep a version and lead to its paper."""
    form, number = form_of(request), request.match_info["number"]
    try:
        await write_letter(
            request.app[RT], shell.viewer_of(request), number, kind=form.get("kind", ""),
            locale=form.get("locale", ""), text=form.get("text", ""), once=form.get("once", ""),
        )  # fmt: skip
    except RuleForbids as wrong:
        said = gettext(locale_of(request), field_words.mistake(wrong.code))
        return await _answer(request, Trouble("letter", {"text": said}, form), status=422)
    said = gettext(locale_of(request), "The letter is kept")
    return shell.toast(shell.go(request, f"/cases/{number}/letters"), said)


async def paper(request: web.Request) -> web.StreamResponse:
    """Return one version of a letter as it is printed."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    async with rt.transaction(viewer) as tx:
        opened = await cases.read(tx, viewer, number, rt.number_key)
        kept = await letters.of_case(tx, viewer, opened)
        found: Any = next(
            (r for r in kept if str(r.id) == request.match_info["letter"]), None
        )
        if found is None:
            raise NotFound("no such letter")
        text = (await keys.load_one(tx, opened.id)).open_text("letter", found.sealed_text)
        named = await bodies.names(tx)
        await record_view(tx, opened.id, "print")
    return shell.page(
        request, "letter_paper.html", number=number, letter=found, text=text,
        head=named.get(found.body_id or "", ("", "")), t=Wording(rt.config, found.locale),
    )  # fmt: skip


async def print_case(request: web.Request) -> web.StreamResponse:
    """Return the case on paper, without names and numbers of people."""
    return await _on_paper(request, request.query.get("lang", ""), with_pii=False)


async def print_all(request: web.Request) -> web.StreamResponse:
    """Return the case on paper with personal data: a reveal, with its reason, in the history."""
    form, number = form_of(request), request.match_info["number"]
    try:
        await reveal_identity(
            request.app[RT], shell.viewer_of(request), number, form.get("reason", "")
        )
    except RuleForbids as wrong:
        said = gettext(locale_of(request), field_words.mistake(wrong.code))
        trouble = Trouble("print", {"reason": said}, form)
        return await case_page.answer(request, number, status=422, trouble=trouble)
    return await _on_paper(request, form.get("lang", ""), with_pii=True)


async def _on_paper(request: web.Request, wanted: str, *, with_pii: bool) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    lang = "ru" if wanted == "ru" else "kk"
    w = Wording(rt.config, lang)
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key, revealed=with_pii)
        case_id = id_from(number, rt.number_key)
        if case_id is not None:
            await record_view(tx, case_id, "print")
        named = await case_page.body_names(tx, lang)
        events = await history_of_case(tx, viewer, number, rt.number_key)
        known = named | await console_reads.names(tx, {e.actor for e in events})
        field = await read_field(tx, viewer, number, rt.number_key)
    told = case_page.told(w, events, known, {})
    return shell.page(
        request, "case_print.html", case=case, field=field, with_pii=with_pii, t=w,
        letter_lang=lang, told=[e for e in told[::-1] if e.event not in ("viewed", "revealed")],
    )  # fmt: skip


show_page = guarded()(show)
write_page = guarded()(write)
paper_page = guarded()(paper)
print_page = guarded()(print_case)
print_all_page = guarded()(print_all)
