"""A telephone call at the desk in a real Chromium: screen pop, and logging while talking."""

import asyncio
import time

import aiohttp
import pytest

from tests.builders import DANGER, a_person
from tests.console import test_browser as chromium
from tests.console.phone_world import CALLER, MASKED, Exchange
from tests.console.test_browser import async_api, fill_call, hook, live

pytestmark = chromium.pytestmark
desk = chromium.desk

POP = 2000  # milliseconds from the exchange's word to the open form, on a quiet machine
OLD = "Бабушка ищет внука, он не пришёл из школы"


@pytest.fixture
async def exchange(desk, clock):
    async with aiohttp.ClientSession(desk.base) as session:
        yield Exchange(session, clock)


async def pops(desk, page, since, name):
    """Wait for a part of the page; what is left of POP counts."""
    left = desk.soon(POP) - (time.monotonic() - since) * 1000
    await async_api.expect(hook(page, name)).to_be_visible(timeout=max(left, 1))


async def test_an_answered_call_opens_its_form_within_two_seconds_at_one_desk_only(
    desk,
    rt,
    exchange,
    database,
):
    colleague = await a_person(rt, "operator")
    desk.people["colleague"] = colleague
    operator, other = await desk.at("operator"), await desk.at("colleague")
    await live(operator)
    await live(other)
    who = desk.people["operator"].viewer.username
    began = time.monotonic()
    await exchange.rings(operator=who)
    await pops(desk, operator, began, "call-bar")
    assert MASKED in await hook(operator, "call-bar").inner_text()
    assert await operator.evaluate("document.activeElement.id") != "narrative"
    began = time.monotonic()
    await exchange.is_answered(who)
    await pops(desk, operator, began, "draft-call")
    assert await operator.input_value("#phone") == CALLER
    assert await operator.evaluate("document.activeElement.id") == "narrative"
    timer = hook(operator, "call-timer")
    await async_api.expect(timer).to_be_visible()
    first = await timer.inner_text()
    await async_api.expect(timer).not_to_have_text(first, timeout=desk.soon(2500))
    assert await hook(other, "call-bar").count() == 0
    await exchange.says("ended")
    bar = hook(operator, "call-bar")
    await async_api.expect(bar).to_contain_text("Разговор окончен")
    await async_api.expect(hook(operator, "wrap-up")).to_be_visible()
    assert await database.fetchval("SELECT count(*) FROM contacts") == 1


async def test_what_was_being_typed_stays_and_the_call_opens_beside_it(
    desk,
    exchange,
):
    page = await desk.at("operator")
    await live(page)
    who = desk.people["operator"].viewer.username
    await exchange.rings(operator=who)
    await async_api.expect(hook(page, "call-bar")).to_be_visible()
    await page.fill("#narrative", OLD)  # not saved yet
    await exchange.is_answered(who)
    await async_api.expect(hook(page, "draft-call")).to_be_visible()
    assert await page.input_value("#narrative") == ""
    tabs = hook(page, "draft-tab")
    await async_api.expect(tabs).to_have_count(2)
    await tabs.filter(has_text=OLD[:10]).click()
    await async_api.expect(page.locator("#narrative")).to_have_value(OLD)
    await page.wait_for_timeout(1500)  # the call's form does not come back by itself
    assert await page.input_value("#narrative") == OLD


async def test_a_call_answered_in_the_middle_of_a_save_opens_when_all_is_kept(
    desk,
    exchange,
):
    page = await desk.at("operator")
    await live(page)
    goes_out = asyncio.Event()

    async def first_save_hangs(route):
        await goes_out.wait()
        await route.continue_()

    await page.route("**/desk/draft", first_save_hangs)
    who = desk.people["operator"].viewer.username
    await exchange.rings(operator=who)
    await async_api.expect(hook(page, "call-bar")).to_be_visible()
    async with page.expect_request("**/desk/draft"):
        await page.fill("#narrative", OLD[:20])
    await page.fill("#narrative", OLD)
    async with page.expect_response("**/calls/*/take"):
        await exchange.is_answered(who)
    await page.evaluate("0")  # the page has heard the answer
    goes_out.set()
    await async_api.expect(hook(page, "draft-call")).to_be_visible()
    await hook(page, "draft-tab").filter(has_text=OLD[:10]).click()
    await async_api.expect(page.locator("#narrative")).to_have_value(OLD)


async def test_a_call_is_logged_while_talking_and_stands_in_the_bodys_inbox(
    desk,
    exchange,
    database,
):
    guardian = await desk.at("guardian", "/inbox")
    await live(guardian)
    page = await desk.at("operator")
    await live(page)
    who = desk.people["operator"].viewer.username
    await exchange.rings(operator=who)
    await exchange.is_answered(who)
    await async_api.expect(hook(page, "draft-call")).to_be_visible()
    await fill_call(page, DANGER + " Көмектесіңіз, тез келіңіз")
    await page.keyboard.press("Control+Enter")
    toast = hook(page, "toast")
    await async_api.expect(toast).to_contain_text("26-")
    number = await toast.locator("a").inner_text()
    row = guardian.locator(f'[data-testid=queue-item][data-case="{number}"]')
    await async_api.expect(row).to_be_visible(timeout=desk.soon(3000))
    await async_api.expect(hook(page, "call-bar")).to_contain_text(number)
    assert await database.fetchval("SELECT count(*) FROM contacts") == 1


async def test_two_tabs_of_the_desk_open_one_form(desk, exchange, database):
    context = await desk.browser()
    first = await desk.sign_in(context, "operator")
    second = await context.new_page()
    await second.goto(desk.base + "/desk")
    await live(second)
    who = desk.people["operator"].viewer.username
    await exchange.rings(operator=who)
    await exchange.is_answered(who)
    await async_api.expect(hook(first, "call-bar")).to_be_visible()
    await async_api.expect(hook(second, "call-bar")).to_be_visible()
    await second.wait_for_timeout(1500)
    opened = [await hook(page, "draft-call").count() for page in (first, second)]
    assert sum(opened) == 1
    assert await database.fetchval("SELECT count(*) FROM drafts") == 1
