"""The queue, one decision by one key, the way back and who looks, in a real Chromium."""

import os
from dataclasses import replace
from pathlib import Path

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.close_contact import close_contact
from hotline.cases.terms import Channel
from tests.builders import DANGER, a_contact, triage_all
from tests.console import test_browser as chromium
from tests.console.test_threads_pages import wrote

pytestmark = chromium.pytestmark
desk = chromium.desk
hook = chromium.hook
PICTURES = os.environ.get("HOTLINE_PICTURES")  # a folder: what the pages look like


@pytest.fixture
def settings(settings):
    return replace(settings, telegram_token="123:abc")  # nothing is sent here


def expect(what):
    return chromium.async_api.expect(what)


async def picture(page, name):
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def press(page, key, code):
    """A key as a Cyrillic layout sends it."""
    await page.evaluate(
        "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key, code, bubbles: true, cancelable: true}))",
        [key, code],
    )


async def faults(page):
    """What axe finds on a page."""
    await page.add_script_tag(path=str(chromium.AXE))
    found = await page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", chromium.TAGS
    )
    return [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found["violations"]
    ]


async def test_a_contact_is_taken_previewed_offered_and_taken_back_by_keys(
    desk, rt, database
):
    calm = await a_contact(rt, "Как записать ребёнка в сад?", channel=Channel.WEB)
    grave = await a_contact(rt, DANGER)
    page = await desk.at("operator", "/desk")
    other = await desk.at("supervisor", f"/contacts/{grave}")
    rows = hook(page, "queue-item")
    await expect(rows).to_have_count(2)
    assert await rows.first.get_attribute("data-receipt") == grave
    await expect(hook(rows.first, "looker")).to_contain_text(
        "Supervisor", timeout=desk.soon(4000)
    )
    await picture(page, "queue_ru")
    await press(page, "о", "KeyJ")
    await press(page, "е", "KeyT")
    await expect(hook(page, "queue-tab-mine").locator(".count")).to_have_text("1")
    await hook(page, "queue-tab-mine").click()
    await expect(hook(hook(page, "queue-item"), "held-by")).to_be_visible()
    await press(page, "о", "KeyJ")
    await press(page, "с", "KeyC")
    dialog = hook(page, "ask-confirm")
    await expect(dialog).to_be_visible()
    preview = hook(page, "offer-preview")
    await expect(preview.locator("li")).not_to_have_count(0)
    await dialog.locator("#ask-subcategory").select_option("NEG.ALONE")
    await expect(preview).to_contain_text("Ребенок один")
    await picture(page, "confirm_ru")
    await dialog.locator("#ask-subcategory").focus()
    await page.keyboard.press("Enter")
    toast = hook(page, "toast")
    await expect(toast).to_contain_text("26-")
    undo = toast.locator(".toast-undo").first
    assert await database.fetchval(
        "SELECT count(*) FROM referrals WHERE status = 'offered'"
    )
    await undo.click()
    await page.wait_for_url(f"**/contacts/{grave}")
    await expect(toast).to_contain_text("Отменено")
    assert not await database.fetchval(
        "SELECT count(*) FROM referrals WHERE status = 'offered'"
    )
    await expect(hook(hook(page, "looking"), "looker")).to_contain_text(
        "Supervisor", timeout=desk.soon(4000)
    )
    await other.close()
    await press(page, "е", "KeyT")  # of the contact that stands open, no row of the list
    await expect(hook(page, "queue-tab-mine").locator(".count")).to_have_text("0")
    await press(page, "з", "KeyP")  # danger does not wait: there is no such button
    await expect(page.locator("dialog[open]")).to_have_count(0)
    # A colleague is quicker: the row goes away under one's finger, and its key with it.
    await hook(page, "queue-tab-shared").click()
    await expect(rows).to_have_count(2)
    for _ in range(2):
        await press(page, "о", "KeyJ")
    await close_contact(rt, desk.people["supervisor"].viewer, calm, "thanks")
    await expect(rows).to_have_count(1)
    await press(page, "ч", "KeyX")
    await expect(rows).to_be_focused()
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_two_threads_keep_their_words_and_a_new_message_is_read_before_the_answer(
    desk, rt
):
    one = await wrote(rt, 1, "Mağan kömek kerek, qorqamyn", number=0)
    two = await wrote(rt, 2, "Хочу умереть", number=0)
    await triage_all(rt)
    page = await desk.at(
        "operator", f"/contacts/{one.receipt}", lang="kk", theme="dark", bypass_csp=True
    )
    await chromium.live(page)
    await page.locator(".reply-ready summary").click()
    await page.locator("[data-place]").first.click()
    await expect(page.locator("[data-reply-status]")).to_contain_text(":")
    words = await page.input_value("#reply_text")
    assert words
    await page.locator("details.in-letters summary").first.click()
    await picture(page, "thread_kk_dark")
    assert await faults(page) == []
    await expect(hook(page, "queue-covered")).to_have_count(1)
    await page.goto(f"{desk.base}/contacts/{two.receipt}")
    assert await page.input_value("#reply_text") == ""
    cover = hook(page, "hard-words").first
    await expect(cover.locator("p.words")).not_to_be_visible()
    await cover.locator("summary").click()
    await expect(cover.locator("p.words")).to_be_visible()
    await page.fill("#reply_text", "Мен осындамын")
    await chromium.live(page)
    await wrote(rt, 2, "Ответьте", number=1)
    note = page.locator("[data-new-message]")
    await expect(note).to_be_visible()
    await expect(cover.locator("p.words")).to_be_visible()  # what was opened stays open
    assert await page.input_value("#reply_text") == "Мен осындамын"
    await hook(page, "reply-send").click()
    await expect(page.locator("#error-reply_text")).to_be_visible()
    assert await page.input_value("#reply_text") == "Мен осындамын"
    await hook(page, "reply-send").click()
    await expect(page.locator(".bubble-out")).to_contain_text("Мен осындамын")
    await page.goto(f"{desk.base}/contacts/{one.receipt}")
    assert await page.input_value("#reply_text") == words
    # A second page of the same person: nothing of the first is replaced unseen.
    other = await page.context.new_page()
    await other.goto(page.url)
    await page.fill("#reply_text", "Бірінші бет")
    await expect(page.locator("[data-reply-status]")).to_contain_text(":")
    await other.fill("#reply_text", "Екінші бет")
    dialog = hook(other, "conflict-dialog")
    for said in ("Бірінші бет", "Екінші бет"):
        await expect(dialog).to_contain_text(said)
    assert await faults(other) == []
    await dialog.get_by_role("button", name="Екеуін де қалдыру").click()
    await expect(dialog).to_have_count(0)
    await expect(other.locator("[data-reply-status]")).to_contain_text(":")
    await page.reload()
    assert await page.input_value("#reply_text") == "Бірінші бет\nЕкінші бет"
    await other.close()
    # The line breaks in mid-save, and a browser says yes to a beacon all the same.
    await page.route("**/draft", lambda route: route.abort())
    await page.fill("#reply_text", "Оборвалось")
    await page.wait_for_function("sessionStorage.getItem('hotline-reply')")
    await page.evaluate("navigator.sendBeacon = () => true")
    await page.reload()
    assert "Оборвалось" in await page.input_value("#reply_text")


async def test_pages_of_the_queue_read_well_on_a_phone_and_by_everybody(desk, rt, clock):
    calm = await a_contact(rt, "Как записать ребёнка в сад?", channel=Channel.WEB)
    await a_contact(rt, DANGER)
    for lang, theme in (("ru", "light"), ("kk", "dark")):
        context = await desk.browser(
            lang=lang, theme=theme, size=(390, 844), bypass_csp=True
        )
        page = await desk.sign_in(context, "operator")
        paths = ("/shift", "/became", f"/contacts/{calm}/ask/later", f"/contacts/{calm}/ask/close",
                 f"/contacts/{calm}/ask/confirm", "/desk")  # fmt: skip
        for path in paths:
            await page.goto(desk.base + path)
            await page.wait_for_load_state("networkidle")
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, (path, lang, wide)
            assert await faults(page) == [], (path, lang)
            await picture(page, f"{path.strip('/').replace('/', '_')}_{lang}_phone")
        await context.close()
