"""GET /cases/{number}/clocks/{id}: how a deadline was counted, in sentences."""

from aiohttp import web

from hotline.cases.terms import ClockName, Regime, Urgency
from hotline.console import shell
from hotline.console.session import guarded, is_fragment
from hotline.errors import NotFound, RuleForbids
from hotline.runtime import Runtime
from hotline.sla.deadline import due_for
from hotline.sla.explain import working, working_text
from hotline.store.case_view import read_case
from hotline.store.view_parts import CaseView
from hotline.web.keys import RT
from hotline.web.pages import locale_of


async def show(request: web.Request) -> web.StreamResponse:
    """Return the working of one clock."""
    rt, viewer = request.app[RT], shell.viewer_of(request)
    async with rt.transaction(viewer) as tx:
        case = await read_case(tx, viewer, request.match_info["number"], rt.number_key)
    lines = explained(rt, case, request.match_info["clock"], locale_of(request))
    template = "working_part.html" if is_fragment(request) else "working.html"
    return shell.page(request, template, case=case, lines=lines)


def explained(rt: Runtime, case: CaseView, clock_id: str, lang: str) -> list[str]:
    """Return the working, a sentence each. Errors: NotFound for a clock of another case."""
    found = next((clock for clock in case.clocks if str(clock.id) == clock_id), None)
    if found is None:
        raise NotFound("no such clock")
    try:
        deadline = due_for(
            rt.config.sla,
            rt.calendar,
            ClockName(found.name),
            found.started_at,
            urgency=Urgency(found.urgency),
            regime=Regime(case.regime),
        )
        if deadline is None:
            return [found.basis]
        steps = working(deadline, rt.calendar)
    except RuleForbids as error:
        return [error.text]
    return working_text(deadline, steps, "kk" if lang == "kk" else "ru").splitlines()


show_page = guarded()(show)
