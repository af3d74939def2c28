"""Where the pages of a person's day are reached: visits, own work, the calendar."""

from aiohttp import web

from hotline.console.pages import calendar, my, visits


def routes(add: web.UrlDispatcher) -> None:
    """Add them."""
    add.add_get("/visits", visits.show_page)
    add.add_post("/visits", visits.plan_page)
    add.add_post(r"/visits/{visit:\d{1,18}}/{press:in|out|help}", visits.press_page)
    add.add_post(r"/visits/{visit:\d{1,18}}/cancel", visits.cancel_page)
    add.add_post(r"/visits/{visit:\d{1,18}}/place", visits.place_page)
    add.add_get("/my", my.show_page)
    add.add_post("/my/calendar/{move:make|end}", my.calendar_page)
    add.add_post("/my/digest", my.digest_page)
    add.add_get("/calendar/{token:[A-Za-z0-9_-]{1,64}}.ics", calendar.feed_page)
