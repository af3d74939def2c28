"""POST /inbox/bulk: one press for many cases; and its undo."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from hotline.actions.take_along import HOW, take_along
from hotline.actions.take_along import MOST as MOST_TAKEN
from hotline.actions.undo_many import undo_many
from hotline.actions.work_on_many import MOST, Many, Picked, work_on_many
from hotline.config.csv_table import write_table
from hotline.console import bulk_words, inbox_filter, shell
from hotline.console.fields import whole
from hotline.console.pages.case import body_names
from hotline.console.pages.inbox import EVERYBODY
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.i18n import gettext, ngettext
from hotline.store import lists
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_CASE = "case-"  # a ticked row: its number in the name, its version in the value


async def press(request: web.Request) -> web.StreamResponse:
    """Do with the chosen cases what the button says; tell of each that it was not done."""
    form = form_of(request)
    kind = form.get("kind", "")
    try:
        picked = await _picked(request, form, MOST_TAKEN if kind in HOW else MOST)
        if kind in HOW:
            return await _taken_along(request, [one.number for one in picked], kind)
        many = await work_on_many(
            request.app[RT], shell.viewer_of(request), picked, kind,
            once=form.get("once", ""), to_person=form.get("to_person", ""),
            text=form.get("text", ""),
        )  # fmt: skip
    except RuleForbids as wrong:
        return _told(request, _back(form), wrong=wrong.code, status=422)
    return _answer(request, many, _back(form))


async def undo(request: web.Request) -> web.StreamResponse:
    """Take back what one press gave to somebody."""
    run_id = whole(request.match_info["run"])
    if run_id is None:
        raise NotFound("nothing to undo")
    many = await undo_many(request.app[RT], shell.viewer_of(request), run_id)
    return _answer(request, many, "/inbox")


async def _picked(request: web.Request, form: Mapping[str, str], most: int) -> list[Picked]:
    """Return the ticked cases, or all of the list that the person had before them.

    The page names the cases of its list: one that came meanwhile is nobody's choice, one that
    went is passed over. A list too long to be named is only taken along, and only while
    it holds as many. Errors: RuleForbids `list_changed`.
    """
    if not form.get("whole"):
        return [
            Picked(name.removeprefix(_CASE), whole(version))
            for name, version in form.items()
            if name.startswith(_CASE)
        ]
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        asked = await inbox_filter.read(tx, viewer, form)
        page = await lists.cases(
            tx, viewer, asked.filter, number_key=rt.number_key, limit=most + 1
        )
    if len(page.items) > most:
        raise RuleForbids("too many cases", code="too_many_chosen", field="kind")
    listed = frozenset(form.get("listed", "").split())
    unnamed = not listed and (most == MOST or str(len(page.items)) != form.get("seen"))
    here = [line for line in page.items if not listed or line.number in listed]
    if unnamed or not here:
        raise RuleForbids("the list changed", code="list_changed", field="kind")
    return [Picked(line.number, line.version) for line in here]


def _back(form: Mapping[str, str]) -> str:
    view = whole(form.get("view", ""))
    kept = {"view": str(view)} if view is not None else inbox_filter.kept_of(form)
    return f"/inbox?{urlencode(kept)}" if kept else "/inbox"


def _answer(request: web.Request, many: Many, back: str) -> web.Response:
    """Return the list again when all was done, else what was not, by number and reason."""
    lang = locale_of(request)
    said = gettext(lang, bulk_words.DONE[many.kind])
    n = ngettext(lang, "{n} case", "{n} cases", many.done)
    undo_at = f"/inbox/bulk/{many.run_id}/undo" if many.kind in ("assign", "take") else ""
    if not many.refused:
        response = shell.go(request, back)
        return shell.toast(response, f"{said}: {n}", undo=undo_at)
    return _told(request, back, many=many, undo_at=undo_at if many.done else "")


def _told(
    request: web.Request,
    back: str,
    *,
    many: Many | None = None,
    wrong: str = "",
    undo_at: str = "",
    status: int = 200,
) -> web.Response:
    return shell.page(
        request,
        "inbox_result.html",
        status=status,
        many=many,
        wrong=wrong,
        back=back,
        undo_at=undo_at,
        done_word=bulk_words.DONE.get(many.kind, "") if many else "",
        reason_of=bulk_words.reason_of,
        mistake=bulk_words.mistake,
    )


async def _taken_along(
    request: web.Request, numbers: list[str], how: str
) -> web.StreamResponse:
    """Return the list as a file or a sheet of paper; who takes it stands in the histories."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    lines = await take_along(rt, viewer, numbers, how)
    w = Wording(rt.config, locale_of(request))
    async with rt.transaction(viewer) as tx:
        named = await body_names(tx, w.lang)
    rows = [bulk_words.cells(w, line, named) for line in lines]
    heads = {code: w.say(msgid) for code, msgid in bulk_words.COLUMNS.items()}
    if how == "print":
        return shell.page(request, "inbox_print.html", rows=rows, heads=heads)
    named_rows = [{heads[code]: cell for code, cell in row.items()} for row in rows]
    return web.Response(
        body=write_table(list(heads.values()), named_rows),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="cases.csv"'},
    )


press_page = guarded(*EVERYBODY)(press)
undo_page = guarded(*EVERYBODY)(undo)
