"""The form of the desk when the line, the page or the peace between two machines is lost."""

import asyncio

from tests.console.test_browser import async_api, desk, fill_call, hook
from tests.console.test_browser import pytestmark as needed

__all__ = ["desk"]
pytestmark = needed
expect = async_api.expect
DRAFTS = "SELECT count(*) FROM drafts WHERE dropped_at IS NULL"
OFFLINE = "navigator.sendBeacon = () => false"


async def saved(page):
    await expect(hook(page, "draft-status")).to_contain_text("Черновик сохранён")


async def test_a_dialog_closed_without_a_choice_asks_again_and_loses_no_version(
    desk, database
):
    page = await desk.at("operator", "/desk?new=1")
    await page.fill("#narrative", "Первая машина")
    await saved(page)
    other = await desk.at("operator")
    await other.fill("#narrative", "Вторая машина")
    await saved(other)
    await page.fill("#narrative", "Первая машина, дальше")
    dialog = hook(page, "conflict-dialog")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await page.fill("#narrative", "Первая машина, ещё дальше")
    await expect(dialog).to_be_visible()
    # The page dies in the middle of the question: it is asked once more, of the same two.
    await page.evaluate(OFFLINE)
    await page.reload()
    await expect(dialog).to_contain_text("Вторая машина")
    await expect(page.locator("#narrative")).to_have_value("Первая машина, ещё дальше")
    await dialog.get_by_role("button", name="Оставить обе").click()
    await saved(page)
    assert await database.fetchval(DRAFTS) == 2


async def test_every_answer_survives_a_lost_line_and_long_words_leave_with_the_page(
    desk, database
):
    page = await desk.at("operator", "/desk?new=1")
    await page.fill("#narrative", "Отец бьёт мальчика ремнём, учительница видела синяки")
    await hook(page, "suggest-1").click()
    await saved(page)
    await page.route("**/desk/draft", lambda route: route.abort())
    await page.locator("input[name=anonymous]").check()
    await page.select_option("#consent", "no")
    await page.select_option("#safe", index=2)
    safe = await page.input_value("#safe")
    # A level that only a suggestion set gives way to danger now.
    await page.locator("#danger_now").check()
    assert await page.locator("#urgency input:checked").get_attribute("value") == "0"
    await page.locator("#desk-facts > summary").click()
    await page.select_option("#fact_weapon", "yes")
    await expect(hook(page, "draft-status")).to_contain_text("Пока не сохранено")
    await page.evaluate(OFFLINE)
    await page.reload()
    await expect(page.locator("input[name=anonymous]")).to_be_checked()
    await expect(page.locator("#danger_now")).to_be_checked()
    await expect(hook(page, "danger-ways")).to_be_visible()
    found = [await page.input_value(one) for one in ("#consent", "#safe", "#fact_weapon")]
    assert found == ["no", safe, "yes"]
    assert await page.locator("#urgency input:checked").get_attribute("value") == "0"
    await page.unroute("**/desk/draft")
    await saved(page)
    assert await database.fetchval(DRAFTS) == 1
    # Twelve thousand letters are more than a beacon holds when each is three times itself,
    # and more than may be routed: they are kept, and counted before anybody sends them.
    words = "ж" * 12_000
    await page.evaluate(
        "words => { const box = document.getElementById('narrative'); box.value = words;"
        " box.dispatchEvent(new Event('input', {bubbles: true})); sessionStorage.clear();"
        " dispatchEvent(new Event('pagehide')); }",
        words,
    )
    await expect(hook(page, "counter")).to_contain_text("Лишних: 2000")
    assert await page.evaluate("sessionStorage.getItem('hotline-desk')") is None
    again = await desk.at("operator")
    await expect(again.locator("#narrative")).to_have_value(words)
    await expect(hook(again, "counter")).to_contain_text("Лишних: 2000")


async def test_a_call_is_routed_though_the_line_of_its_save_hangs(desk, database):
    page = await desk.at("operator", "/desk?new=1")
    never = asyncio.Event()
    await page.route("**/desk/draft", lambda _: never.wait())
    await fill_call(page)
    await expect(hook(page, "draft-status")).to_contain_text("Сохраня")
    await page.keyboard.press("Control+Enter")
    await expect(hook(page, "toast")).to_be_visible(timeout=desk.soon(8000))
    assert await database.fetchval("SELECT count(*) FROM cases") == 1
    never.set()
