"""/contacts/{receipt}/media, /media/{opening}: opening what was sent, hiding it for good."""

from aiohttp import web

from hotline.actions.fetch_again import fetch_again
from hotline.actions.mark_intimate import mark_intimate
from hotline.actions.open_media import OpenedMedium, open_media, opened_medium
from hotline.console import shell
from hotline.console.pages import contact
from hotline.console.pages.case import Trouble
from hotline.console.pages.desk import AT_111
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import RuleForbids
from hotline.web.access import CSP
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.ranges import part_of

_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_ENDINGS = {
    "image/jpeg": "jpg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/3gpp": "3gp",
    "text/plain": "txt",
}


async def open_one(request: web.Request) -> web.StreamResponse:
    """Keep who opens it and why, then lead to the page that shows it."""
    try:
        opening = await open_media(
            request.app[RT],
            shell.viewer_of(request),
            request.match_info["receipt"],
            int(request.match_info["medium"]),
            form_of(request).get("reason", ""),
        )
    except RuleForbids as wrong:
        return await _refuse(request, wrong)
    return shell.go(request, f"/media/{opening}")


async def again(request: web.Request) -> web.StreamResponse:
    """Ask the provider again for what could not be fetched."""
    receipt, medium = request.match_info["receipt"], int(request.match_info["medium"])
    try:
        await fetch_again(request.app[RT], shell.viewer_of(request), receipt, medium)
    except RuleForbids as wrong:
        return await _refuse(request, wrong)
    return shell.go(request, f"/contacts/{receipt}")


async def hide(request: web.Request) -> web.StreamResponse:
    """Mark it as intimate: it is shown to nobody any more."""
    receipt = request.match_info["receipt"]
    try:
        await mark_intimate(
            request.app[RT],
            shell.viewer_of(request),
            receipt,
            int(request.match_info["medium"]),
            sure=form_of(request).get("sure") == "yes",
        )
    except RuleForbids as wrong:
        return await _refuse(request, wrong)
    return shell.go(request, f"/contacts/{receipt}")


async def _refuse(request: web.Request, wrong: RuleForbids) -> web.Response:
    words = Wording(request.app[RT].config, locale_of(request))
    told = words.of("media_wrong", wrong.code)
    trouble = Trouble("media", {f"media-{request.match_info['medium']}": told}, {})
    return await contact.answer(request, status=wrong.status, trouble=trouble)


async def show(request: web.Request) -> web.StreamResponse:
    """Return the page around one opened medium."""
    found = await _opened(request, with_content=False)
    response = shell.page(request, "media.html", medium=found)
    response.headers["Content-Security-Policy"] = f"{CSP}; media-src 'self'"
    return response


async def content(request: web.Request) -> web.StreamResponse:
    """Return the bytes, as the type that they are, to be run or framed by nobody."""
    found = await _opened(request, with_content=True)
    how = "attachment" if found.shown == "file" else "inline"
    headers = {
        "Content-Type": found.mime,
        "Content-Disposition": f'{how}; filename="{_name(found)}"',
        "Content-Security-Policy": _ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return part_of(request, found.content, headers)


async def _opened(request: web.Request, *, with_content: bool) -> OpenedMedium:
    return await opened_medium(
        request.app[RT],
        shell.viewer_of(request),
        int(request.match_info["opening"]),
        with_content=with_content,
    )


def _name(found: OpenedMedium) -> str:
    """Return a name of ours: the sender's own could be anything."""
    ending = _ENDINGS.get(found.mime) or found.mime.partition("/")[2]
    return f"{found.receipt}-{found.medium_id}.{ending}"


open_page = guarded(*AT_111)(open_one)
again_page = guarded(*AT_111)(again)
hide_page = guarded(*AT_111)(hide)
show_page = guarded(*AT_111)(show)
content_page = guarded(*AT_111)(content)
