"""Recordings of a contact's calls: listed, opened with a reason, heard on our own page."""

from aiohttp import web

from hotline.actions.open_recording import REASONS, open_recording, opened_recording
from hotline.console import shell
from hotline.console.pages.desk import AT_111
from hotline.console.phone_words import CALL_WRONG
from hotline.console.session import form_of, guarded
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.store import recording_view
from hotline.web.access import CSP
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.ranges import part_of

_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


async def listed(request: web.Request) -> web.StreamResponse:
    """Return a contact's recordings as a part of its page; empty where there are none."""
    return await answer(request, request.match_info["receipt"])


async def answer(
    request: web.Request, receipt: str, *, status: int = 200, wrong: str = ""
) -> web.Response:
    """Return the list with what was wrong with a form of it."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        found = await recording_view.of_contact(tx, viewer, receipt, rt.number_key)
        refused = await recording_view.refused(tx, viewer, receipt, rt.number_key)
    return shell.page(
        request,
        "recordings.html",
        status=status,
        receipt=receipt,
        lines=found,
        refused=refused,
        reasons=REASONS,
        wrong=wrong,
    )


async def open_one(request: web.Request) -> web.StreamResponse:
    """Write who opens it and why, then lead to the page that plays it."""
    rt, viewer, sent = request.app[RT], shell.viewer_of(request), form_of(request)
    recording_id = int(request.match_info["recording"])
    try:
        opening = await open_recording(rt, viewer, recording_id, sent.get("reason", ""))
    except RuleForbids as error:
        said = CALL_WRONG.get(error.code, "This cannot be done now.")
        wrong = gettext(locale_of(request), said)
        receipt = sent.get("receipt", "")
        return await answer(request, receipt, status=error.status, wrong=wrong)
    return shell.go(request, f"/recordings/{opening}")


async def play(request: web.Request) -> web.StreamResponse:
    """Return the page around one opened recording."""
    found = await opened_recording(
        request.app[RT],
        shell.viewer_of(request),
        int(request.match_info["opening"]),
        with_content=False,
    )
    response = shell.page(request, "recording.html", opened=found)
    response.headers["Content-Security-Policy"] = f"{CSP}; media-src 'self'"
    return response


async def sound(request: web.Request) -> web.StreamResponse:
    """Return what is heard, or the part of it that a player asks for."""
    found = await opened_recording(
        request.app[RT],
        shell.viewer_of(request),
        int(request.match_info["opening"]),
        with_content=True,
    )
    headers = {
        "Content-Type": found.mime,
        "Content-Disposition": "inline",
        "Content-Security-Policy": _ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return part_of(request, found.content, headers)


listed_page = guarded(*AT_111)(listed)
open_page = guarded(*AT_111)(open_one)
play_page = guarded(*AT_111)(play)
sound_page = guarded(*AT_111)(sound)
