"""Where acts, files, tasks, mentions, letters and the print view of a case are reached."""

from aiohttp import web

from hotline.console.pages import act, case_moves, field, letters, mentions


def routes(add: web.UrlDispatcher) -> None:
    """Add them; before the moves of a case, which take every name."""
    add.add_get("/cases/{number}/act", act.show_page)
    add.add_post("/cases/{number}/act", act.send_page)
    add.add_post("/cases/{number}/act/draft", act.keep_page)
    add.add_get(r"/cases/{number}/acts/{act:\d{1,18}}", act.paper_page)
    add.add_post("/cases/{number}/draft", case_moves.keep_page)
    add.add_post("/cases/{number}/files", field.upload_page)
    add.add_get(r"/cases/{number}/files/{file:\d{1,18}}", field.content_page)
    add.add_post("/cases/{number}/tasks", field.give_page)
    add.add_post(r"/cases/{number}/tasks/{task:\d{1,18}}/{move:done|open}", field.end_page)
    add.add_get("/cases/{number}/colleagues", mentions.show_page)
    add.add_get("/cases/{number}/letters", letters.show_page)
    add.add_post("/cases/{number}/letters", letters.write_page)
    add.add_get(r"/cases/{number}/letters/{letter:\d{1,18}}", letters.paper_page)
    add.add_get("/cases/{number}/print", letters.print_page)
    add.add_post("/cases/{number}/print", letters.print_all_page)
