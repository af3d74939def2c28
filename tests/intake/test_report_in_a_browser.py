"""The public form in a real Chromium: without JavaScript, leaving quickly, nothing kept."""

import os
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.intake.doors import rows

CHROMIUM = os.environ.get("HOTLINE_CHROMIUM", "/usr/bin/chromium")
NEUTRAL = "https://www.kazhydromet.kz/**"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield found
        await found.close()


@pytest.fixture
def address(client):
    return str(client.make_url("")).rstrip("/")


async def page_of(browser, **context):
    made = await browser.new_context(**context)
    page = await made.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    await page.route(NEUTRAL, lambda route: route.fulfill(body="weather"))
    return page


async def test_without_javascript_a_report_is_sent_and_its_state_seen(
    browser, address, database
):
    page = await page_of(browser, java_script_enabled=False, locale="ru-RU")
    await page.goto(f"{address}/report")
    await page.get_by_role("button", name="Отправить").click()
    summary = page.get_by_test_id("error-summary")
    await expect(summary).to_have_attribute("role", "alert")
    await summary.get_by_role("link").click()
    await expect(page.locator("#text")).to_be_focused()
    await page.locator("#text").fill("Көршінің баласы жылап жатыр")
    for lang in ("kk", "ru"):  # in the middle of it: what is typed comes along
        await page.get_by_test_id(f"lang-{lang}").click()
        await expect(page.locator("html")).to_have_attribute("lang", lang)
        await expect(page.locator("#text")).to_have_value("Көршінің баласы жылап жатыр")
    await page.get_by_label("Где это?").select_option("71")
    await page.get_by_label("Сосед или соседка").check()
    await page.get_by_label("Ваше имя").press("Enter")  # it sends
    receipt = await page.get_by_test_id("receipt").inner_text()
    pin = await page.get_by_test_id("pin").inner_text()
    assert receipt not in page.url
    assert [row["receipt"] for row in await rows(database)] == [receipt]
    await page.get_by_role("link", name="Посмотреть, как идут дела").click()
    await page.get_by_label("Номер").fill(receipt)
    await page.get_by_label("Секретный код").fill(pin)
    await page.get_by_role("button", name="Показать").click()
    await expect(page.get_by_test_id("thread-state")).to_contain_text("Оно у нас")


async def test_a_double_click_with_javascript_is_one_contact(browser, address, database):
    page = await page_of(browser)
    await page.goto(f"{address}/report?lang=kk")
    await page.locator("#text").fill("Көмек")
    await page.get_by_role("button", name="Жіберу").dblclick()
    await expect(page.get_by_test_id("receipt")).to_be_visible()
    assert len(await rows(database)) == 1
    assert page.complaints == []


@pytest.mark.parametrize("way", ["button", "shift", "without JavaScript"])
async def test_leaving_quickly_leaves_and_back_shows_no_words(browser, address, way):
    page = await page_of(browser, java_script_enabled=way != "without JavaScript")
    await page.goto("about:blank")
    await page.goto(f"{address}/report?lang=ru")
    await page.locator("#text").fill("тайные слова")
    if way == "shift":
        for _ in range(3):
            await page.keyboard.press("Shift")
    else:
        await page.get_by_test_id("quick-exit").click()
    await page.wait_for_url(NEUTRAL)
    await page.go_back()
    if way == "without JavaScript":
        assert await page.locator("#text").input_value() == ""
    else:
        assert page.url == "about:blank"


async def test_nothing_is_left_in_the_browser(browser, address):
    page = await page_of(browser)
    await page.goto(f"{address}/report?lang=ru")
    await page.locator("#text").fill("слова")
    await page.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_test_id("pin")).to_be_visible()
    kept = await page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    [cookie] = await page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (
        True,
        "Strict",
        -1,
    )
    assert page.complaints == []
