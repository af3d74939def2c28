"""/cases/{number}/files and /tasks: what is put to a case beside its words."""

import secrets
from datetime import datetime, time
from urllib.parse import unquote

from aiohttp import web

from hotline.actions.give_task import end_task, give_task
from hotline.actions.keep_file import LARGEST, keep_file, open_file
from hotline.console import field_words, shell
from hotline.console.pages import case as case_page
from hotline.console.pages.case import Trouble
from hotline.console.session import for_script, form_of, guarded
from hotline.errors import RuleForbids
from hotline.i18n import gettext
from hotline.web.keys import RT
from hotline.web.pages import locale_of
from hotline.web.wire import read_body

_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_END_OF_WORK = time(18, 0)
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


async def upload(request: web.Request) -> web.StreamResponse:
    """Keep one file that a script sends as it is: its bytes are the body."""
    lang = locale_of(request)
    content = await read_body(request, LARGEST)
    try:
        await keep_file(
            request.app[RT], shell.viewer_of(request), request.match_info["number"], content,
            claimed=request.content_type, name=unquote(request.headers.get("X-Name", ""))[:200],
            act_once=request.query.get("act", ""),
        )  # fmt: skip
    except RuleForbids as wrong:
        said = gettext(lang, field_words.mistake(wrong.code))
        return web.json_response({"said": said}, status=wrong.status)
    return web.json_response({"said": gettext(lang, "Kept")})


async def content(request: web.Request) -> web.StreamResponse:
    """Return a file's bytes; that it was opened stands in the history before."""
    found = await open_file(
        request.app[RT], shell.viewer_of(request), request.match_info["number"],
        int(request.match_info["file"]),
    )  # fmt: skip
    how = "inline" if found.mime.startswith("image/") else "attachment"
    name = f"{request.match_info['number']}-{found.id}.{_ENDINGS.get(found.mime, 'pdf')}"
    headers = {
        "Content-Type": found.mime,
        "Content-Disposition": f'{how}; filename="{name}"',
        "Content-Security-Policy": _ALONE,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return web.Response(body=found.content, headers=headers)


async def give(request: web.Request) -> web.StreamResponse:
    """Keep a task; it can be undone by doing it."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    number, lang = request.match_info["number"], locale_of(request)
    try:
        await give_task(
            rt, viewer, number, text=form.get("text", ""), who=form.get("who", ""),
            due=_day(form.get("due", "")), once=form.get("once") or secrets.token_urlsafe(9),
        )  # fmt: skip
    except RuleForbids as wrong:
        field = str(wrong.facts.get("field", "text"))
        said = gettext(lang, field_words.mistake(wrong.code))
        return await case_page.answer(
            request, number, status=422, trouble=Trouble("task", {field: said}, form)
        )
    if not for_script(request):
        return shell.go(request, f"/cases/{number}")
    return shell.toast(await case_page.answer(request, number), gettext(lang, "Task given"))


def _day(typed: str) -> datetime:
    try:
        day = datetime.fromisoformat(typed.strip()).date()
    except ValueError as error:
        raise RuleForbids("give a day", code="in_past", field="due") from error
    return datetime.combine(day, _END_OF_WORK, shell.ALMATY)


async def end(request: web.Request) -> web.StreamResponse:
    """Say that a task is done, with a way back; or go that way."""
    number, task = request.match_info["number"], int(request.match_info["task"])
    done = request.match_info["move"] == "done"
    await end_task(request.app[RT], shell.viewer_of(request), number, task, done=done)
    said = gettext(locale_of(request), "Task done" if done else "The task is open again")
    undo = f"/cases/{number}/tasks/{task}/open" if done else ""
    if not for_script(request) or not done:
        return shell.toast(shell.go(request, f"/cases/{number}"), said, undo=undo)
    return shell.toast(await case_page.answer(request, number), said, undo=undo)


upload_page = guarded()(upload)
content_page = guarded()(content)
give_page = guarded()(give)
end_page = guarded()(end)
