"""What the pages of administration share: the tabs, the diff in words, the confirmation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from hotline.actions.compare_change import compare_seen
from hotline.actions.make_change import look_at_change, make_change
from hotline.cases.terms import Role
from hotline.console import shell
from hotline.console.session import form_of
from hotline.console.wording import Wording
from hotline.errors import RuleForbids, Stale
from hotline.identity.changes import Line, Moved, Values
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_ADMIN, _BOTH = (Role.ADMIN,), (Role.ADMIN, Role.SUPERVISOR)
TABS = (  # address, msgid, roles
    ("/admin", "Service", _ADMIN),
    ("/admin/people", "People", _ADMIN),
    ("/admin/rights", "Rights", _BOTH),
    ("/admin/rules", "Rules and deadlines", _BOTH),
    ("/admin/words", "Categories", _BOTH),
    ("/admin/calendar", "Calendar", _BOTH),
    ("/admin/retention", "Keeping and deleting", _BOTH),
    ("/admin/changes", "Changes", _BOTH),
    ("/admin/audit", "Who looked at what", _BOTH),
)
_SENT_ALONG = ("csrf", "seen")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a diff as people read it."""

    name: str
    before: str
    after: str


def page(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Return a page of administration."""
    return shell.page(request, template, status=status, admin_tabs=TABS, **values)


def words_of(request: web.Request) -> Wording:
    """Return the words in the reader's language."""
    return Wording(request.app[RT].config, locale_of(request))


def said(w: Wording, lines: Sequence[Line]) -> list[Said]:
    """Return a diff in words."""
    return [
        Said(
            _name(w, one.name),
            _value(w, one.name, one.before),
            _value(w, one.name, one.after),
        )
        for one in lines
    ]


def compared(w: Wording, found: Sequence[Moved]) -> list[tuple[str, str, str, str]]:
    """Return (what, before, wanted, now) in words."""
    return [
        (
            _name(w, one.name),
            _value(w, one.name, one.before),
            _value(w, one.name, one.wanted),
            _value(w, one.name, one.now),
        )
        for one in found
    ]


def _name(w: Wording, name: str) -> str:
    head, dot, inner = name.partition(".")
    return f"{w.of('changed', head)} {inner}" if dot else w.of("changed", head)


def _value(w: Wording, name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return w.say("Yes") if value else w.say("No")
    if isinstance(value, list):
        table = "move" if name == "taken" else "language"
        return ", ".join(w.of(table, one) for one in value) or "—"
    head = name.partition(".")[0]
    if head == "region":
        return w.short_place(str(value))
    tables = {"role": "role", "bodies": "position"}
    return w.of(tables[head], value) if head in tables else str(value)


async def confirm(
    request: web.Request,
    what: str,
    key: str,
    after: Values,
    *,
    title: str,
    back: str,
    warnings: Sequence[str] = (),
    refused: Callable[[RuleForbids], Awaitable[web.Response]],
) -> web.Response:
    """Show what a change would do; make it when the same form comes back with the mark."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    w, stale, found = words_of(request), False, list[Moved]()
    try:
        if form.get("seen"):
            made = await _make(request, what, key, after, form, back)
            if made is not None:
                return made
            stale = True
            found = await compare_seen(rt, viewer, what, key, after, seen=form["seen"])
        look = await look_at_change(rt, viewer, what, key, after)
    except RuleForbids as forbidden:
        return await refused(forbidden)
    return page(
        request,
        "admin_confirm.html",
        status=409 if stale else 200,
        stale=stale,
        moved=compared(w, found),
        title=title,
        lines=said(w, look.lines),
        look=look,
        back=back,
        warnings=warnings,
        sent=[(name, text) for name, text in form.items() if name not in _SENT_ALONG],
    )


async def _make(
    request: web.Request, what: str, key: str, after: Values, form: Mapping[str, str],
    back: str,
) -> web.Response | None:  # fmt: skip
    """Return the way back once the change is made; None when what stands was changed."""
    rt, viewer, w = request.app[RT], shell.viewer_of(request), words_of(request)
    try:
        change = await make_change(rt, viewer, what, key, after, seen=form["seen"])
    except Stale:
        return None
    two = (await look_at_change(rt, viewer, what, key, after)).lines
    text = w.say("It waits for a second person.") if two else w.say("Changed.")
    undo = "" if two else f"/admin/changes/{change}/undo"
    return shell.toast(shell.go(request, back), text, undo=undo)
