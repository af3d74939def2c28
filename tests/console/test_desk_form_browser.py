"""The form of the desk in a real Chromium: what an operator does while somebody talks."""

import pytest

from tests.builders import WHO, a_contact
from tests.console.test_browser import AXE, TAGS, async_api, desk, hook
from tests.console.test_browser import pytestmark as needed

__all__ = ["desk"]
pytestmark = needed
expect = async_api.expect
TEXT = "Отец бьёт мальчика ремнём, учительница видела синяки"
PRESS = (
    "([key, code, more]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
    " {key, code, bubbles: true, cancelable: true, ...more}))"
)


async def press(page, key, code, **more):
    """Press a key of a Cyrillic layout."""
    await page.evaluate(PRESS, [key, code, more])


async def saved(page):
    await expect(hook(page, "draft-status")).to_contain_text("Черновик сохранён")


async def kept_here(page):
    return await page.evaluate("[localStorage.length, sessionStorage.length]")


async def test_a_call_from_the_first_word_to_the_case_without_a_mouse(desk, rt):
    earlier = await a_contact(rt, TEXT, identity=WHO)
    page = await desk.at("operator", "/desk?new=1")
    complaints = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    await expect(page.locator("#narrative")).to_be_focused()
    await page.fill("#phone", WHO.phone)
    await press(page, "т", "KeyN", altKey=True)
    await page.keyboard.type(TEXT)
    first = hook(page, "suggest-1")
    await expect(first.locator("mark").first).to_be_visible()
    await press(page, "1", "Digit1", altKey=True)
    assert await page.input_value("#subcategory") == await first.get_attribute("data-topic")
    level = "document.querySelector('#urgency input:checked').value"
    proposed = await page.evaluate(level)
    await press(page, "г", "KeyU", altKey=True)
    assert await page.evaluate(level) == str((int(proposed) + 1) % 5)
    # What a person set is never set back by a later suggestion.
    await page.select_option("#subcategory", "VIO.PHY")
    await page.locator("#urgency label", has_text="Важно").click()
    # One question, the gravest; the answer is a fact of the form, and the next is asked.
    question = hook(page, "next-question")
    await expect(question).to_have_attribute("data-question", "injured")
    await question.locator("[data-answer=no]").focus()
    # The card is written anew while a finger is on its way: the same answer stays under it.
    async with page.expect_response("**/desk/suggest"):
        await page.evaluate("htmx.trigger('#assist', 'assist')")
    await page.wait_for_selector("#assist:not(.htmx-request)")
    await expect(question.locator("[data-answer=no]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#fact_injured")).to_have_value("no")
    await expect(question).to_have_attribute("data-question", "weapon")
    await expect(page.locator("#narrative")).to_be_focused()
    assert await page.input_value("#subcategory") == "VIO.PHY"
    await page.select_option("#region", "71")
    await expect(hook(page, "way").locator("time").first).to_be_visible()
    await expect(hook(page, "earlier-calls")).to_contain_text("1 обращение")
    await hook(page, "possible-duplicates").locator("[data-judge=linked]").click()
    await expect(hook(page, "possible-duplicates")).to_contain_text("свяжется")
    await page.locator("#narrative").focus()
    await page.keyboard.press("Escape")
    await saved(page)
    await press(page, "о", "KeyJ")
    assert await page.evaluate("document.activeElement.dataset.receipt") == earlier
    await page.keyboard.press("Control+Enter")
    await expect(hook(page, "toast")).to_contain_text("26-")
    assert await kept_here(page) == [0, 0]
    assert not complaints


async def test_two_machines_a_drop_taken_back_and_no_suggestions(desk, rt, database):
    page = await desk.at("operator", "/desk?new=1")
    await page.fill("#narrative", "Пишу на первой машине")
    await saved(page)
    other = await desk.at("operator")
    assert await other.input_value("#narrative") == "Пишу на первой машине"
    await other.fill("#narrative", "Дописываю на второй")
    await saved(other)
    await page.fill("#narrative", "Дописываю на первой")
    dialog = hook(page, "conflict-dialog")
    await expect(dialog).to_contain_text("Дописываю на второй")
    await dialog.get_by_role("button", name="Оставить моё").click()
    await saved(page)
    await expect(dialog).to_be_hidden()
    # The rules fail: the card says so, and the form goes on.
    await page.route("**/desk/suggest", lambda route: route.abort())
    await page.select_option("#region", "71")
    await expect(hook(page, "no-suggestions")).to_be_visible()
    await page.unroute("**/desk/suggest")
    await page.select_option("#region", "39")
    await expect(hook(page, "no-suggestions")).to_be_hidden()
    await page.fill("#narrative", "Последние слова")
    await hook(page, "drop-menu").click()
    await hook(page, "drop-draft").click()
    await expect(page.locator("#narrative")).to_have_value("")
    await page.get_by_role("button", name="Отменить").click()
    await expect(page.locator("#narrative")).to_have_value("Последние слова")
    assert await database.fetchval("SELECT count(*) FROM drafts") == 1


async def test_words_that_could_not_be_sent_survive_a_reload_and_then_go(desk, database):
    page = await desk.at("operator", "/desk?new=1")
    await page.route("**/desk/draft", lambda route: route.abort())
    await page.fill("#narrative", "Связь пропала на полуслове")
    await expect(hook(page, "draft-status")).to_contain_text("Пока не сохранено")
    await page.evaluate("navigator.sendBeacon = () => false")
    await page.reload()
    await expect(page.locator("#narrative")).to_have_value("Связь пропала на полуслове")
    await page.unroute("**/desk/draft")
    await saved(page)
    assert await kept_here(page) == [0, 0]
    assert await database.fetchval("SELECT count(*) FROM drafts") == 1


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make setup`")
async def test_every_part_of_the_form_is_readable_and_the_drawer_opens(desk, rt):
    await a_contact(rt, TEXT, identity=WHO)
    found = []
    for lang, theme in (("kk", "dark"), ("ru", "light")):
        context = await desk.browser(
            lang=lang, theme=theme, color_scheme=theme, bypass_csp=True, size=(1100, 800)
        )
        page = await desk.sign_in(context, "operator", "/desk?new=1")
        await page.fill("#phone", WHO.phone)
        await page.fill("#narrative", TEXT)
        await page.locator("#danger_now").check()
        await page.locator("#desk-facts > summary").click()
        await expect(hook(page, "assist")).to_be_hidden()
        await page.locator(".assist-open").click()
        await expect(hook(page, "suggest-1")).to_be_visible()
        await hook(page, "script").locator("summary").click()
        await page.add_script_tag(path=str(AXE))
        for menu in ("postpone-menu", "consultation-menu", "drop-menu"):
            await hook(page, menu).dispatch_event("click")
            seen = await page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
            found += [
                (lang, menu, broken["id"], broken["nodes"][0]["html"][:200])
                for broken in seen["violations"]
            ]
        sideways = "document.documentElement.scrollWidth > innerWidth"
        for width in (1100, 390):
            await page.set_viewport_size({"width": width, "height": 800})
            assert not await page.evaluate(sideways), (lang, width)
        await context.close()
    assert not found
