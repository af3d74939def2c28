"""/admin/sites: where posters hang, their codes, and the poster of a fresh code."""

from collections.abc import Iterable, Mapping

from aiohttp import web
from markupsafe import Markup

from hotline.actions.manage_sites import (
    KINDS,
    SiteGiven,
    import_sites,
    keep_site,
    list_sites,
    make_code,
    read_site,
    revoke_code,
)
from hotline.cases.terms import Role
from hotline.config.directory_faults import BadDirectory, Fault
from hotline.console import shell
from hotline.console.fields import whole
from hotline.console.pages.case import Typed
from hotline.console.poster import poster
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import alphabetical, gettext
from hotline.store import bodies
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.wire import read_post

KEEPER = guarded(Role.ADMIN, Role.SUPERVISOR)
KIND_WORDS = {
    "school": "school",
    "kindergarten": "kindergarten",
    "college": "college",
    "home": "home for children or women",
    "camp": "camp",
    "hospital": "hospital",
    "other": "other place",
}
MISTAKES = {  # code of a rule -> what to do, for people
    "bad_site_id": "Use small Latin letters, digits and dashes: school-12-pavlodar.",
    "unknown_kind": "Choose what kind of place it is.",
    "text_missing": "Write something here.",
    "unknown_region": "Choose the region",
    "unknown_district": "Choose a district of this region.",
    "unknown_body": "There is no such body.",
}


async def show(request: web.Request) -> web.StreamResponse:
    """Return the list with the forms."""
    return await _listing(request)


async def _listing(
    request: web.Request,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    faults: Iterable[Fault] = (),
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    q = request.query.get("q", "")[:60]
    rows = await list_sites(rt, viewer, q=q)
    name = "name_kk" if locale_of(request) == "kk" else "name_ru"
    return shell.page(
        request,
        "sites.html",
        status=status,
        rows=sorted(rows, key=lambda one: alphabetical(getattr(one, name))),
        q=q,
        kinds=_kinds(request),
        errors=errors or {},
        values=Typed(values or {}),
        faults=tuple(faults),
    )


async def save(request: web.Request) -> web.StreamResponse:
    """Add a site or change it, or show the form again with what is wrong."""
    form = form_of(request)
    said = {name: form.get(name, "").strip() for name in _FIELDS}
    given = SiteGiven(
        id=said["site"],
        kind=said["kind"],
        name_kk=said["name_kk"],
        name_ru=said["name_ru"],
        region=said["region"],
        district=said["district"] or None,
        body=said["body"] or None,
    )
    try:
        await keep_site(request.app[RT], shell.viewer_of(request), given)
    except RuleForbids as wrong:
        return await _refused(request, wrong, said)
    return shell.go(request, f"/admin/sites/{given.id}")


_FIELDS = ("site", "kind", "name_kk", "name_ru", "region", "district", "body")


async def take_table(request: web.Request) -> web.StreamResponse:
    """Keep the sites of a table: all of them or none."""
    sent = (await read_post(request)).get("file")
    raw = sent.file.read() if isinstance(sent, web.FileField) else b""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    try:
        await import_sites(rt, viewer, raw, "sites.csv")
    except BadDirectory as bad:
        return await _listing(request, status=bad.status, faults=bad.faults)
    except RuleForbids as wrong:
        return await _refused(request, wrong, {})
    return shell.go(request, "/admin/sites")


async def _refused(
    request: web.Request, wrong: RuleForbids, form: Mapping[str, str]
) -> web.Response:
    field = str(wrong.facts.get("field", "id"))
    text = gettext(locale_of(request), MISTAKES.get(wrong.code, "This cannot be done now."))
    name = "site" if field == "id" else field
    if not form:  # of a table: which of its sites
        text = f"{wrong.facts.get('site', '')}: {text}"
    return await _listing(request, status=422, errors={name: text}, values=form)


async def show_one(request: web.Request) -> web.StreamResponse:
    """Return one site with its codes."""
    return await _one(request, "")


async def _one(request: web.Request, drawn: str) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    row, codes = await read_site(rt, viewer, request.match_info["site"])
    async with rt.transaction(viewer) as tx:
        named = await bodies.names(tx)
    kk, ru = named.get(row.body_id, ("", ""))
    return shell.page(
        request,
        "site.html",
        row=row,
        codes=codes,
        kinds=_kinds(request),
        body=kk if locale_of(request) == "kk" else ru,
        drawn=Markup(drawn),  # noqa: S704  made by `poster`, which escapes what it is given
    )


async def fresh_code(request: web.Request) -> web.StreamResponse:
    """Make a code and show its poster, now or never: as a page, or as a file to print."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    code = await make_code(rt, viewer, request.match_info["site"])
    base = rt.settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    drawn = poster(f"{base}/q/{code}")
    if form_of(request).get("as") != "file":
        return await _one(request, drawn)
    named = {"Content-Disposition": 'attachment; filename="poster.svg"'}
    return web.Response(text=drawn, content_type="image/svg+xml", headers=named)


async def end_code(request: web.Request) -> web.StreamResponse:
    """Revoke a code."""
    site, code_id = request.match_info["site"], whole(request.match_info["code"])
    if code_id is None:
        raise NotFound("no such code")
    await revoke_code(request.app[RT], shell.viewer_of(request), site, code_id)
    return shell.go(request, f"/admin/sites/{site}")


def _kinds(request: web.Request) -> dict[str, str]:
    return {kind: gettext(locale_of(request), KIND_WORDS[kind]) for kind in KINDS}


show_page, save_page, import_page = KEEPER(show), KEEPER(save), KEEPER(take_table)
one_page, code_page, revoke_page = KEEPER(show_one), KEEPER(fresh_code), KEEPER(end_code)
