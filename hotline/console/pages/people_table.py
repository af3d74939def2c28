"""/admin/people.csv and its import: looked at first, kept when the same person says so."""

from aiohttp import web

from hotline.actions.import_people import export_people, import_people
from hotline.actions.start_work import start_work
from hotline.cases.works import WorkKind
from hotline.config.directory_faults import BadDirectory
from hotline.console import admin_page, shell
from hotline.console.pages.body_import import table_of
from hotline.console.pages.people import KEEPER, listing
from hotline.console.pages.works import started
from hotline.console.session import form_of
from hotline.web.keys import RT
from hotline.web.pages import locale_of

AT_ONCE = 100  # rows; more are long work, with progress


async def look(request: web.Request) -> web.StreamResponse:
    """Show what the table would change, or keep it when the preview was confirmed."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    raw, name = await table_of(request)
    keep = bool(form.get("keep"))
    if keep and raw.count(b"\n") > AT_ONCE:
        kind, locale = WorkKind.IMPORT_PEOPLE, locale_of(request)
        return started(
            request, await start_work(rt, viewer, kind, {}, file=raw, locale=locale)
        )
    try:
        done = await import_people(rt, viewer, raw, name, only_look=not keep)
    except BadDirectory as bad:
        return await listing(request, status=bad.status, faults=bad.faults)
    w = admin_page.words_of(request)
    response = admin_page.page(
        request,
        "people_import.html",
        done=[(one, admin_page.said(w, one.lines)) for one in done],
        kept=keep,
        name=name,
        base=rt.settings.public_url or f"{request.scheme}://{request.host}",
        table=raw.decode("utf-8-sig"),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def download(request: web.Request) -> web.StreamResponse:
    """Return everybody as a table."""
    raw = await export_people(request.app[RT], shell.viewer_of(request))
    named = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return web.Response(body=raw, content_type="text/csv", charset="utf-8", headers=named)


look_page, download_page = KEEPER(look), KEEPER(download)
