"""Where the pages of administration and of one's own sign-in are reached."""

from aiohttp import web

from hotline.console.pages import (
    audit,
    changes,
    first_password,
    keeping,
    login_step,
    my_security,
    people,
    people_table,
    rights,
    rules,
)


def routes(add: web.UrlDispatcher) -> None:
    """Add them to `add`."""
    add.add_get("/login/step", login_step.show)
    add.add_post("/login/step", login_step.enter)
    add.add_get("/first-password/{token:[A-Za-z0-9_-]{1,64}}", first_password.show)
    add.add_post("/first-password/{token:[A-Za-z0-9_-]{1,64}}", first_password.save)
    add.add_get("/me/security", my_security.show_page)
    add.add_post("/me/sessions/end", my_security.end_page)
    add.add_post("/me/password", my_security.password_page)
    add.add_post(
        "/me/second-factor/{move:begin|confirm|codes|remove}", my_security.factor_page
    )
    add.add_get("/admin/people", people.show_page)
    add.add_get("/admin/people.csv", people_table.download_page)
    add.add_post("/admin/people/import", people_table.look_page)
    add.add_get("/admin/people/new", people.one_page)
    add.add_post("/admin/people/new", people.save_page)
    add.add_get(r"/admin/people/{person:\d{1,15}}", people.one_page)
    add.add_post(r"/admin/people/{person:\d{1,15}}", people.save_page)
    add.add_post(
        r"/admin/people/{person:\d{1,15}}/{move:rename|link|end|factor}", people.move_page
    )
    add.add_get("/admin/rights", rights.show_page)
    add.add_post("/admin/rights/{role:[a-z]{1,20}}", rights.save_page)
    add.add_get("/admin/changes", changes.show_page)
    add.add_post(
        r"/admin/changes/{change:\d{1,15}}/{move:agree|decline|undo}", changes.decide_page
    )
    add.add_get("/admin/audit", audit.show_page)
    add.add_get("/admin/audit.csv", audit.download_page)
    add.add_get("/me/log", audit.mine_page)
    add.add_get("/admin/rules", rules.show_page)
    add.add_post("/admin/rules", rules.try_page)
    add.add_get("/admin/calendar", rules.calendar_page)
    add.add_post("/admin/calendar", rules.day_page)
    add.add_get("/admin/words", rules.words_page)
    add.add_post("/admin/words/{code:[A-Z.]{1,20}}", rules.save_words_page)
    add.add_get("/admin/retention", keeping.show_page)
    add.add_post("/admin/retention/{kind:[a-z_]{1,20}}", keeping.save_page)
    add.add_post("/admin/holds/{move:hold|lift}", keeping.hold_page)
