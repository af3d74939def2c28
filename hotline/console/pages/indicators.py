"""/indicators: public figures for everybody, as a page, a table and JSON. No session, no cookie."""

from datetime import date

import msgspec
from aiohttp import web

from hotline.actions.publish_month import published_months
from hotline.console import shell
from hotline.console.indicator_tables import as_table, months_of, sheets_of
from hotline.console.report_charts import line_of_months
from hotline.console.session import locale_cookie
from hotline.console.wording import Wording
from hotline.errors import NotFound
from hotline.quality.indicators import Indicators
from hotline.web.keys import LOCALE, RT
from hotline.web.pages import locale_of

_KEPT_S = 300


async def _found(request: web.Request) -> tuple[list[Indicators], Indicators | None]:
    """Return all months and the chosen one. Errors: NotFound for a month that is not out."""
    if "lang" not in request.query and (chosen := locale_cookie(request)):
        request[LOCALE] = chosen
    months = await published_months(request.app[RT])
    wanted = request.query.get("month", "")
    if not wanted:
        return months, months[0] if months else None
    try:
        day = date.fromisoformat(f"{wanted}-01")
    except ValueError:
        raise NotFound("no such month") from None
    for one in months:
        if one.month == day:
            return months, one
    raise NotFound("no such month")


def _words(request: web.Request) -> Wording:
    return Wording(request.app[RT].config, locale_of(request))


async def show_page(request: web.Request) -> web.StreamResponse:
    """Return the figures of a month in words."""
    months, one = await _found(request)
    w = _words(request)
    by_month = months_of(w, months)
    response = shell.page(
        request,
        "indicators.html",
        months=[(f"{each.month:%Y-%m}", w.month_year(each.month)) for each in months],
        month=f"{one.month:%Y-%m}" if one else "",
        found=one,
        sheets=sheets_of(w, one) if one else [],
        by_month=by_month,
        line=line_of_months(by_month),
    )
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_S}"
    return response


async def table_page(request: web.Request) -> web.StreamResponse:
    """Return the figures of all months, or of one, as CSV."""
    months, one = await _found(request)
    rows = as_table(_words(request), [one] if one and "month" in request.query else months)
    return _file(rows, "text/csv", "indicators-111.csv")


async def json_page(request: web.Request) -> web.StreamResponse:
    """Return the same as JSON: codes only; null is left out."""
    months, one = await _found(request)
    shown = [one] if one and "month" in request.query else months
    body = msgspec.json.encode({"months": shown})
    return _file(body, "application/json", "indicators-111.json")


def _file(body: bytes, kind: str, name: str) -> web.Response:
    return web.Response(
        body=body,
        content_type=kind,
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": f"public, max-age={_KEPT_S}",
            "Access-Control-Allow-Origin": "*",  # anybody may reckon with them anywhere
        },
    )
