"""The inbox and the visits in a real Chromium: keys, what stays chosen, a phone without a line."""

import asyncio
from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from tests.builders import a_call, a_person
from tests.console.test_browser import (
    AXE,
    TAGS,
    async_api,
    desk,  # noqa: F401  the fixture
    hook,
    live,
    pytestmark,  # noqa: F401  the same browser
)

NARROW = """() => [document.documentElement, ...document.querySelectorAll('main, main *')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && ['auto','scroll'].includes(getComputedStyle(e).overflowX)
    && !e.matches('.table-pane') || e.getBoundingClientRect().right > innerWidth + 1 && e.offsetWidth > 0
    && !e.closest('.table-pane, .unseen, svg, details:not([open]) > :not(summary)'))
  .map(e => e.tagName + '.' + e.className).slice(0, 5)"""
SMALL = """() => [...document.querySelectorAll('main button, main .row-tick, main select, main summary')]
  .filter(e => e.offsetWidth > 0 && !e.closest('details:not([open]) > :not(summary)') && e.getBoundingClientRect().height < 44)
  .map(e => e.textContent.trim() || e.className)"""
PRESS = "code => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ч', code, bubbles: true, cancelable: true}))"


async def forced(page):
    """Return which tabs look like the chosen one where a person's own colours are forced."""
    await page.emulate_media(forced_colors="active")
    lines = "all => all.map(e => [getComputedStyle(e).borderBottomColor, 'ariaCurrent' in e && e.ariaCurrent])"
    told = await page.locator(".tabs a").evaluate_all(lines)
    chosen = [colour for colour, current in told if current]
    return [colour for colour, current in told if not current and colour in chosen]


async def sound(page, name):
    """Return what axe finds, with the page's name."""
    if not AXE.is_file():
        return []
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [(name, one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]]


async def test_what_is_chosen_by_keys_stays_chosen_while_the_list_changes(desk, rt):  # noqa: F811
    numbers = [await a_call(rt, desk.people["operator"]) for _ in range(3)]
    await a_person(rt, "guardian", bodies=("guard-71", "uzpd-71"), username="third")
    page = await desk.at("guardian", "/inbox?tab=new")
    await live(page)
    bar, rows = hook(page, "bulk-bar"), hook(page, "queue-item")
    await async_api.expect(bar).to_be_hidden()
    for code in ("KeyJ", "KeyX", "KeyJ", "KeyX"):
        await page.evaluate(PRESS, code)
    await async_api.expect(bar).to_contain_text("Выбрано: 2")
    await a_call(rt, desk.people["operator"])
    await async_api.expect(rows).to_have_count(4)
    await async_api.expect(page.locator("#count-new")).to_have_text("4")
    assert await page.locator("[data-pick]:checked").count() == 2
    boxes = page.locator("[data-pick]")
    await boxes.nth(2).click(modifiers=["Shift"])
    await async_api.expect(bar).to_contain_text("Выбрано: 3")
    for lang, said in (("kk", "Таңдалды: 3"), ("ru", "Выбрано: 3")):
        await hook(page, f"lang-{lang}").click()
        await async_api.expect(bar).to_contain_text(said)
        assert await page.locator("[data-pick]:checked").count() == 3
    await bar.get_by_text("Передать коллеге").click()
    await page.select_option("#bulk-person", "third")
    await bar.get_by_role("button", name="Передать", exact=True).click()
    toast = hook(page, "toast")
    await async_api.expect(toast).to_contain_text("Передано коллеге: 3 дела")
    await async_api.expect(rows.first).to_contain_text("Third")
    await toast.get_by_role("button", name="Отменить").click()
    await async_api.expect(toast).to_contain_text("Отозвано: 3 дела")
    await page.get_by_text("Сохранить", exact=True).first.click()
    await page.fill("#view-name", "Утром")
    await page.get_by_role("button", name="Сохранить вид").click()
    chosen = hook(page, "view-select").locator("option:checked")
    await async_api.expect(chosen).to_contain_text("Утром")
    assert numbers[0] in await hook(page, "queue-list").inner_text()


async def test_a_press_without_a_line_is_sent_later_with_its_own_time(
    desk,  # noqa: F811
    rt,
    clock,
    database,
):
    number = await a_call(rt, desk.people["operator"])
    await accept_referral(rt, desk.people["guardian"].viewer, number, None)
    context = await desk.browser(size=(390, 800), has_touch=True)
    page = await desk.sign_in(context, "guardian", f"/visits?case={number}")
    await page.get_by_role("button", name="Запланировать", exact=True).click()
    visit = hook(page, "visit")
    await async_api.expect(visit).to_contain_text(number)
    await live(page)
    clock.forward(timedelta(minutes=5))
    await context.set_offline(True)
    await visit.get_by_role("button", name="Я вошёл").click()
    await async_api.expect(visit).to_contain_text("Сохранено на странице")
    assert await page.evaluate("Object.keys(localStorage).length") == 0
    await page.wait_for_timeout(1200)  # the press must be heard as that much older
    await context.set_offline(False)
    await async_api.expect(visit).to_contain_text("внутри с", timeout=15000)
    press = await database.fetchrow("SELECT * FROM visit_presses")
    assert press["kind"] == "in"
    assert (press["heard_at"] - press["at"]).total_seconds() >= 1
    assert await page.evaluate("sessionStorage.getItem('hotline-presses')") == "[]"
    assert await page.evaluate(SMALL) == []
    never = asyncio.Event()
    await page.route("**/visits/*/out", lambda _: never.wait())  # a line that hangs
    await visit.get_by_role("button", name="Я вышел").click()
    await visit.get_by_role("button", name="Помощь").click()
    await async_api.expect(visit).to_contain_text("попросили помощь")
    heard = await database.fetch("SELECT kind FROM visit_presses ORDER BY id")
    assert [row["kind"] for row in heard] == ["in", "help"]
    never.set()


PAGES = [
    ("inbox", "/inbox?tab=new"),
    ("inbox", "/inbox?tab=work"),
    ("my", "/my"),
    ("visits", "/visits?case={number}"),
]
LOOKS = [("kk", "light", (320, 700)), ("ru", "dark", (1280, 900))]


async def test_the_pages_of_a_day_are_sound_in_both_languages_and_themes(desk, rt):  # noqa: F811
    number, _ = [await a_call(rt, desk.people["operator"]) for _ in range(2)]
    await accept_referral(rt, desk.people["guardian"].viewer, number, None)
    wrong = []
    for lang, theme, size in LOOKS:
        context = await desk.browser(lang=lang, theme=theme, size=size, bypass_csp=True)
        page = await desk.sign_in(context, "guardian")
        for name, path in PAGES:
            await page.goto(desk.base + path.format(number=number))
            if name == "inbox":
                await page.locator(".row-tick").first.click()
                for menu in await page.locator(".bulk summary, .view-menu summary").all():
                    await menu.click()
                    wrong += [(name, "open", one) for one in await page.evaluate(NARROW)]
                    await menu.click()
            wrong += await sound(page, (name, lang, theme))
            if size[0] == 320:
                wrong += [(name, one) for one in await page.evaluate(NARROW)]
                wrong += [(name, "small", one) for one in await page.evaluate(SMALL)]
                wrong += [(name, one) for one in await forced(page)]
        await context.close()
    assert not wrong, wrong
