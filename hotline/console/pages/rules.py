"""/admin/rules, /admin/calendar, /admin/words: the rules as they run, to read and to try."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from aiohttp import web

from hotline.actions import edit_rules
from hotline.cases.terms import Regime, Role, Urgency
from hotline.config.limit import Limit
from hotline.console import admin_page, advice, shell
from hotline.console.fields import whole
from hotline.console.pages.case import body_names
from hotline.console.session import form_of, guarded
from hotline.console.shell import ALMATY
from hotline.errors import RuleForbids
from hotline.routing.triage import TriageDecision, TriageFacts, triage
from hotline.sla.wording import WORDING, language_of, limit_text
from hotline.web.keys import RT
from hotline.web.pages import locale_of

_LONGEST = 10_000


async def show(request: web.Request) -> web.StreamResponse:
    """Return the deadlines and the ways, and a box in which a text can be tried."""
    return await _rules(request)


async def _rules(
    request: web.Request, judged: TriageDecision | None = None, text: str = ""
) -> web.Response:
    rt, viewer, lang = request.app[RT], shell.viewer_of(request), locale_of(request)
    config, goes, names = rt.config, None, {}
    if judged is not None:
        async with rt.transaction(viewer) as tx:
            goes = await advice.way(
                rt, tx, subcategory=judged.subcategory, urgency=judged.urgency,
                region=judged.region, hints=judged.conflict_hint, district=judged.district,
            )  # fmt: skip
            names = await body_names(tx, lang)
    return admin_page.page(
        request,
        "rules.html",
        clocks=[
            (name, clock, getattr(clock.basis, lang), Regime.APPEAL in clock.law)
            for name, clock in config.sla.clocks.items()
        ],
        levels=[int(level) for level in Urgency],
        limit=lambda found: _limit(found, lang),
        ladder=config.sla.ladder,
        offers=config.referral.rules,
        chains=config.referral.chains,
        versions={
            "sla.yaml": config.sla.version,
            "referral.yaml": config.referral.version,
            "taxonomy.yaml": config.taxonomy.version,
            "calendar.yaml": config.calendar.version,
        },
        judged=judged,
        suggested=advice.suggestions(rt, judged, text) if judged else [],
        goes=goes,
        names=names,
        text=text,
    )


def _limit(found: Limit | None, lang: str) -> str:
    return limit_text(found.text, WORDING[language_of(lang)]) if found is not None else ""


async def try_text(request: web.Request) -> web.StreamResponse:
    """Return what the rules make of a text. Nothing of it is kept."""
    rt, text = request.app[RT], form_of(request).get("text", "")[:_LONGEST]
    judged = None
    if text.strip():
        judged = triage(TriageFacts(text=text), rt.triage)
    response = await _rules(request, judged, text)
    response.headers["Cache-Control"] = "no-store"
    return response


async def calendar(request: web.Request) -> web.StreamResponse:
    """Return a year: days off, moved working days, and who said so."""
    return await _calendar(request)


async def _calendar(
    request: web.Request, *, wrong: str = "", status: int = 200
) -> web.Response:
    rt = request.app[RT]
    today = rt.clock.now().astimezone(ALMATY).date()
    years = rt.config.calendar.years
    asked = whole(request.query.get("year", "")) or today.year
    year = min(max(asked, years.first), years.last)
    return admin_page.page(
        request,
        "calendar.html",
        status=status,
        year=year,
        years=years,
        months=[
            (date(year, month, 1), _month(request, year, month)) for month in range(1, 13)
        ],
        today=today,
        moved=[day for day in rt.config.calendar.closed if day.date.year == year],
        worked=[day for day in rt.config.calendar.opened if day.date.year == year],
        version=rt.config.calendar.version,
        wrong=wrong,
        typed=dict(form_of(request)) if request.method == "POST" else {},
    )


def _month(
    request: web.Request, year: int, month: int
) -> list[list[tuple[date, str] | None]]:
    """Return the weeks of a month: each day with why it is off, empty on a working day."""
    rt = request.app[RT]
    before, days = monthrange(year, month)
    cells: list[tuple[date, str] | None] = [None] * before
    for number in range(1, days + 1):
        day = date(year, month, number)
        why = rt.calendar.shut_because(day) or ""
        if not why and day.weekday() > 4:  # noqa: PLR2004  a weekend day that is worked
            why = "worked"
        cells.append((day, why))
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


async def save_day(request: web.Request) -> web.StreamResponse:
    """Try a calendar with one more day off or at work."""
    form = form_of(request)
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        return await _calendar(request, wrong="bad_day", status=422)
    try:
        trial = await edit_rules.change_day(
            request.app[RT], shell.viewer_of(request), form.get("part", ""), day,
            form.get("source", ""),
        )  # fmt: skip
    except RuleForbids as refused:
        return await _calendar(request, wrong=refused.code, status=422)
    return shell.go(request, f"/what-if/{trial}")


async def words(request: web.Request) -> web.StreamResponse:
    """Return the names of categories and topics in the three languages."""
    return _words(request)


def _words(
    request: web.Request, *, wrong: str = "", at: str = "", status: int = 200
) -> web.Response:
    rt = request.app[RT]
    typed: Mapping[str, str] = dict(form_of(request)) if request.method == "POST" else {}
    return admin_page.page(
        request,
        "words.html",
        status=status,
        categories=rt.config.taxonomy.categories,
        version=rt.config.taxonomy.version,
        wrong=wrong,
        at=at,
        open=at or request.query.get("code", ""),
        typed=typed,
    )


async def save_words(request: web.Request) -> web.StreamResponse:
    """Try other names of a category or topic."""
    form, code = form_of(request), request.match_info["code"]
    try:
        trial = await edit_rules.change_names(
            request.app[RT], shell.viewer_of(request), code, form
        )
    except RuleForbids as refused:
        return _words(request, wrong=refused.code, at=code, status=422)
    return shell.go(request, f"/what-if/{trial}")


KEEPERS = guarded(Role.ADMIN, Role.SUPERVISOR)
show_page, try_page = KEEPERS(show), KEEPERS(try_text)
calendar_page, day_page = KEEPERS(calendar), KEEPERS(save_day)
words_page, save_words_page = KEEPERS(words), KEEPERS(save_words)
