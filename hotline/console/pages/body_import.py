"""/admin/bodies/import: a table is looked at first, and kept when the same person says so."""

from pathlib import PurePath
from typing import Any

from aiohttp import web

from hotline.actions.export_bodies import export_bodies, export_members
from hotline.actions.import_bodies import import_bodies
from hotline.actions.import_members import import_members
from hotline.actions.start_work import start_work
from hotline.cases.works import WorkKind
from hotline.config.csv_table import heading_of
from hotline.config.directory_faults import BadDirectory
from hotline.console import shell
from hotline.console.pages.bodies import KEEPER, listing
from hotline.console.pages.works import started
from hotline.console.session import form_of
from hotline.errors import Stale
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.wire import read_post

_NAME = "table.csv"
_AT_ONCE = 300  # rows; more are long work, with progress


async def look(request: web.Request) -> web.StreamResponse:
    """Show what the table would change, or keep it when the preview was confirmed."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    raw, name = await table_of(request)
    whole, keep = bool(form.get("whole")), bool(form.get("keep"))
    how: dict[str, Any] = {"whole": whole, "only_look": not keep}
    if keep and raw.count(b"\n") > _AT_ONCE:
        return await _later(request, raw, whole=whole)
    try:
        people = "username" in heading_of(raw, name)
        placed = await import_members(rt, viewer, raw, name, **how) if people else None
        seen = form.get("seen") if keep else None
        done = (
            None if people else await import_bodies(rt, viewer, raw, name, seen=seen, **how)
        )
    except BadDirectory as bad:
        return await listing(request, status=bad.status, faults=bad.faults)
    except Stale as stale:
        return await listing(request, status=stale.status, wrong=stale.code)
    if keep:
        return shell.go(request, "/admin/bodies")
    return shell.page(
        request,
        "body_import.html",
        done=done,
        placed=placed,
        name=name,
        whole=whole,
        table=raw.decode("utf-8-sig"),
    )


async def _later(request: web.Request, raw: bytes, *, whole: bool) -> web.StreamResponse:
    """Have a large table taken over as long work; its preview was confirmed."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    asked = {"whole": whole, "seen": form.get("seen") or None}
    kind, locale = WorkKind.IMPORT_BODIES, locale_of(request)
    work = await start_work(rt, viewer, kind, asked, file=raw, locale=locale)
    return started(request, work)


async def table_of(request: web.Request) -> tuple[bytes, str]:
    """Return the file that was chosen, or the text that a preview kept."""
    sent = (await read_post(request)).get("file")
    if isinstance(sent, web.FileField):
        name = PurePath(sent.filename.replace("\\", "/")).name[:80] or _NAME
        return sent.file.read(), name
    form = form_of(request)
    return form.get("table", "").encode(), form.get("name", "")[:80] or _NAME


async def download(request: web.Request) -> web.StreamResponse:
    """Return the directory, or the people of bodies, as a table."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    what = request.match_info["what"]
    raw = await (export_bodies if what == "bodies" else export_members)(rt, viewer)
    named = {"Content-Disposition": f'attachment; filename="{what}.csv"'}
    return web.Response(body=raw, content_type="text/csv", charset="utf-8", headers=named)


look_page, download_page = KEEPER(look), KEEPER(download)
