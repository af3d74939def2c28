"""POST /inbox/views: filters kept under a name; which of them the inbox begins with."""

from aiohttp import web

from hotline.actions.keep_view import begin_with, end_view, keep_view
from hotline.console import bulk_words, inbox_filter, shell
from hotline.console.fields import whole
from hotline.console.pages import inbox
from hotline.console.session import form_of, guarded
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext
from hotline.store import lists
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def save(request: web.Request) -> web.StreamResponse:
    """Keep the filter that is on the page, and show it under its name."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    async with rt.transaction(viewer) as tx:
        asked = await inbox_filter.read(tx, viewer, form)
    try:
        view_id = await keep_view(
            rt, viewer, form.get("name", ""), asked.kept,
            body_id=form.get("shared_with") or None, first="first" in form,
        )  # fmt: skip
    except RuleForbids as wrong:
        async with rt.transaction(viewer) as tx:
            page = await lists.cases(
                tx, viewer, asked.filter, number_key=rt.number_key, limit=inbox.PAGE
            )
            found = await inbox.around(tx, request, asked)
        said = gettext(locale_of(request), bulk_words.mistake(wrong.code))
        return inbox.answer(request, asked, found, page=page, status=422, wrong=said)
    response = shell.go(request, f"/inbox?view={view_id}")
    return shell.toast(response, _say(request, "The view is kept"))


async def move(request: web.Request) -> web.StreamResponse:
    """Delete a view of one's own, or let the inbox begin with it, or no longer."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    view_id = whole(request.match_info["view"])
    if view_id is None:
        raise NotFound("no such view")
    if request.match_info["move"] == "delete":
        await end_view(rt, viewer, view_id)
        said, back = "The view is deleted", "/inbox?tab=new"
    else:
        begins = request.match_info["move"] == "first"
        await begin_with(rt, viewer, view_id, begins=begins)
        said, back = "Kept", f"/inbox?view={view_id}"
    response = shell.go(request, back)
    return shell.toast(response, _say(request, said))


def _say(request: web.Request, msgid: str) -> str:
    return gettext(locale_of(request), msgid)


save_page = guarded(*inbox.EVERYBODY)(save)
move_page = guarded(*inbox.EVERYBODY)(move)
