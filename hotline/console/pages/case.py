"""GET /cases/{number}: one case as its viewer may see it, and what can be done next."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as fields
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from aiohttp import web

from hotline.actions.view_case import record_refresh, record_view
from hotline.cases.apart import OWN_QUEUE
from hotline.cases.numbers import id_from
from hotline.console import case_field, case_parts, conflict_forms, shell
from hotline.console.history import Told, tell
from hotline.console.session import guarded, is_fragment
from hotline.console.wording import Wording
from hotline.errors import NotFound
from hotline.i18n import by_name
from hotline.store import bodies, case_drafts, console_reads, duty, voice_handovers
from hotline.store.case_view import read_case
from hotline.store.history import of_case as history_of_case
from hotline.store.view_parts import CaseView
from hotline.store.visibility import Scope
from hotline.web.keys import RT
from hotline.web.pages import locale_of

DIALOGS = (
    "decline",
    "return",
    "transfer",
    "wrong_body",
    "part_done",
    "urgency",
    "reopen",
    "exception",
    "print",
)
_NEXT = (  # clock that is not met yet, move, msgid of the sentence, msgid of the button
    ("first_contact", "first_contact",
     "Speak with the child or the applicant, then write it down here.",
     "Record the first contact"),
    ("on_site_check", "check",
     "Check on the spot, or write how it was checked safely.", "Record the check"),
    ("safety", "safety", "Say that the person is safe, or write the plan.", "Record safety"),
)  # fmt: skip
RESULTS = ("no_answer", "wrong_region", "dropped", "refused")
_ENDED_BY_BODY = ("referral_declined", "referral_returned", "referral_redirected")
_UNMET = ("running", "paused", "breached")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was wrong with a form: shown at its fields, with what was typed."""

    failed: str = ""
    errors: Mapping[str, str] = fields(default_factory=dict)
    values: Mapping[str, str] = fields(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the holder does now."""

    move: str
    text: str
    button: str


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page. Opening it is an event of the history; its refreshing is one an hour."""
    asked = request.query.get("ask", "")
    if "accusable" in request.query and is_fragment(request):
        return await _known_bodies(request)
    return await answer(
        request,
        request.match_info["number"],
        viewed=not is_fragment(request),
        ask=asked if asked in DIALOGS else "",
    )


async def answer(
    request: web.Request,
    number: str,
    *,
    status: int = 200,
    viewed: bool = False,
    revealed: bool = False,
    ask: str = "",
    trouble: Trouble | None = None,
    conflict: Any = None,
    said: str = "",
) -> web.Response:
    """Return the page, or for htmx its body, with what a form had to say."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    w = Wording(rt.config, locale_of(request))
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key, revealed=revealed)
        case_id = id_from(number, rt.number_key)
        if case_id is not None:
            await (
                record_view(tx, case_id, "page") if viewed else record_refresh(tx, case_id)
            )
        named = await body_names(tx, w.lang)
        events = await history_of_case(tx, viewer, number, rt.number_key)
        known = named | await console_reads.names(tx, {e.actor for e in events})
        colleagues = await _colleagues(tx, case)
        voice = await _by_voice(tx, viewer, case, case_id)
        complaints = await conflict_forms.shown(tx, viewer, number, rt.number_key)
        guide = await case_parts.guide_for(rt, tx, case)
        field = await case_field.read_field(tx, viewer, number, rt.number_key)
        unsent = await case_drafts.of_actor(tx, case_id or 0)
    trouble = trouble or Trouble()
    notes = {note.id: note.text for note in case.notes}
    return shell.page(
        request,
        "case_answer.html" if is_fragment(request) and not conflict else "case.html",
        status=status,
        case=case,
        timeline=told(w, events, known, notes, _why_not(case)),
        holder=case.assignee_name,
        soonest=soonest(case),
        next_step=next_step(w, case),
        local_now=f"{rt.clock.now().astimezone(shell.ALMATY):%Y-%m-%dT%H:%M}",
        once=secrets.token_urlsafe(9),
        guide=guide,
        field=field,
        tomorrow=f"{rt.clock.now().astimezone(shell.ALMATY) + timedelta(days=1):%Y-%m-%d}",
        sees=case_parts.who_sees_what(w, case),
        purpose_name=partial(case_parts.purpose_name, w),
        results=RESULTS,
        colleagues=colleagues,
        by_voice=voice[0],
        handed_over=voice[1],
        other_bodies=_others(case, named),
        elsewhere=_elsewhere(case, named, viewer.bodies),
        complaints=complaints,
        named=known,
        revealed=revealed,
        ask=ask,
        failed=trouble.failed,
        errors=trouble.errors,
        values=Typed(trouble.values),
        untyped=Typed(),
        unsent=unsent,
        conflict=conflict,
        said=said,
    )


async def _by_voice(tx: Any, viewer: Any, case: CaseView, case_id: int | None) -> Any:
    """Return what 111 must hand over by voice, and what was: bodies without a login."""
    if not viewer.at_111 or case_id is None:
        return (), ()
    closed = await duty.without_login(tx, {r.body for r in case.referrals})
    waiting = [r for r in case.referrals if r.status == "offered" and r.body in closed]
    handed = await voice_handovers.of_case(tx, case_id) if closed else ()
    return waiting, {one.referral_id: one for one in handed}


class Typed(dict[str, str]):
    """What was typed; what was not is empty."""

    def __missing__(self, _: str) -> str:
        return ""

    __getattr__ = dict.__getitem__


async def body_names(tx: Any, lang: str) -> dict[str, str]:
    """Return the name of every body in the reader's language."""
    found = await bodies.names(tx)
    return {body: kk if lang == "kk" else ru for body, (kk, ru) in found.items()}


def told(
    w: Wording,
    events: Sequence[Any],
    named: Mapping[str, str],
    notes: Mapping[int, str | None],
    why_not: Mapping[int, str | None] = MappingProxyType({}),
) -> list[Told]:
    """Return the history, newest first, with the words of notes the viewer may read.

    `why_not`: what bodies wrote when they declined, by referral, as far as it is open.
    """
    lines: list[Told] = []
    for event in events:
        known = event.data or {}
        note = notes.get(int(known.get("note") or 0))
        if event.event in _ENDED_BY_BODY:
            note = why_not.get(int(known.get("referral") or 0))
        line = tell(w, event, named, note)
        again = lines and (lines[-1].sentence, lines[-1].actor) == (
            line.sentence,
            line.actor,
        )
        if not (again and line.event == "viewed"):  # who looks often is one line
            lines.append(line)
    return lines[::-1]


def _why_not(case: CaseView) -> dict[int, str | None]:
    return {one.id: one.declined_text for one in case.referrals}


def soonest(case: CaseView) -> list[Any]:
    """Return the two clocks that fall due first; a body's own, and those of the case."""
    known = {r.id for r in case.referrals if r.mine or case.scope == Scope.CENTRE}
    open_clocks = [
        clock
        for clock in case.clocks
        if clock.state
        in ("running", "breached")  # what stands still, nobody need hurry for
        and (clock.referral is None or clock.referral in known)
    ]
    return sorted(open_clocks, key=lambda clock: clock.due_at)[:2]


def next_step(w: Wording, case: CaseView) -> NextStep:
    """Return what the holder does next: the first promise not kept yet."""
    unmet = {clock.name for clock in case.clocks if clock.state in _UNMET}
    for clock, move, text, button in _NEXT:
        if clock in unmet and move in case.moves:
            return NextStep(move, w.say(text), w.say(button))
    if case.status == "outcome_recorded" and "close" in case.moves:
        return NextStep("close", w.say("Help and check are recorded. You may close."), "")
    if "outcome" in case.moves:
        text = "Write what help was given and how it was checked."
        return NextStep("outcome", w.say(text), w.say("Record the outcome"))
    return NextStep("", w.say("You help here: write notes for the lead."), "")


def _others(case: CaseView, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return bodies of the case's region, and national ones, that do not have it yet."""
    have = {r.body for r in case.referrals if r.status in ("offered", "accepted")}
    region = case.region or ""
    found = [
        (body, name)
        for body, name in named.items()
        if body not in have and (body.endswith(f"-{region}") or not body[-2:].isdigit())
    ]
    return by_name(found)


def _elsewhere(
    case: CaseView, named: Mapping[str, str], own: Iterable[str]
) -> list[tuple[str, str]]:
    """Return the viewer's counterparts in other regions: whose a case of another place is."""
    kinds = {body.rpartition("-")[0] for body in own} - {""}
    found = [
        (body, name)
        for body, name in named.items()
        if body.rpartition("-")[0] in kinds and not body.endswith(f"-{case.region}")
    ]
    return by_name(found)


async def _known_bodies(request: web.Request) -> web.Response:
    """Return what the form of a conflict offers, when somebody is about to fill it in.

    There are hundreds of bodies: with each page they would weigh more than the case.
    """
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key)
        named = await body_names(tx, locale_of(request))
    if case.scope != Scope.CENTRE:
        raise NotFound("no such list")
    found = _accusable(case, named)
    return shell.page(request, "case_accusable.html", accusable=found)


def _accusable(case: CaseView, named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return bodies that a case may complain of, those of its region first; not 111."""
    own = f"-{case.region}"
    found = [(body, name) for body, name in named.items() if body != OWN_QUEUE]
    return sorted(by_name(found), key=lambda pair: not pair[0].endswith(own))


async def _colleagues(tx: Any, case: CaseView) -> list[tuple[str, str]]:
    """Return (username, name) of the people of the viewer's own body on this case."""
    mine = [r.body for r in case.referrals if r.mine]
    if "note" not in case.moves or not mine:
        return []
    return await console_reads.colleagues(tx, mine)


show_page = guarded()(show)
