"""The end of a session and of a connection in a real Chromium: nothing typed is lost, or seen."""

import json
import re
from datetime import timedelta

import pytest

from hotline.actions.keep_people import end_sessions
from tests.builders import PASSWORD, a_call
from tests.console import test_browser as chromium
from tests.console.console_world import HTMX, signed_in
from tests.console.test_browser import async_api, hook, live

pytestmark = chromium.pytestmark
desk = chromium.desk
WORDS = "Бала жылап тұр, анасы жоқ"


def past_idle(rt):
    return timedelta(minutes=rt.config.service.sign.idle_minutes + 1)


async def again(page, password=PASSWORD, username=None):
    """Sign in again in the page's own dialog."""
    dialog = hook(page, "session-dialog")
    await async_api.expect(dialog.locator("input[type=password]")).to_be_visible()
    if username:
        await dialog.locator("input[name=username]").fill(username)
    await dialog.locator("input[type=password]").fill(password)
    await page.keyboard.press("Enter")


async def hears_nothing(desk, who, path=None):
    """Return a page that sends what its person sends, and nothing by itself: it learns of no end.

    From its first request on: one that was under way would tell it. It keeps no words of a case
    either: on a slow machine that would come before the press.
    """
    context = await desk.browser()

    async def by_itself(route):
        keeps = re.search(r"/cases/[^/]+/draft$", route.request.url)
        automatic = "x-automatic" in await route.request.all_headers()
        await (route.abort() if automatic or keeps else route.continue_())

    await context.route("**/*", by_itself)
    return await desk.sign_in(context, who, path)


async def test_who_signs_in_again_inside_the_page_loses_nothing(desk, rt, clock, database):
    number = await a_call(rt, desk.people["operator"])
    typing = await hears_nothing(desk, "operator")
    body = await hears_nothing(desk, "guardian", f"/cases/{number}")
    clock.forward(past_idle(rt))
    await typing.fill("#narrative", WORDS)
    dialog = hook(typing, "session-dialog")
    await async_api.expect(dialog).to_be_visible()
    await again(typing, "not-the-password")
    await async_api.expect(dialog.get_by_role("alert")).to_be_visible()
    await again(typing)
    await async_api.expect(dialog).to_be_hidden()
    await async_api.expect(hook(typing, "draft-status")).to_contain_text(
        "Черновик сохранён", timeout=10_000
    )
    assert await typing.input_value("#narrative") == WORDS
    # What was sent meanwhile goes out once, after the sign-in.
    await hook(body, "note-input").fill(WORDS)
    await body.get_by_role("button", name="Добавить заметку").click()
    await again(body)
    await async_api.expect(hook(body, "timeline")).to_contain_text(WORDS)
    notes = "SELECT count(*) FROM case_events WHERE event = 'note_added'"
    assert await database.fetchval(notes) == 1


async def test_a_service_that_fails_ends_no_session_and_what_was_shown_is_masked_alone(
    desk, rt, clock
):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.sign_in(await desk.browser(), "supervisor")
    await page.clock.install(time=clock.now())
    await page.goto(f"{desk.base}/cases/{number}")
    await hook(page, "reveal-phone").click()
    await page.fill("#reveal-reason", "Перезвонить о встрече")
    await page.keyboard.press("Enter")
    shown = page.locator("#case-people a[href^='tel:']")
    await async_api.expect(shown).to_be_visible()
    await hook(page, "note-input").fill(WORDS)
    await page.clock.run_for(40_000)
    await page.evaluate("htmx.trigger('#bell', 'refresh')")
    await page.clock.run_for(21_000)  # from the showing, whatever was refreshed meanwhile
    await async_api.expect(hook(page, "reveal-phone")).to_be_visible()
    await async_api.expect(shown).to_have_count(0)
    assert await hook(page, "note-input").input_value() == WORDS
    # Asked while the service fails: the page waits and keeps its words.
    fails = "**/session"
    await page.route(fails, lambda route: route.fulfill(status=503, body="<h1>503</h1>"))
    async with page.expect_response(fails):
        await page.evaluate("document.dispatchEvent(new CustomEvent('clock-set'))")
    await async_api.expect(hook(page, "session-dialog")).to_be_hidden()
    assert await hook(page, "note-input").input_value() == WORDS


async def test_what_is_decided_and_why_and_a_letter_past_the_end_are_kept_after_the_sign_in(
    desk, rt, clock, database
):
    number, other = [await a_call(rt, desk.people["operator"]) for _ in range(2)]
    page = await hears_nothing(desk, "guardian", f"/cases/{number}")
    clock.forward(past_idle(rt))
    await hook(page, "decline").click()
    await page.select_option("#decline-code", "not_our_matter")
    await page.fill("#decline-text", WORDS)
    await hook(page, "decline-dialog").locator("button.button-danger").click()
    await again(page)
    await page.wait_for_url("**/inbox")
    declined = "SELECT count(*) FROM case_events WHERE event = 'referral_declined'"
    assert await database.fetchval(declined) == 1
    await page.goto(f"{desk.base}/cases/{other}")
    clock.forward(past_idle(rt))
    await hook(page, "accept").click()
    await again(page)
    await async_api.expect(page.locator("[data-event=referral_accepted]")).to_have_count(1)
    clock.forward(past_idle(rt))
    await hook(page, "transfer").click()
    await page.select_option("#transfer-to_body", "guard-71")
    await page.fill("#transfer-text", WORDS)
    await page.locator("#transfer button.button-main").click()
    await again(page)
    asked = page.locator("[data-event=handover_asked]")
    await async_api.expect(asked).to_have_count(1)
    await async_api.expect(asked).to_contain_text(WORDS)
    await async_api.expect(page.locator("#transfer")).to_be_hidden()
    await page.goto(f"{desk.base}/cases/{other}/letters?kind=cover&lang=kk")
    clock.forward(past_idle(rt))
    await page.fill("#letter-text", WORDS)
    await hook(page, "letter-form").locator("button").click()
    await again(page)
    kept = page.locator(f"a[href^='/cases/{other}/letters/']")
    await async_api.expect(kept).to_have_count(1)
    await kept.click()
    await async_api.expect(page.locator("body")).to_contain_text(WORDS)


async def test_a_page_is_emptied_when_somebody_else_signs_in(desk, rt, clock, database):
    number = await a_call(rt, desk.people["operator"])
    page = await hears_nothing(desk, "guardian", f"/cases/{number}")
    clock.forward(past_idle(rt))
    await hook(page, "note-input").fill(WORDS)
    await page.get_by_role("button", name="Добавить заметку").click()
    await again(page, username=desk.people["other guardian"].viewer.username)
    await page.wait_for_url("**/inbox")
    assert WORDS not in await page.content()
    notes = "SELECT count(*) FROM case_events WHERE event = 'note_added'"
    assert await database.fetchval(notes) == 0


async def test_two_minutes_before_the_end_a_person_is_asked_and_may_stay(desk, rt, clock):
    minutes = rt.config.service.sign.idle_minutes
    page = await desk.sign_in(context := await desk.browser(), "guardian")
    await page.clock.install()
    await page.reload()
    await live(page)
    gone = timedelta(minutes=minutes, seconds=-90)
    clock.forward(gone)
    await page.clock.fast_forward(int(gone.total_seconds()) * 1000)
    dialog = hook(page, "session-dialog")
    await async_api.expect(dialog).to_contain_text("01:")
    await page.clock.resume()
    await dialog.get_by_role("button", name="Остаться в системе").click()
    await async_api.expect(dialog).to_be_hidden()
    clock.forward(timedelta(seconds=120))  # without a click it would have ended by now
    await page.reload()
    await async_api.expect(page.locator("#main")).to_be_visible()
    # Signing out in one tab empties the others; going back shows nothing.
    other = await context.new_page()
    await other.goto(desk.base + "/notices")
    await page.locator(".top .menu summary").click()
    await page.locator("[data-leave]").click()
    await page.wait_for_url("**/login")
    await other.wait_for_url("**/login")
    await page.go_back()
    await page.wait_for_url("**/login**")


async def test_pages_that_read_anew_by_themselves_keep_no_session_alive(client, rt, clock):
    from tests.builders import a_person

    browser = await signed_in(client, await a_person(rt, "operator"))
    half = timedelta(minutes=rt.config.service.sign.idle_minutes * 0.6)
    clock.forward(half)
    assert (await browser.get("/desk", **HTMX, **{"X-Automatic": "1"})).status == 200
    clock.forward(half)
    ended = await browser.get("/desk", **HTMX)
    assert (ended.status, json.loads(ended.headers["HX-Trigger"])) == (
        401,
        {"session-ended": {}},
    )
    asked = await browser.get("/session", Accept="application/json")
    assert asked.status == 401
    assert (await browser.get("/desk")).status == 302


async def test_a_list_that_cannot_refresh_keeps_its_rows_and_says_so(desk, rt):
    await a_call(rt, desk.people["operator"])
    context = await desk.browser()
    page = await desk.sign_in(context, "guardian", "/inbox")
    await live(page)
    rows = hook(page, "queue-item")
    await async_api.expect(rows).to_have_count(1)
    broken = "**/inbox**"
    await page.route(broken, lambda route: route.abort())
    await a_call(rt, desk.people["operator"])
    await async_api.expect(hook(page, "not-fresh")).to_contain_text("Не обновилось в ")
    await async_api.expect(rows).to_have_count(1)
    await page.unroute(broken)
    await hook(page, "not-fresh").get_by_role("button").click()
    await async_api.expect(rows).to_have_count(2)
    await async_api.expect(hook(page, "not-fresh")).to_have_count(0)
    # Nothing changes any more; what stands on the page is covered all the same.
    person = desk.people["guardian"].viewer.person_id
    await end_sessions(rt, desk.people["admin"].viewer, person, None)
    await async_api.expect(hook(page, "session-dialog")).to_be_visible()


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_wrong_clock_on_the_desk_changes_no_deadline(desk, rt, clock, hours):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.sign_in(await desk.browser(), "guardian")
    await page.clock.install(time=clock.now() + timedelta(hours=hours))
    await page.goto(f"{desk.base}/cases/{number}")
    chip = hook(page, "sla-chip").first
    due = await chip.get_attribute("data-due")
    left = (await chip.locator(".left").inner_text()).split(":")
    shown = int(left[0]) * (3600 if len(left) == 3 else 60)
    from datetime import datetime

    truly = (datetime.fromisoformat(due) - clock.now()).total_seconds()
    assert abs(truly - shown) < 3600
    # Nor does a clock that is set while the page is open.
    await page.clock.set_system_time(clock.now() + timedelta(hours=10 * hours))
    await page.clock.run_for(3000)
    begun = async_api.expect(chip.locator(".left"))
    await begun.to_have_text(re.compile(rf"^{left[0]}:\d\d(:\d\d)?$"), timeout=10_000)
