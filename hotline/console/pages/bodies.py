"""/admin/bodies: the directory of bodies, each body, and who takes whose place."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from aiohttp import web

from hotline.actions.change_body import add_body, change_body
from hotline.actions.directory_lists import BodyCard, body_card, body_lines
from hotline.actions.plan_succession import cancel_succession, plan_succession
from hotline.cases.terms import Role
from hotline.config.bodies_csv import COLUMNS
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.console import shell
from hotline.console.conflicts import Conflict
from hotline.console.pages.case import Typed
from hotline.console.session import SESSION, form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import RuleForbids, Stale
from hotline.i18n import alphabetical, by_name
from hotline.web.keys import RT
from hotline.web.pages import locale_of

NEW: Mapping[str, str] = dict.fromkeys(COLUMNS, "") | {
    "status": "active",
    "languages": "kk ru",
    "has_login": "yes",
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the directory, filtered, with the plans of successions."""
    return await listing(request)


async def listing(
    request: web.Request,
    *,
    status: int = 200,
    faults: Iterable[Fault] = (),
    wrong: str = "",
) -> web.Response:
    """Return the list, with what could not be done."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    asked = {n: request.query.get(n, "")[:60] or None for n in ("region", "kind", "q")}
    found = await body_lines(rt, viewer, **asked)
    name = "name_kk" if locale_of(request) == "kk" else "name_ru"
    return shell.page(
        request,
        "bodies.html",
        status=status,
        found=found,
        rows=sorted(found.rows, key=lambda one: alphabetical(getattr(one, name))),
        asked=asked,
        kinds=_kinds(request),
        faults=tuple(faults),
        wrong=wrong,
    )


async def show_one(request: web.Request) -> web.StreamResponse:
    """Return one body with its people, or an empty form."""
    return await _one(request, request.match_info.get("body"))


async def _one(
    request: web.Request,
    body: str | None,
    *,
    status: int = 200,
    values: Mapping[str, str] | None = None,
    planned: Mapping[str, str] | None = None,
    faults: Iterable[Fault] = (),
    wrong: str = "",
    stale: bool = False,
) -> web.Response:
    """Return the page of a body; after a refusal with what was typed, and what else stands."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    card: BodyCard | None = await body_card(rt, viewer, body) if body else None
    told: dict[str, Fault] = {}
    for fault in faults:
        told.setdefault(fault.field, fault)
    sent = values or {}
    return shell.page(
        request,
        "body.html",
        status=status,
        card=card,
        followers=_named(card.followers if card else (), locale_of(request)),
        conflict=_conflict(request, card, sent) if stale and card else None,
        planned=Typed(planned or {}),
        values={**(card.cells if card else NEW), **sent},
        faults=told,
        kinds=_kinds(request),
        columns=COLUMNS,
        wrong=wrong,
    )


def _conflict(request: web.Request, card: BodyCard, sent: Mapping[str, str]) -> Conflict:
    """Return each column that was sent beside what stands now."""
    w = Wording(request.app[RT].config, locale_of(request))
    session = request[SESSION]
    return Conflict(
        w.of("succession_wrong", "body_stale"),
        w.say("Somebody changed this meanwhile. Nothing of yours is lost."),
        request.path,
        again=request.path,
        fields=[*sent.items(), ("seen", card.mark), ("csrf", session.csrf)],
        rows=[
            (w.of("body_column", name), sent[name], card.cells[name])
            for name in COLUMNS
            if name in sent and sent[name].strip() != card.cells[name]
        ],
    )


def _named(rows: Iterable[Any], lang: str) -> list[tuple[str, str]]:
    """Return (id, name and id) of bodies by name."""
    names = ((one.id, one.name_kk if lang == "kk" else one.name_ru) for one in rows)
    return [(body, f"{name} ({body})") for body, name in by_name(names)]


def _kinds(request: web.Request) -> list[tuple[str, str]]:
    rt = request.app[RT]
    words = rt.config.taxonomy.bodies
    lang = locale_of(request)
    return [(str(kind), names.name.in_language(lang)) for kind, names in words.items()]


async def save(request: web.Request) -> web.StreamResponse:
    """Add a body, or change the one of the address."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    form, body = form_of(request), request.match_info.get("body")
    cells = {name: form[name] for name in COLUMNS if name in form}
    try:
        if body is None:
            body = await add_body(rt, viewer, cells)
        else:
            await change_body(rt, viewer, body, cells, seen=form.get("seen"))
    except BadDirectory as bad:
        return await _one(request, body, status=bad.status, values=cells, faults=bad.faults)
    except Stale as stale:
        return await _one(
            request, body, status=stale.status, values=cells, wrong=stale.code, stale=True
        )
    return shell.go(request, f"/admin/bodies/{body}")


async def plan(request: web.Request) -> web.StreamResponse:
    """Plan that another body takes the place of this one."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    form, body = form_of(request), request.match_info["body"]
    people = form.get("people", "").replace(",", " ").split()
    try:
        await plan_succession(
            rt, viewer, body, form.get("to_body", ""), _day(form), people or None
        )
    except BadDirectory as bad:
        return await _one(request, body, status=bad.status, planned=form, faults=bad.faults)
    except RuleForbids as refused:
        return await _one(
            request, body, status=refused.status, planned=form, wrong=refused.code
        )
    return shell.go(request, f"/admin/bodies/{body}")


def _day(form: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("on_day", ""))
    except ValueError:
        raise RuleForbids("no such day", code="bad_day", field="on_day") from None


async def cancel(request: web.Request) -> web.StreamResponse:
    """Take a plan back."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        await cancel_succession(rt, viewer, int(request.match_info["plan"]))
    except BadDirectory as bad:
        return await listing(request, status=bad.status, faults=bad.faults)
    except RuleForbids as refused:
        return await listing(request, status=refused.status, wrong=refused.code)
    return shell.go(request, "/admin/bodies")


KEEPER = guarded(Role.ADMIN)
show_page, one_page = KEEPER(show), KEEPER(show_one)
save_page, plan_page, cancel_page = KEEPER(save), KEEPER(plan), KEEPER(cancel)
