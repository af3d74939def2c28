"""Where the pages of administration and of one's own sign-in are reached."""

from aiohttp import web

from hotline.console.pages import first_password, login_step, my_security


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
