"""The supervisor's board in a real Chromium: live, by keys, on the wall, in both themes."""

import re
from datetime import timedelta

import pytest

from hotline.actions.judge_clocks import judge_clocks
from tests.builders import a_call, row_id
from tests.console.test_browser import AXE, TAGS, async_api, desk, hook, live
from tests.console.test_browser import pytestmark as of_browsers

pytestmark = of_browsers
__all__ = ["desk"]
WHY = "Третий час никто не отвечает"


async def due_in(database, rt, clock, number, **span):
    """Let the acceptance of a case fall due so soon, everything else of it much later."""
    case, due = row_id(rt, number), clock.now() + timedelta(**span)
    far = clock.now() + timedelta(days=9)
    await database.execute(
        "UPDATE clocks SET due_at = $2, next_look_at = $2 WHERE case_id = $1", case, far
    )
    await database.execute(
        "UPDATE clocks SET due_at = $2, next_look_at = $2, started_at = $3"
        " WHERE case_id = $1 AND name = 'acceptance' AND state = 'running'",
        case, due, due - timedelta(minutes=40),
    )  # fmt: skip
    await database.execute("UPDATE cases SET due_at = $2 WHERE id = $1", case, due)


async def test_a_clock_runs_out_and_the_board_says_so_by_itself(desk, rt, clock, database):
    number = await a_call(rt, desk.people["operator"], urgency=2)
    await due_in(database, rt, clock, number, days=2)
    page = await desk.at("supervisor", "/board")
    await live(page)
    row = page.locator(f'[data-testid=breach-table] tr[data-case="{number}"]')
    overdue = hook(page, "kpi-overdue").locator(".kpi-value")
    await async_api.expect(row).to_have_count(0)
    await async_api.expect(overdue).to_have_text("0")
    await due_in(database, rt, clock, number, seconds=10)
    await page.reload()
    chip = hook(row, "sla-chip")
    await async_api.expect(chip).to_have_class("sla crit")
    await async_api.expect(chip).to_have_class("sla overdue")
    await async_api.expect(chip).to_contain_text("−00:0")
    clock.forward(timedelta(seconds=12))
    while await judge_clocks(rt):
        pass
    await async_api.expect(overdue).to_have_text("1")
    await async_api.expect(row).to_be_visible()


async def test_rows_are_chosen_by_key_raised_together_and_taken_back(
    desk, rt, clock, database
):
    numbers = [await a_call(rt, desk.people["operator"], urgency=3) for _ in range(2)]
    for number in numbers:
        await due_in(database, rt, clock, number, minutes=20)
    page = await desk.at("supervisor", "/board")
    await live(page)
    bar = hook(page, "bulk-bar")
    await async_api.expect(bar).to_be_hidden()
    for n in (1, 2):
        await page.keyboard.press("j")
        await page.wait_for_function(
            "n => document.querySelectorAll('[data-row]')[n - 1].matches(':focus')", arg=n
        )
        await page.keyboard.press("x")
        await async_api.expect(page.locator("[data-pick]:checked")).to_have_count(n)
    await async_api.expect(bar).to_contain_text("2")
    for lang, said in (("kk", "Таңдалды: 2"), ("ru", "Выбрано: 2")):
        await hook(page, f"lang-{lang}").click()
        await async_api.expect(bar).to_contain_text(said)
        await async_api.expect(page.locator("[data-pick]:checked")).to_have_count(2)
    await page.fill("#bulk-reason", WHY)
    await page.select_option("#bulk-urgency", "2")
    async with page.expect_response("**/board?part=1**"):
        await a_call(rt, desk.people["operator"], urgency=2)  # the table reads itself anew
    await async_api.expect(page.locator("[data-pick]:checked")).to_have_count(2)
    assert await page.input_value("#bulk-reason") == WHY
    await page.get_by_role("button", name="Поднять срочность").click()
    toast = hook(page, "toast")
    await async_api.expect(toast).to_contain_text("Срочность поднята")
    levels = "SELECT array_agg(urgency) FROM cases WHERE number = ANY($1)"
    assert await database.fetchval(levels, numbers) == [2, 2]
    await toast.get_by_role("button", name="Отменить").click()
    await async_api.expect(toast).to_contain_text("Возвращено, как было")
    assert await database.fetchval(levels, numbers) == [3, 3]
    # Whoever comes back finds no ticks of before without the bar that says what is chosen.
    await page.locator("[data-pick]").first.check()
    await page.goto(f"{desk.base}/inbox")
    await page.go_back()
    await live(page)
    await async_api.expect(page.locator("[data-pick]:checked")).to_have_count(0)
    await async_api.expect(bar).to_be_hidden()


async def test_a_region_of_the_map_narrows_the_board_and_each_can_be_hit(desk, rt, clock):
    await a_call(rt, desk.people["operator"], urgency=0)
    page = await desk.at("supervisor", "/board")
    for code in ("71", "75", "79", "61", "35", "10", "59", "19", "23", "62"):
        region = hook(page, f"region-{code}")
        await region.click()
        await page.wait_for_url(f"**region={code}**")
        await async_api.expect(hook(page, f"region-{code}")).to_have_attribute(
            "aria-current", "true"
        )
        rows = await page.locator("[data-testid=breach-table] tr[data-case]").count()
        assert rows == (1 if code == "71" else 0)
    await hook(page, "region-62").press("Enter")  # by key, and a second time lets it go
    await page.wait_for_url("**region=&**")


async def test_old_figures_say_so_and_an_emergency_is_said_aloud(desk, rt, clock):
    page = await desk.at("supervisor")
    said = []
    page.on("console", lambda message: said.append(message.text))
    await page.clock.install()
    await page.goto(f"{desk.base}/board")
    await live(page)
    await a_call(rt, desk.people["operator"], urgency=0)
    clock.forward(timedelta(minutes=6))
    async with page.expect_response("**/board?part=1**"):
        await page.clock.run_for(25_000)
    alert = page.locator("p[role=alert]")
    await async_api.expect(alert).to_contain_text("Экстренные, которые никто не взял")
    await page.clock.run_for(
        40_000
    )  # it rings again and again; the log is not filled with it
    assert len([one for one in said if "AudioContext" in one]) <= 1
    await page.locator("h1").first.click()  # at the latest now it may sound
    await async_api.expect(page.locator("#alarm")).to_have_attribute(
        "data-rang", re.compile(r"[1-9]")
    )
    await hook(page, "alarm-hear").click()
    await async_api.expect(hook(page, "alarm-heard")).to_be_visible()
    await page.route("**/board?part=1**", lambda route: route.abort())
    await page.clock.run_for(45_000)
    age = hook(page, "data-age")
    await async_api.expect(age).to_have_attribute("data-state", "stale")
    await async_api.expect(age).to_contain_text("с назад")
    await page.unroute("**/board?part=1**")


async def test_the_wall_fits_its_screen_stays_awake_and_leads_to_nobody(desk, rt):
    number = await a_call(rt, desk.people["operator"], urgency=0)
    context = await desk.browser(lang="kk", size=(1920, 1080))
    await context.add_init_script(
        "window.asked = []; Object.defineProperty(navigator, 'wakeLock',"
        " {value: {request: (kind) => { window.asked.push(kind); return Promise.resolve(); }}})"
    )
    page = await desk.sign_in(context, "supervisor", "/board?wall=1")
    await live(page)
    assert await page.evaluate("window.asked") == ["screen"]
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    wide, high = await page.evaluate(size)
    assert (wide, high <= 1080) == (1920, True)
    smallest = await page.evaluate(
        "Math.min(...[...document.querySelectorAll('.kpi-value')].slice(0, 6)"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize)))"
    )
    assert smallest >= 60
    text = await page.content()
    assert number not in text
    assert await page.locator("a").count() == 1
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    for lang in ("kk", "ru"):
        await context.add_cookies(
            [{"name": "hotline_lang", "value": lang, "url": desk.base}]
        )
        for width in (1920, 1366):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.reload()
            assert await page.locator(".card-flush").evaluate_all(cut) == 0, (lang, width)


@pytest.mark.parametrize(("lang", "theme"), [("kk", "light"), ("ru", "dark")])
async def test_nothing_is_found_wrong_with_the_board_by_axe(
    desk, rt, clock, database, lang, theme
):
    number = await a_call(rt, desk.people["operator"], urgency=0)
    await due_in(database, rt, clock, number, minutes=20)
    clock.forward(timedelta(minutes=6))
    context = await desk.browser(lang=lang, theme=theme, bypass_csp=True)
    page = await desk.sign_in(context, "supervisor")
    for path in ("/board", "/board/figures/open", "/board/staffing", "/board?wall=1"):
        await page.goto(desk.base + path)
        await page.wait_for_load_state("networkidle")
        if path == "/board":
            await page.locator("[data-pick]").first.check()
        await page.add_script_tag(path=str(AXE))
        found = await page.evaluate(
            "tags => axe.run({runOnly: tags}).then(r => r.violations.map(v =>"
            " [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))]))",
            TAGS,
        )
        assert found == [], (path, found)
        if "wall" in path:
            continue
        await page.set_viewport_size({"width": 320, "height": 700})
        sideways = await page.evaluate(
            "[...document.querySelectorAll('html, #main')].map(x => x.scrollWidth - x.clientWidth)"
        )
        assert max(sideways) <= 0, path
        await page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("address", ["/board", "/board?wall=1"])
async def test_a_board_that_reads_itself_anew_keeps_nobody_signed_in(desk, address):
    page = await desk.at("supervisor")
    await page.clock.install()
    await page.goto(desk.base + address)
    await live(page)
    async with page.expect_request("**/board?part=1**") as asked:
        await page.clock.run_for(21_000)  # by its own clock: nothing happened
    sent = await (await asked.value).all_headers()
    assert sent.get("x-automatic") == "1"


async def test_what_stands_below_is_read_when_it_is_looked_at_and_stays(desk):
    page = await desk.at("supervisor", "/board")
    await live(page)
    for part, shown in (("staff", "[data-testid=staffing]"), ("ahead", "table")):
        await page.locator(f"#{part}").scroll_into_view_if_needed()
        await async_api.expect(page.locator(f"#{part} {shown}").first).to_be_visible()
    async with page.expect_response("**/board?part=1**"):
        await page.evaluate("htmx.trigger('#board', 'refresh')")
    await async_api.expect(page.locator("#staff [data-testid=staffing]")).to_be_visible()
