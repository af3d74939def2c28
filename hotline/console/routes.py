"""Where each page of the console is reached."""

import asyncio

from aiohttp import web

from hotline.console import (
    admin_routes,
    live,
    queue_live,
    routes_day,
    routes_field,
    routes_reports,
    shared_reads,
    static_files,
    turns,
)
from hotline.console.pages import (
    admin,
    board,
    board_moves,
    board_staff,
    bodies,
    body_import,
    call_bar,
    call_controls,
    callbacks,
    case,
    case_moves,
    channels,
    chosen,
    clock,
    contact,
    contact_ask,
    desk,
    desk_drafts,
    desk_end,
    duty,
    emergency_numbers,
    figures,
    forecast,
    holding,
    home,
    inbox,
    inbox_bulk,
    inbox_views,
    incidents,
    links,
    login,
    media,
    notices,
    oversight,
    partners,
    phone_board,
    presence,
    recordings,
    settings,
    shift,
    sites,
    staffing_phone,
    staying,
    thread,
    walls,
    ways,
    what_if,
    woken,
)
from hotline.web.keys import RT


def routes(app: web.Application) -> None:
    """Add the console to `app`."""
    app[live.HUB] = live.LiveHub(app[RT])
    app[turns.TURNS] = asyncio.Semaphore(turns.AT_ONCE)
    app[queue_live.QUEUES] = queue_live.LiveQueues(app[RT], app[live.HUB])
    shared_reads.share(app, app[RT])
    app.cleanup_ctx.append(live.keep_hub)
    app.on_shutdown.append(live.end_streams)
    add = app.router
    add.add_get("/static/console/{name:.+}", static_files.serve)
    add.add_get("/", home.show_page)
    add.add_get("/login", login.show)
    add.add_post("/login", login.enter)
    add.add_post("/logout", login.leave_page)
    add.add_post("/settings", settings.choose)
    add.add_get("/session", staying.show_page)
    add.add_post("/session", staying.keep_page)
    add.add_get("/live", live.stream_page)
    add.add_get("/notices", notices.show_page)
    add.add_post("/notices", notices.seen_page)
    add.add_get("/notices/count", notices.count_page)
    _duty(add)
    _oversight(add)
    _desk(add)
    _cases(add)
    routes_day.routes(add)
    _numbers(add)
    _sites(add)
    _board(add)
    admin_routes.routes(add)
    add.add_get("/admin", admin.show_page)
    add.add_get("/admin/channels", channels.show_page)
    add.add_post("/admin/channels/{channel:[a-z]+}", channels.decide_page)
    add.add_get("/admin/partners", partners.show_page)
    add.add_post("/admin/partners", partners.add_page)
    add.add_post(
        r"/admin/partners/{hook:\d{1,15}}/{move:rotate|enable|disable}", partners.move_page
    )
    add.add_post(r"/admin/partners/events/{event:\d{1,15}}/again", partners.again_page)
    _bodies(add)
    _ahead(add)
    routes_reports.routes(add)


def _board(add: web.UrlDispatcher) -> None:
    add.add_get("/board", board.show_page)
    add.add_get("/board.csv", figures.numbers_page)
    add.add_get("/board/channels", ways.show_page)
    add.add_get("/board/staffing", board_staff.show_page)
    add.add_get("/board/figures/{figure:[a-z_0-9]+}.csv", figures.download_page)
    add.add_get("/board/figures/{figure:[a-z_0-9]+}", figures.show_page)
    add.add_post("/board/bulk", board_moves.press_page)
    add.add_post(r"/board/bulk/{run:\d{1,18}}/undo", board_moves.undo_page)
    add.add_post("/board/alarm", board_moves.hear_page)
    add.add_post("/board/sound", board_moves.sound_page)
    add.add_get("/board/walls", walls.show_page)
    add.add_post("/board/walls", walls.make_page)
    add.add_post(r"/board/walls/{wall:\d{1,18}}/end", walls.end_page)


def _bodies(add: web.UrlDispatcher) -> None:
    add.add_get("/admin/{what:bodies|members}.csv", body_import.download_page)
    add.add_get("/admin/bodies", bodies.show_page)
    add.add_get("/admin/bodies/new", bodies.one_page)
    add.add_post("/admin/bodies/new", bodies.save_page)
    add.add_post("/admin/bodies/import", body_import.look_page)
    add.add_get("/admin/bodies/{body}", bodies.one_page)
    add.add_post("/admin/bodies/{body}", bodies.save_page)
    add.add_post("/admin/bodies/{body}/succession", bodies.plan_page)
    add.add_post(r"/admin/successions/{plan:\d{1,15}}/cancel", bodies.cancel_page)


def _oversight(add: web.UrlDispatcher) -> None:
    one = r"/oversight/{number:[0-9-]{4,20}}"
    add.add_get("/oversight", oversight.show_page)
    add.add_post("/oversight", oversight.begin_page)
    add.add_get("/oversight/new", oversight.blank_page)
    add.add_get(one, oversight.one_page)
    add.add_get(one + "/letter", oversight.letter_page)
    add.add_post(one + "/{step:note|answer|follow-up|end}", oversight.step_page)


def _duty(add: web.UrlDispatcher) -> None:
    add.add_get("/duty", duty.show_page)
    add.add_post("/duty", duty.add_page)
    add.add_post(r"/duty/{shift:\d+}/cancel", duty.cancel_page)
    add.add_get("/woken", woken.lines_page)
    add.add_post(r"/woken/{page:\d+}", woken.answer_form)
    add.add_get("/page/{code}", woken.show_link)
    add.add_post("/page/{code}", woken.answer_link)


def _ahead(add: web.UrlDispatcher) -> None:
    add.add_get("/forecast", forecast.show_page)
    add.add_get("/what-if", what_if.show_page)
    add.add_post("/what-if", what_if.start_page)
    add.add_get("/what-if/{id}", what_if.one_page)
    add.add_post("/what-if/{id}/{move:propose|enable|roll-back}", what_if.move_page)


def _desk(add: web.UrlDispatcher) -> None:
    add.add_get("/desk", desk.show_page)
    add.add_post("/desk/draft", desk_drafts.keep_page)
    add.add_post("/desk/drop", desk_drafts.drop_page)
    add.add_post("/desk/postpone", desk_drafts.put_off_page)
    add.add_post(r"/desk/drafts/{draft:\d{1,18}}/back", desk_drafts.back_page)
    add.add_post("/desk/consultation", desk_end.end_page)
    add.add_post("/desk/route", desk.route_page)
    add.add_post("/desk/suggest", desk.suggest_page)
    add.add_get("/desk/districts", desk.districts_page)
    add.add_get("/contacts/{receipt}", contact.show_page)
    add.add_post("/contacts/{receipt}/confirm", contact.confirm_page)
    add.add_post("/contacts/{receipt}/close", contact.close_page)
    add.add_post("/contacts/{receipt}/read", contact.read_page)
    add.add_post("/contacts/{receipt}/reply", thread.reply_page)
    add.add_get("/contacts/{receipt}/thread", thread.show_page)
    add.add_post("/contacts/{receipt}/draft", thread.draft_page)
    add.add_post("/contacts/{receipt}/hard-words", thread.hard_words_page)
    add.add_post("/contacts/{receipt}/policy", thread.policy_page)
    add.add_post(
        r"/contacts/{receipt}/messages/{message:\d{1,18}}/settle", thread.settle_page
    )
    _queue(add)
    _media(add)
    _likeness(add)
    _phone(add)


def _queue(add: web.UrlDispatcher) -> None:
    """The queue of 111: who has what in hand, one decision in a dialog, the way back."""
    one = "/contacts/{receipt}"
    add.add_get(one + "/ask/{what:confirm|later|close}", contact_ask.ask_page)
    add.add_post(one + "/offer", contact_ask.offer_page)
    add.add_post(one + "/undo", contact.undo_page)
    add.add_post(one + "/{move:take|undo-take|give-back|put-off|resume}", holding.move_page)
    add.add_post("/looking", holding.look_page)
    add.add_get("/shift", shift.show_page)
    add.add_post("/shift", shift.hand_over_page)
    add.add_post(r"/shift/{handover:\d{1,18}}/take", shift.take_page)
    add.add_get("/became", shift.became_page)
    add.add_get("/looking/{kind:case|contact}/{number}", holding.lookers_page)


def _phone(add: web.UrlDispatcher) -> None:
    pressed = "|".join([*call_controls.PRESSED, "transfer", "service"])
    add.add_post(
        f"/calls/{{call:\\d{{1,18}}}}/{{move:{pressed}}}", call_controls.press_page
    )
    add.add_get("/phone-board", phone_board.show_page)
    add.add_get("/callbacks", callbacks.show_page)
    add.add_post(r"/callbacks/{callback:\d{1,18}}/{move:take|end}", callbacks.move_page)
    add.add_get("/contacts/{receipt}/recordings", recordings.listed_page)
    add.add_post(r"/recordings/{recording:\d{1,18}}/open", recordings.open_page)
    add.add_get(r"/recordings/{opening:\d{1,18}}", recordings.play_page)
    add.add_get(r"/recordings/{opening:\d{1,18}}/sound", recordings.sound_page)
    add.add_get("/staffing-phone", staffing_phone.show_page)
    add.add_get("/presence", presence.show_page)
    add.add_post("/presence", presence.choose_page)
    add.add_get("/call-bar", call_bar.show_page)
    add.add_post(r"/calls/{call:\d{1,18}}/take", call_bar.take_page)
    add.add_post(r"/calls/{call:\d{1,18}}/{move:wrap-up|more}", call_bar.wrap_up_page)


def _media(add: web.UrlDispatcher) -> None:
    one = r"/contacts/{receipt}/media/{medium:\d{1,18}}"
    add.add_post(one + "/open", media.open_page)
    add.add_post(one + "/intimate", media.hide_page)
    add.add_post(one + "/again", media.again_page)
    add.add_get(r"/media/{opening:\d{1,18}}", media.show_page)
    add.add_get(r"/media/{opening:\d{1,18}}/content", media.content_page)


def _likeness(add: web.UrlDispatcher) -> None:
    add.add_get("/contacts/{receipt}/links", links.show_page)
    add.add_post(
        "/contacts/{receipt}/links/{move:link|dismiss|undo|attach|detach}",
        links.decide_page,
    )
    add.add_get("/incidents", incidents.list_page)
    add.add_get("/incidents/{number}", incidents.one_page)
    add.add_get("/incidents/{number}/next", incidents.member_page)
    add.add_get("/incidents/{number}/members/{receipt}", incidents.member_page)
    add.add_post(
        "/incidents/{number}/members/{receipt}/{move:confirm|close}",
        incidents.judge_page,
    )
    add.add_post(
        "/incidents/{number}/{move:confirm|dismiss|close|take-out}", incidents.decide_page
    )


def _sites(add: web.UrlDispatcher) -> None:
    """Where posters hang."""
    add.add_get("/admin/sites", sites.show_page)
    add.add_post("/admin/sites", sites.save_page)
    add.add_post("/admin/sites/import", sites.import_page)
    add.add_get("/admin/sites/{site:[a-z0-9-]{2,40}}", sites.one_page)
    add.add_post("/admin/sites/{site:[a-z0-9-]{2,40}}/codes", sites.code_page)
    add.add_post(
        r"/admin/sites/{site:[a-z0-9-]{2,40}}/codes/{code:\d{1,15}}/revoke",
        sites.revoke_page,
    )


def _numbers(add: web.UrlDispatcher) -> None:
    add.add_get("/emergency-numbers", emergency_numbers.show_page)
    add.add_get("/emergency-numbers/districts", emergency_numbers.districts_page)
    add.add_post("/emergency-numbers", emergency_numbers.add_page)
    add.add_post(r"/emergency-numbers/{id:\d+}/end", emergency_numbers.end_page)


def _cases(add: web.UrlDispatcher) -> None:
    add.add_get("/inbox", inbox.show_page)
    add.add_post("/search", inbox.search_page)
    add.add_post("/inbox/bulk", inbox_bulk.press_page)
    add.add_post(r"/inbox/bulk/{run:\d{1,18}}/undo", inbox_bulk.undo_page)
    add.add_post("/inbox/views", inbox_views.save_page)
    add.add_post(
        r"/inbox/views/{view:\d{1,18}}/{move:first|plain|delete}", inbox_views.move_page
    )
    add.add_get("/cases/{number}", case.show_page)
    routes_field.routes(add)
    add.add_get(r"/cases/{number}/clocks/{clock:\d+}", clock.show_page)
    add.add_get("/cases/{number}/why", chosen.show_page)
    add.add_post("/cases/{number}/reveal", case_moves.reveal_page)
    add.add_post(
        r"/cases/{number}/emergency/{service:102|103|112}/{step:called|accepted|attempts}",
        case_moves.handoff_page,
    )
    add.add_post("/cases/{number}/{move}", case_moves.move_page)
