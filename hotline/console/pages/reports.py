"""/reports: what came in, how it went, and how that compares; a file of it as long work."""

import secrets
from typing import Any

from aiohttp import web

from hotline.actions.read_report import EXPORTERS, READERS, require_sensible, tell_report
from hotline.actions.start_work import start_work
from hotline.actions.works.export_report import asked_of
from hotline.cases.terms import Channel, Role
from hotline.cases.works import WorkKind
from hotline.console import report_form, shell
from hotline.console.codes import LANGUAGE
from hotline.console.pages.case import body_names
from hotline.console.pages.works import started
from hotline.console.report_charts import line_of
from hotline.console.report_tables import in_words
from hotline.console.report_title import about_of
from hotline.console.session import form_of, guarded
from hotline.console.wording import Wording
from hotline.errors import NotFound, RuleForbids
from hotline.quality.reports import TIMES, About, By, Of, Preset, ReportAsk, fineness
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_FORMS = ("csv", "xlsx")


async def show(request: web.Request) -> web.StreamResponse:
    """Return the report that the address asks for."""
    return await _answer(request, _asked(request, request.query))


def _asked(request: web.Request, said: Any) -> ReportAsk:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    today = rt.clock.now().astimezone(shell.ALMATY).date()
    return report_form.read_ask(said, today, at_111=viewer.at_111)


async def _answer(
    request: web.Request, ask: ReportAsk, *, refused: RuleForbids | None = None
) -> web.Response:
    rt, viewer = request.app[RT], shell.viewer_of(request)
    w = Wording(rt.config, locale_of(request))
    report = None
    try:
        report = await tell_report(rt, viewer, ask)
    except RuleForbids as wrong:
        refused = refused or wrong
    async with rt.transaction(viewer) as tx:
        bodies = await body_names(tx, w.lang)
    refused_as = refused.code if refused else ""
    sheets = [in_words(w, one, bodies) for one in report.sheets] if report else []
    title, about = about_of(w, ask, viewer)
    trend = next((one for one in sheets if one.code == "trend"), None)
    return shell.page(
        request,
        "reports.html",
        status=refused.status if refused else 200,
        wrong=w.of("report_wrong", refused_as) if refused else "",
        ask=ask,
        fields=report_form.fields_of(ask),
        title=title,
        about=about[1:],
        compared=report.compared if report else None,
        sheets=sheets,
        line=line_of(trend) if trend else None,
        tabs=[(one.value, report_form.address_of(ask, about=one.value)) for one in About],
        presets=[
            (one.value, report_form.address_of(ask, preset=one.value)) for one in Preset
        ],
        preset=report_form.preset_of(request.query),
        choices=_choices(w, ask, at_111=viewer.at_111),
        # What is too fine for a page may be a file: that is made while nobody waits.
        may_export=viewer.role in EXPORTERS and (report or refused_as == "too_fine"),
        quality=viewer.role is Role.SUPERVISOR,
        once=secrets.token_urlsafe(12),
    )


def _choices(w: Wording, ask: ReportAsk, *, at_111: bool) -> dict[str, Any]:
    """Return what each field of the form can be."""
    used = {ask.rows, ask.columns, fineness(ask.period)}
    things = [one for one in By if one not in TIMES or one in used or one is By.MONTH]
    categories = w.config.taxonomy.categories
    none = report_form.NO_PLACE
    return {
        "of": [(one.value, w.of("report_of", one.value)) for one in Of] if at_111 else [],
        "by": [(one.value, w.of("report_by", one.value)) for one in things],
        "region": [*w.regions(), (none, w.say("No place yet"))],
        "topic": [(one.code, one.name.in_language(w.lang)) for one in categories],
        "channel": [(one.value, w.of("channel", one.value)) for one in Channel],
        "language": [(code, w.of("language", code)) for code in LANGUAGE],
    }


async def export(request: web.Request) -> web.StreamResponse:
    """Ask for the report as a file."""
    rt, viewer, form = request.app[RT], shell.viewer_of(request), form_of(request)
    if viewer.role not in EXPORTERS:
        raise NotFound("no such page")
    ask = _asked(request, form)
    kind = form.get("form", "") if form.get("form", "") in _FORMS else _FORMS[-1]
    try:
        require_sensible(rt, ask)  # before a word of it is kept
        work = await start_work(
            rt,
            viewer,
            WorkKind.EXPORT_REPORT,
            asked_of(ask, kind),
            locale=locale_of(request),
            once=form.get("once", "")[:40],
        )
    except RuleForbids as refused:
        return await _answer(request, ask, refused=refused)
    return started(request, work)


show_page = guarded(*READERS)(show)
export_page = guarded(*READERS)(export)
