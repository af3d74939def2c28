"""The field in a real Chromium: a phone without a network, an act that is sent once."""

from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from hotline.actions.record_act import keep_act_draft
from tests.builders import PASSWORD, a_case
from tests.console.test_browser import (  # noqa: F401  the fixture and marks are shared
    AXE,
    PATIENCE,
    TAGS,
    async_api,
    desk,
    hook,
    pytestmark,
)
from tests.media.foreign_host import png


async def test_an_act_typed_without_a_network_is_kept_once_with_its_photograph(
    desk,  # noqa: F811
    rt,
    database,
    tmp_path,
):
    number = await a_case(rt, desk.people["operator"])
    context = await desk.browser(lang="kk", size=(390, 844))
    page = await desk.sign_in(context, "guardian", f"/cases/{number}")
    bar = page.locator(".case-bar button")
    await async_api.expect(bar).to_be_visible()
    assert (await bar.bounding_box())["height"] >= 44
    await page.set_viewport_size({"width": 320, "height": 700})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) == 0
    await bar.click()
    await async_api.expect(page.locator(".case-bar")).to_have_count(0)
    await page.goto(f"{desk.base}/cases/{number}/act")
    photos = [tmp_path / "үй.png", tmp_path / f"{'аула ' * 20}.png"]
    for width, photo in enumerate(photos, 3):
        photo.write_bytes(png(width))
    await page.set_input_files("#act-photos", photos)
    for line in range(len(photos)):
        kept = page.locator("#photo-list li").nth(line)
        await async_api.expect(kept).to_contain_text("Сақталды")
    # They belong to this form, and stand on it again before a word of it was typed.
    await async_api.expect(hook(page, "draft-status")).to_contain_text("сақталды")
    await page.reload()
    kept = page.locator("#photo-list li")
    await async_api.expect(kept).to_have_count(2)
    await async_api.expect(page.locator("#photo-list")).to_contain_text(" .png: Сақталды")
    await page.locator("label", has=page.locator("#act-danger")).click()
    await async_api.expect(page.locator(".act-danger")).to_be_visible()
    await context.set_offline(True)
    for name, text in (("seen", "Екі бала"), ("children", "Тоқ"), ("measure", "Көмек")):
        await page.fill(f"#act-{name}", text)
    await hook(page, "act-send").click()
    await async_api.expect(hook(page, "draft-status")).to_contain_text("Байланыс жоқ")
    assert await page.input_value("#act-seen") == "Екі бала"
    assert await page.evaluate(wide) == 0
    await context.set_offline(False)
    await page.wait_for_url(f"**/cases/{number}", timeout=PATIENCE)
    assert await database.fetchval("SELECT count(*) FROM case_acts") == 1
    act = hook(page, "acts").locator("details.act")
    await act.locator("summary").click()
    await async_api.expect(act).to_contain_text("Екі бала")
    opened = "SELECT count(*) FROM case_events WHERE event = 'file_opened'"
    await act.locator("[data-photo]").first.click()
    gallery = hook(page, "gallery")
    await async_api.expect(gallery.locator("img")).to_be_hidden()
    assert await database.fetchval(opened) == 0  # covered, nobody has seen it
    await axe_finds_nothing(page)
    await gallery.get_by_role("button", name="Көрсету").click()
    shown = gallery.locator("img")
    await async_api.expect(shown).not_to_have_js_property("naturalWidth", 0)
    assert await database.fetchval(opened) == 1
    await axe_finds_nothing(page)
    for key, place in (
        ("ArrowRight", "2 / 2"),
        ("ArrowRight", "1 / 2"),
        ("ArrowLeft", "2 / 2"),
    ):
        await page.keyboard.press(key)
        await async_api.expect(gallery.locator("h2")).to_contain_text(place)
        await async_api.expect(gallery.locator("img")).to_be_hidden()
        show = gallery.get_by_role("button", name="Көрсету")
        await async_api.expect(show).to_be_focused()
        await async_api.expect(show).to_have_accessible_description(f"Фотосурет {place}")
    await page.keyboard.press("Enter")
    await async_api.expect(gallery.get_by_role("img", name="2 / 2")).to_be_visible()
    await async_api.expect(gallery.locator("[data-turn='1']")).to_be_focused()
    await page.keyboard.press("Escape")
    await async_api.expect(gallery).to_be_hidden()
    await async_api.expect(act.locator("[data-photo]").first).to_be_focused()
    assert await database.fetchval(opened) == 2
    await act.locator("[data-photo]").evaluate_all(
        "all => all.slice(1).forEach(one => one.closest('li').remove())"
    )
    await act.locator("[data-photo]").click()
    await page.keyboard.press("Enter")
    await async_api.expect(gallery.get_by_role("img")).to_be_visible()
    await async_api.expect(gallery.locator("[data-close]")).to_be_focused()  # of one alone
    await page.keyboard.press("Escape")
    await page.locator("label", has=page.locator("#show-system")).click()
    await async_api.expect(
        page.locator(".timeline>li:not(.by-system)").first
    ).to_be_hidden()


async def axe_finds_nothing(page):
    if not AXE.is_file():
        return
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("tags => axe.run('#gallery', {runOnly: tags})", TAGS)
    assert found["violations"] == []


async def test_an_act_sent_after_the_session_ended_is_kept_after_a_sign_in_in_the_page(
    desk,  # noqa: F811
    rt,
    clock,
    database,
):
    number = await a_case(rt, desk.people["operator"])
    await accept_referral(rt, desk.people["guardian"].viewer, number, None)
    draft = {"seen": "Екі бала", "children": "Тоқ", "measure": "Көмек", "danger": "no"}
    await keep_act_draft(
        rt, desk.people["guardian"].viewer, number, once="phone", turn=1, told=draft
    )
    context = await desk.browser(lang="ru", size=(390, 844))
    page = await desk.sign_in(context, "guardian", f"/cases/{number}/act")
    await context.set_offline(True)
    await hook(page, "act-send").click()  # what it holds was typed on another machine
    clock.forward(timedelta(minutes=rt.config.service.sign.idle_minutes + 1))
    await context.set_offline(False)
    dialog = hook(page, "session-dialog")
    await async_api.expect(dialog.locator("input[type=password]")).to_be_visible()
    await dialog.locator("input[type=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/cases/{number}", timeout=PATIENCE)
    assert await database.fetchval("SELECT count(*) FROM case_acts") == 1
