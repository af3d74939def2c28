"""Another language, keys, focus and colours in a real Chromium: work is never lost."""

import pytest

from tests.builders import a_call, a_contact
from tests.console import test_browser as chromium
from tests.console.test_browser import async_api, hook, live

pytestmark = chromium.pytestmark
desk = chromium.desk
TYPED = "Бала жылап тұр"
PRESS = """([code, more]) => document.activeElement.dispatchEvent(new KeyboardEvent(
  'keydown', {key: 'о', code, bubbles: true, cancelable: true, ...more}))"""
RING = """() => { const s = getComputedStyle(document.activeElement);
  return document.activeElement === document.body ? 'body' : [s.outlineStyle, parseFloat(s.outlineWidth)]; }"""

# Labels of the rail with a word that goes on in the next line.
BROKEN = """() => [...document.querySelectorAll('.rail > a span')].filter(label => {
  let at = 0;
  return label.firstChild.data.split(' ').some(word => {
    const range = document.createRange();
    range.setStart(label.firstChild, at);
    range.setEnd(label.firstChild, at + word.length);
    at += word.length + 1;
    return range.getClientRects().length > 1;
  });
}).map(label => label.textContent)"""


async def press(page, code, **more):
    await page.evaluate(PRESS, [code, more])


async def test_another_language_changes_the_words_and_keeps_what_is_typed(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("guardian", f"/cases/{number}")
    await page.evaluate("window.same = true")
    await hook(page, "note-input").fill(TYPED)
    await hook(page, "lang-kk").click()
    await async_api.expect(page.locator("html")).to_have_attribute("lang", "kk")
    await async_api.expect(page.get_by_role("button", name="Жазба қосу")).to_be_visible()
    assert await hook(page, "note-input").input_value() == TYPED
    assert await page.evaluate("window.same")  # the page was not left
    await page.get_by_role("button", name="Жазба қосу").click()
    await async_api.expect(hook(page, "timeline")).to_contain_text(TYPED)
    # With nothing typed the page is simply another one.
    await hook(page, "lang-en").click()
    await async_api.expect(page.locator("html")).to_have_attribute("lang", "en")
    assert await page.evaluate("window.same") is None


async def test_another_language_leaves_the_desk_as_it_is_being_filled(desk, database):
    page = await desk.at("operator")
    await live(page)
    await page.evaluate("window.same = true")
    box = page.locator("#narrative")
    await box.fill(TYPED)
    await page.locator("#urgency label", has_text="Срочно").click()
    await page.select_option("#region", "71")
    await hook(page, "lang-kk").click()
    await async_api.expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert await page.evaluate("window.same")  # the page was not left
    assert await box.input_value() == TYPED
    assert await page.input_value("#region") == "71"
    assert await page.locator("#call-form input[name=urgency]:checked").input_value() == "1"
    await box.focus()
    await page.keyboard.press("End")
    await page.keyboard.type(" қазір")
    await async_api.expect(hook(page, "draft-status")).to_contain_text("Жоба сақталды")
    await page.reload()
    assert await box.input_value() == f"{TYPED} қазір"
    assert await page.locator("#call-form input[name=urgency]:checked").input_value() == "1"
    assert await database.fetchval("SELECT count(*) FROM drafts") == 1


async def test_keys_are_those_of_the_page_and_work_in_every_layout(desk, rt):
    await a_contact(rt)
    page = await desk.at("operator")
    await live(page)
    await page.evaluate("document.activeElement.blur()")
    await press(page, "Slash", shiftKey=True)
    help_ = page.locator("#help")
    await async_api.expect(help_).to_be_visible()
    await async_api.expect(help_.get_by_text("К полю рассказа")).to_be_visible()
    assert await help_.locator("tr", has_text="Принять").count() <= 1
    await async_api.expect(help_.locator("tr:visible", has_text="G B")).to_have_count(0)
    await page.keyboard.press("Escape")
    # A letter that is typed is a letter.
    await page.locator("#narrative").focus()
    await page.keyboard.type("gbx?")
    assert await page.input_value("#narrative") == "gbx?"
    # A message stays while its way back is in focus, and is undone by a key.
    await page.evaluate("hotline.say('Готово', '/no-such-undo')")
    async with page.expect_request("**/no-such-undo") as sent:
        await press(page, "KeyZ", altKey=True)
    assert (await sent.value).method == "POST"
    await page.evaluate("document.activeElement.blur()")
    await page.evaluate(f"for (const code of ['KeyG', 'KeyC']) ({PRESS})([code, {{}}])")
    await page.wait_for_url("**/inbox")


async def test_the_keyboard_goes_from_the_skip_link_to_the_page_and_is_always_seen(
    desk, rt
):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("guardian", f"/cases/{number}", forced_colors="active")
    await page.evaluate("document.body.focus()")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    unseen = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        ring = await page.evaluate(RING)
        if ring == "body":
            break
        if ring[0] == "none" or ring[1] < 2:
            unseen.append(
                await page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            )
    assert unseen == []
    # What a live change swaps keeps the focus where it is.
    box = hook(page, "note-input")
    await box.focus()
    await a_call(rt, desk.people["operator"])
    await page.evaluate("htmx.trigger(document.querySelector('#bell'), 'refresh')")
    await page.wait_for_timeout(300)
    assert await box.evaluate("one => one === document.activeElement")


async def test_a_newer_version_is_told_quietly_and_the_old_page_still_works(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("guardian", f"/cases/{number}")
    await live(page)
    await hook(page, "note-input").fill(TYPED)
    await page.evaluate("document.body.dataset.build = 'older'")
    await async_api.expect(hook(page, "new-version")).to_be_visible(timeout=15_000)
    assert await hook(page, "note-input").input_value() == TYPED
    await page.get_by_role("button", name="Добавить заметку").click()
    await async_api.expect(hook(page, "timeline")).to_contain_text(TYPED)


@pytest.mark.parametrize("lang", ["kk", "ru"])
async def test_no_word_of_the_rail_is_broken(desk, lang):
    for who in ("operator", "commissioner", "supervisor", "admin"):
        page = await desk.at(who, lang=lang, size=(1280, 700))
        assert await page.evaluate(BROKEN) == []


@pytest.mark.parametrize("who", ["supervisor", "admin"])
async def test_the_rail_fits_a_phone_with_five_entries_and_more(desk, who):
    page = await desk.at(who, lang="kk", size=(360, 700))
    shown = page.locator(".rail > a:visible")
    more = page.locator(".rail-more")
    assert await shown.count() <= 5
    for one in await shown.all():
        box = await one.bounding_box()
        assert box["height"] >= 44
    await more.locator("summary").click()
    inside = more.locator("a")
    await async_api.expect(inside.first).to_be_visible()
    for one in await inside.all():
        box = await one.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 361
        assert box["height"] >= 44
