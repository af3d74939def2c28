"""/admin/people: who may sign in, in which role, for which bodies. No content of any case."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from hotline.actions import keep_people
from hotline.cases.terms import Role
from hotline.config.members_csv import POSITIONS
from hotline.console import admin_page, shell
from hotline.console.fields import whole
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import by_name
from hotline.web.keys import RT

LANGUAGES = ("kk", "ru", "en")
_FILTERS = ("role", "region", "state", "q")
_EMPTY_ROWS = 2
_MOST_ROWS = 30
_MOST_SHOWN = 300
_NEW: Mapping[str, Any] = {
    "role": "operator", "region": None, "languages": ["kk", "ru"], "share": 1.0,
    "active": True, "bodies": {},
}  # fmt: skip


async def show(request: web.Request) -> web.StreamResponse:
    """Return the list."""
    return await listing(request)


async def listing(
    request: web.Request, *, status: int = 200, faults: object = (), imported: object = None
) -> web.Response:
    """Return the list, with what an import could not do or did."""
    asked = {name: request.query.get(name, "")[:60] or None for name in _FILTERS}
    found = await keep_people.list_people(
        request.app[RT], shell.viewer_of(request), **asked
    )
    return admin_page.page(
        request,
        "people.html",
        status=status,
        found=found[:_MOST_SHOWN],
        more=len(found) - _MOST_SHOWN,
        asked=asked,
        faults=faults,
        imported=imported,
    )


async def show_one(request: web.Request) -> web.StreamResponse:
    """Return one person, or an empty form."""
    return await _one(request)


async def _one(
    request: web.Request,
    *,
    status: int = 200,
    wrong: RuleForbids | None = None,
    values: Mapping[str, Any] | None = None,
    link: str = "",
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    card = None
    if "person" in request.match_info:
        card = await keep_people.person_card(rt, viewer, _id(request))
    stands: Mapping[str, Any] = card.values if card else _NEW
    return admin_page.page(
        request,
        "person.html",
        status=status,
        card=card,
        values={**stands, **(values or {})},
        choices=_named(await keep_people.choices(rt, viewer), admin_page.words_of(request)),
        positions=POSITIONS,
        roles=list(Role),
        languages=LANGUAGES,
        rows=_EMPTY_ROWS,
        wrong=wrong.code if wrong else "",
        field=str(wrong.facts.get("field", "")) if wrong else "",
        link=link,
        typed=dict(form_of(request)) if request.method == "POST" else {},
    )


def _named(choices: Sequence[Any], w: Wording) -> list[tuple[str, str]]:
    """Return bodies by the name that the reader knows."""
    return by_name(
        (one.id, one.name_kk if w.lang == "kk" else one.name_ru) for one in choices
    )


async def save(request: web.Request) -> web.StreamResponse:
    """Show what would change, then change it; or add a person."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    after = values_of(form)

    async def refused(forbidden: RuleForbids) -> web.Response:
        return await _one(request, status=422, wrong=forbidden, values=after)

    if "person" not in request.match_info:
        username, name = form.get("username", "").strip(), form.get("name", "")
        try:
            person, token = await keep_people.hire(rt, viewer, username, name, after)
        except RuleForbids as forbidden:
            return await refused(forbidden)
        hours = rt.config.admin.first_password_hours
        return await _linked(request, person, token, hours)
    card = await keep_people.person_card(rt, viewer, _id(request))
    w = admin_page.words_of(request)
    off = card.values["active"] and not after["active"]
    left = card.open_work if off else {
        body: n for body, n in card.open_work.items() if body not in after["bodies"]
    }  # fmt: skip
    warnings = [
        w.many(
            "{n} open case at {body} goes to the next person there, or waits for 111.",
            "{n} open cases at {body} go to the next person there, or wait for 111.",
            n,
            body=b,
        )
        for b, n in sorted(left.items())
    ]
    return await admin_page.confirm(
        request, "person", str(card.id), after, title=card.name,
        back=f"/admin/people/{card.id}", warnings=warnings, refused=refused,
    )  # fmt: skip


def values_of(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says of a person; what is no number is judged later as 0."""
    placed = {}
    for number in range(_MOST_ROWS):
        body = form.get(f"body-{number}", "").strip()
        if body:
            placed[body] = form.get(f"position-{number}", "specialist")
    try:
        share = float(form.get("share", "1").replace(",", ".")[:10])
    except ValueError:
        share = 0.0
    return {
        "role": form.get("role", ""),
        "region": form.get("region") or None,
        "languages": sorted(one for one in LANGUAGES if form.get(f"speaks-{one}")),
        "share": share,
        "active": form.get("active", "yes") == "yes",
        "bodies": dict(sorted(placed.items())),
    }


async def move(request: web.Request) -> web.StreamResponse:
    """Rename a person, give a link, end sessions, take the second step away."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    person, doing = _id(request), request.match_info["move"]
    back = f"/admin/people/{person}"

    async def refused(forbidden: RuleForbids) -> web.Response:
        return await _one(request, status=422, wrong=forbidden)

    try:
        if doing == "link":
            token = await keep_people.give_link(rt, viewer, person)
            hours = rt.config.admin.new_password_hours
            return await _linked(request, person, token, hours)
        if doing == "rename":
            await keep_people.rename(rt, viewer, person, form.get("name", ""))
        elif doing == "end":
            session = whole(form.get("session", ""))
            await keep_people.end_sessions(rt, viewer, person, session)
        else:
            card = await keep_people.person_card(rt, viewer, person)
            return await admin_page.confirm(
                request, "factor", str(person), {"factor": False}, title=card.name,
                back=back, refused=refused,
            )  # fmt: skip
    except RuleForbids as forbidden:
        return await refused(forbidden)
    return shell.go(request, back)


async def _linked(
    request: web.Request, person: int, token: str, hours: int
) -> web.Response:
    """Return the page that shows a link, this once."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    card = await keep_people.person_card(rt, viewer, person)
    base = rt.settings.public_url or f"{request.scheme}://{request.host}"
    response = admin_page.page(
        request,
        "person_link.html",
        card=card,
        link=f"{base.rstrip('/')}/first-password/{token}",
        hours=hours,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _id(request: web.Request) -> int:
    found = whole(request.match_info["person"])
    if found is None:
        raise NotFound("no such person")
    return found


KEEPER = guarded(Role.ADMIN)
show_page, one_page, save_page, move_page = (
    KEEPER(show), KEEPER(show_one), KEEPER(save), KEEPER(move),
)  # fmt: skip
