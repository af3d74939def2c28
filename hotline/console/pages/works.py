"""/works: what one asked the service to do, how far it is, and the file that came of it."""

import secrets
from collections.abc import Mapping

from aiohttp import web

from hotline.actions import start_work
from hotline.actions.works.kinds import KINDS
from hotline.cases.terms import Channel
from hotline.cases.works import WorkKind
from hotline.console import shell
from hotline.console.session import form_of, guarded, is_fragment
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_HERE = (WorkKind.TRAIN_MODEL, WorkKind.REPLAY_CHANNEL)  # others begin where they belong


def _id(request: web.Request) -> int:
    return int(request.match_info["work"])


async def show(request: web.Request) -> web.StreamResponse:
    """Return one's own work, newest first."""
    return await _list(request)


async def _list(request: web.Request, refused: RuleForbids | None = None) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    w = Wording(rt.config, locale_of(request))
    return shell.page(
        request,
        "works.html",
        status=refused.status if refused else 200,
        wrong=w.of("work_wrong", refused.code) if refused else "",
        works=await start_work.my_works(rt, viewer),
        may=[kind for kind in _HERE if viewer.role in KINDS[kind].roles],
        channels=[(one.value, w.of("channel", one.value)) for one in Channel],
        today=rt.clock.now().astimezone(shell.ALMATY).date(),
        once=secrets.token_urlsafe(12),
    )


async def start(request: web.Request) -> web.StreamResponse:
    """Begin work that is asked for here."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    kind = next((one for one in _HERE if one == form.get("kind")), None)
    if kind is None:
        raise NotFound("no such work")
    asked = _asked(form) if kind is WorkKind.REPLAY_CHANNEL else {}
    locale, once = locale_of(request), form.get("once", "")[:40]
    try:
        work = await start_work.start_work(
            rt, viewer, kind, asked, locale=locale, once=once
        )
    except RuleForbids as refused:
        return await _list(request, refused)
    return started(request, work)


def _asked(form: Mapping[str, str]) -> dict[str, str]:
    """Return which channel from which day on; what is wrong in it is refused later."""
    day = form.get("since", "")[:10]
    return {"channel": form.get("channel", ""), "since": f"{day}T00:00:00+05:00"}


async def one(request: web.Request) -> web.StreamResponse:
    """Return one piece of work, or the part of it that moves."""
    work = await start_work.work_of(request.app[RT], shell.viewer_of(request), _id(request))
    template = "work_part.html" if is_fragment(request) else "work.html"
    return shell.page(request, template, work=work)


async def cancel(request: web.Request) -> web.StreamResponse:
    """End one's own work."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    work = await start_work.cancel_work(rt, viewer, _id(request))
    if is_fragment(request):
        return shell.page(request, "work_part.html", work=work)
    return shell.go(request, f"/works/{work.id}")


async def file(request: web.Request) -> web.StreamResponse:
    """Return the file that was made, to who asked for it alone."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    work, content = await start_work.take_result(rt, viewer, _id(request))
    return web.Response(
        body=content,
        content_type=work.mime or "application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{work.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def started(request: web.Request, work_id: int) -> web.StreamResponse:
    """Return the way to work that was just asked for."""
    said = Wording(request.app[RT].config, locale_of(request)).say(
        "It is being done. You can go on meanwhile."
    )
    return shell.toast(shell.go(request, f"/works/{work_id}"), said)


show_page = guarded()(show)
start_page = guarded()(start)
one_page = guarded()(one)
cancel_page = guarded()(cancel)
file_page = guarded()(file)
