"""/oversight: a commissioner's own inquiries, requests, visits and recommendations."""

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from aiohttp import web

from hotline.actions.begin_oversight import Begun, begin_oversight, overseer
from hotline.actions.read_oversight import READERS, list_oversight, read_oversight
from hotline.actions.step_oversight import Stepped, step_oversight
from hotline.cases.oversight import (
    ANSWERED,
    ENDINGS,
    OversightKind,
    OversightStep,
    OversightTab,
)
from hotline.console import shell
from hotline.console.conflicts import Conflict
from hotline.console.fields import whole
from hotline.console.oversight_words import MISTAKES
from hotline.console.pages.case import Typed, body_names
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids, Stale
from hotline.i18n import by_name, gettext
from hotline.sla.explain import Step, sentence
from hotline.sla.wording import Language, language_of
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_ENDS_AT = time(18, 30)  # of the working day that a person gave as a day
STALE = (
    "Somebody changed this meanwhile. What you typed is still here: look and send again."
)


async def show(request: web.Request) -> web.StreamResponse:
    """Return one list with the counts of all."""
    wanted = request.query.get("tab", "")
    tab = OversightTab(wanted) if wanted in set(OversightTab) else OversightTab.OPEN
    found = await list_oversight(request.app[RT], shell.viewer_of(request), tab)
    return shell.page(request, "oversight.html", found=found, tabs=tuple(OversightTab))


async def blank(request: web.Request) -> web.StreamResponse:
    """Return the form of one kind. `case`, `follows`: what it is about, from the address."""
    kept = {name: request.query.get(name, "")[:20] for name in ("kind", "case", "follows")}
    return await _form(request, kept)


async def _form(
    request: web.Request,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    overseer(viewer)
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, locale_of(request))
    typed = Typed(values)
    typed.setdefault("once", secrets.token_urlsafe(12))
    return shell.page(
        request,
        "oversight_new.html",
        status=422 if errors else 200,
        values=typed,
        errors=errors or {},
        kinds=tuple(OversightKind),
        bodies=by_name(named.items()),
        answered=ANSWERED,
    )


async def begin(request: web.Request) -> web.StreamResponse:
    """Keep what was typed; the same form again is the same work."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    overseer(viewer)
    try:
        asked = Begun(
            kind=_kind(sent.get("kind", "")),
            addressee=sent.get("addressee", ""),
            matter=sent.get("matter", ""),
            body=sent.get("body") or None,
            case=sent.get("case", "").strip() or None,
            follows=sent.get("follows") or None,
            answer_by=_day(sent.get("answer_by", ""), "answer_by"),
            follow_up=_day(sent.get("follow_up", ""), "follow_up"),
            once=sent.get("once", "")[:40],
        )
        number = await begin_oversight(rt, viewer, asked)
    except RuleForbids as wrong:
        return await _form(request, sent, _errors(request, wrong))
    return shell.go(request, f"/oversight/{number}")


async def show_one(request: web.Request) -> web.StreamResponse:
    """Return one piece of work with its steps."""
    return await _one(request)


async def _one(
    request: web.Request,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    template: str = "oversight_one.html",
    stale: bool = False,
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    card = await read_oversight(rt, viewer, request.match_info["number"])
    language = language_of(locale_of(request))
    basis = getattr(rt.config.oversight.basis, language)
    return shell.page(
        request,
        template,
        status=status,
        card=card,
        working=_told(card.working, language, basis),
        endings=ENDINGS[card.line.kind],
        errors=errors or {},
        values=Typed(values or {}),
        conflict=_conflict(request, card, values or {}) if stale else None,
    )


def _conflict(request: web.Request, card: Any, sent: Mapping[str, str]) -> Conflict:
    """Return what was sent beside what a colleague wrote meanwhile."""
    w = Wording(request.app[RT].config, locale_of(request))
    row, text = max(card.ledger, key=lambda one: (one[0].at, one[0].id))
    at = f"{row.at.astimezone(shell.ALMATY):%H:%M}"
    what = w.of("oversight_step", row.event)
    ended = card.line.outcome
    stands = {"text": text, "outcome": w.of("oversight_outcome", ended) if ended else ""}
    said = {**sent, "outcome": w.of("oversight_outcome", sent.get("outcome", ""))}
    named = (("text", "Text"), ("outcome", "Outcome"), ("day", "Day"))
    kept = [
        (name, value) for name, value in sent.items() if name not in ("version", "step")
    ]
    return Conflict(
        w.say("{name}, {time}: {what}", name=row.display_name or "111", time=at, what=what),
        w.say("Somebody changed this meanwhile. Nothing of yours is lost."),
        f"/oversight/{card.line.number}",
        again=request.path,
        fields=[*kept, ("version", str(card.version))],
        rows=[
            (w.say(label), said[n], stands.get(n, "")) for n, label in named if sent.get(n)
        ],
    )


def _told(steps: object, language: Language, basis: str) -> list[str]:
    found: list[Step] = list(steps) if isinstance(steps, list | tuple) else []
    return [sentence(step, language, {"basis": basis}) for step in found]


async def go_on(request: web.Request) -> web.StreamResponse:
    """Take one step; what is wrong is said at its field, and nothing typed is lost."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    number = request.match_info["number"]
    step = OversightStep(request.match_info["step"])
    try:
        done = Stepped(
            step=step,
            version=whole(sent.get("version", "")) or 0,
            text=sent.get("text", ""),
            day=_day(sent.get("day", ""), "day"),
            outcome=sent.get("outcome", ""),
        )
        await step_oversight(rt, viewer, number, done)
    except RuleForbids as wrong:
        errors = _errors(request, wrong)
        return await _one(
            request, status=422, errors=errors, values={**sent, "step": step.value}
        )
    except Stale:
        errors = {"text": gettext(locale_of(request), STALE)}
        return await _one(
            request, status=409, errors=errors, values={**sent, "step": step.value},
            stale=True,
        )  # fmt: skip
    return shell.go(request, f"/oversight/{number}")


async def letter(request: web.Request) -> web.StreamResponse:
    """Return it as a letter to be printed."""
    return await _one(request, template="oversight_letter.html")


def _kind(typed: str) -> OversightKind:
    if typed not in set(OversightKind):
        raise NotFound("no such kind")
    return OversightKind(typed)


def _errors(request: web.Request, wrong: RuleForbids) -> dict[str, str]:
    text = MISTAKES.get(wrong.code, "This cannot be done now.")
    return {str(wrong.facts.get("field", "text")): gettext(locale_of(request), text)}


def _day(typed: str, name: str) -> datetime | None:
    """Return a date as the end of that working day, or a moment as it is. Errors: RuleForbids."""
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise RuleForbids("no date", code="bad_moment", field=name) from error
    if len(typed) == len("2026-11-22"):
        moment = datetime.combine(moment.date(), _ENDS_AT)
    return moment.replace(tzinfo=shell.ALMATY)


_READ = guarded(*READERS)
show_page, blank_page, begin_page = _READ(show), _READ(blank), _READ(begin)
one_page, step_page, letter_page = _READ(show_one), _READ(go_on), _READ(letter)
