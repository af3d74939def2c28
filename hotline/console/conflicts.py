"""409: somebody was quicker. What was sent stands beside what stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from hotline.console import shell
from hotline.console.case_parts import purpose_name
from hotline.console.history import Told
from hotline.console.pages import case as case_page
from hotline.console.session import is_fragment
from hotline.console.wording import Wording
from hotline.errors import Stale
from hotline.i18n import moment
from hotline.store import console_reads
from hotline.store.case_view import read_case
from hotline.store.history import of_case as history_of_case
from hotline.store.view_parts import CaseView
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_LABELS = {
    "urgency": "Urgency",
    "reason": "Why",
    "text": "Text",
    "code": "Reason",
    "assistance_code": "What help was given",
    "assistance_text": "The help in words",
    "check_kind": "How it was checked",
    "check_text": "What the check showed",
    "how": "With whom and how",
    "plan": "Plan with names and dates",
    "purpose": "Asked for",
    "extract": "What it is told",
}
_TABLE = {"code": "decline", "assistance_code": "assistance", "check_kind": "check"}
_SHOWN = 3  # newest events that explain what happened meanwhile


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the dialog shows."""

    title: str
    text: str
    back: str
    again: str = ""  # where "keep mine" is sent
    in_page: bool = False  # it is answered with a part of the page, not with a whole one
    fields: list[tuple[str, str]] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    events: list[Told] = field(default_factory=list)


async def answer(
    request: web.Request, form: Mapping[str, str], stale: Stale
) -> web.Response:
    """Return the dialog: alone for htmx, over the fresh page without JavaScript."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    number = request.match_info["number"]
    w = Wording(rt.config, locale_of(request))
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, number, rt.number_key)
        named = await case_page.body_names(tx, w.lang)
        events = await history_of_case(tx, viewer, number, rt.number_key)
        named |= await console_reads.names(tx, {event.actor for event in events})
    holder = stale.facts.get("holder")
    back = f"/cases/{number}"
    if holder:
        conflict = Conflict(
            w.say("Somebody was quicker"),
            _accepted(w, str(holder), events),
            back,
        )
    else:
        told = case_page.told(w, events, named, {})
        fresh = [line for line in told if line.tone != "quiet"]
        fields = [(key, value) for key, value in form.items() if key != "version"]
        conflict = Conflict(
            _title(w, fresh),
            w.say(
                "Somebody changed this case while you were writing. Nothing of yours is lost."
            ),
            back,
            again=request.path,
            in_page=True,
            fields=[*fields, ("version", str(case.version))],
            rows=_rows(w, form, case),
            events=fresh[:_SHOWN],
        )
    if not is_fragment(request):
        return await case_page.answer(request, number, status=409, conflict=conflict)
    response = shell.page(request, "conflict.html", status=409, conflict=conflict)
    response.headers["HX-Retarget"] = "#dialogs"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _title(w: Wording, fresh: Sequence[Told]) -> str:
    """Return who changed what and when, as far as the viewer may know of it."""
    done = [one for one in fresh if not one.event.startswith("clock_")]  # follows from it
    newest = next((one for one in done if not one.by_system), None)
    if newest is None:
        return w.say("The case has changed")
    at = f"{newest.at.astimezone(shell.ALMATY):%H:%M}"
    return w.say("{name}, {time}: {what}", name=newest.actor, time=at, what=newest.sentence)


def _accepted(w: Wording, holder: str, events: Sequence[Any]) -> str:
    """Return who was quicker, and when."""
    said = w.say("{name} has accepted this case already.", name=holder)
    at = next((e.at for e in reversed(events) if e.event == "referral_accepted"), None)
    return f"{said} {moment(at)}" if at else said


def _rows(
    w: Wording, form: Mapping[str, str], case: CaseView
) -> list[tuple[str, str, str]]:
    """Return (field, sent, stands now) for what can be compared."""
    done = case.outcome
    now = {"urgency": w.urgency(case.urgency)}
    told = next((r for r in case.referrals if str(r.id) == form.get("referral")), None)
    if told is not None:
        now["purpose"] = purpose_name(w, told.purpose)
        now["extract"] = told.extract or ""
    if done is not None:
        now |= {
            "assistance_code": w.of("assistance", done.assistance.code),
            "assistance_text": done.assistance.text or "",
            "check_kind": w.of("check", done.check.kind),
            "check_text": done.check.text or "",
        }
    rows = [
        (w.say(label), _said(w, key, form[key]), now.get(key, ""))
        for key, label in _LABELS.items()
        if form.get(key)
    ]
    if told is not None and "extract" in form:  # a tick that is not set is not sent
        opened = (form.get("narrative") == "yes", told.narrative_released)
        sent, stands = (w.say("open") if one else w.say("closed") for one in opened)
        rows.append((w.say("Person's words"), sent, stands))
    if not rows:
        rows = [(w.say("Status"), w.say("your step"), w.of("status", case.status))]
    return rows


def _said(w: Wording, key: str, value: str) -> str:
    if key == "urgency" and value in ("0", "1", "2", "3", "4"):
        return w.urgency(int(value))
    if key == "purpose":
        return purpose_name(w, value)
    table = _TABLE.get(key)
    return w.of(table, value) if table else value
