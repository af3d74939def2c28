"""Where reports, triage quality, public figures and long work are reached."""

from aiohttp import web

from hotline.console.pages import (
    indicators,
    quality,
    reports,
    reports_public,
    rereading,
    works,
)


def routes(add: web.UrlDispatcher) -> None:
    """Add the pages to `add`."""
    add.add_get("/reports", reports.show_page)
    add.add_post("/reports/export", reports.export_page)
    add.add_get("/reports/public", reports_public.show_page)
    add.add_post("/reports/public", reports_public.propose_page)
    add.add_post(
        r"/reports/public/{publication:\d{1,15}}/{move:confirm|drop}",
        reports_public.move_page,
    )
    add.add_get("/indicators", indicators.show_page)
    add.add_get("/indicators.csv", indicators.table_page)
    add.add_get("/indicators.json", indicators.json_page)
    add.add_get("/works", works.show_page)
    add.add_post("/works", works.start_page)
    add.add_get(r"/works/{work:\d{1,18}}", works.one_page)
    add.add_post(r"/works/{work:\d{1,18}}/cancel", works.cancel_page)
    add.add_get(r"/works/{work:\d{1,18}}/file", works.file_page)
    _quality(add)


def _quality(add: web.UrlDispatcher) -> None:
    add.add_get("/quality", quality.show_page)
    add.add_post("/quality/draw", quality.draw_page)
    add.add_post(
        "/quality/models/{version}/{move:propose|enable|rollback}", quality.move_page
    )
    add.add_get("/rereading", rereading.show_page)
    add.add_get("/rereading/{receipt}", rereading.show_page)
    add.add_post("/rereading/{receipt}", rereading.judge_page)
