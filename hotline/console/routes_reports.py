"""Where reports, public figures and long work are reached."""

from aiohttp import web

from hotline.console.pages import indicators, reports, reports_public, works


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
