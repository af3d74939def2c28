"""Administration in a real Chromium: the second step by hand, a change with its undo, axe, width."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from tests.builders import PASSWORD, everybody
from tests.console.console_world import ARGS, CHROMIUM

async_api = pytest.importorskip(
    "playwright.async_api", reason="playwright is not installed"
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
VENDOR = Path(__file__).parents[2] / "hotline" / "console" / "static" / "vendor"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(
        not Path(CHROMIUM).is_file(),
        reason="no Chromium: install it or set HOTLINE_CHROMIUM to run the browser tests",
    ),
    pytest.mark.skipif(
        not VENDOR.is_dir(),
        reason="no vendor files: run `make setup` for the browser tests",
    ),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/admin", "/admin/people", "/admin/people/new", "/admin/rights", "/admin/rules",
    "/admin/words", "/admin/calendar", "/admin/retention", "/admin/changes", "/admin/audit",
    "/me/security", "/me/log",
]  # fmt: skip


@pytest.fixture
def settings(settings):
    return replace(settings, demo=True)


@pytest.fixture
async def served(rt):
    from hotline.app import make_app

    server = TestServer(make_app(rt))
    await server.start_server()
    people, reports = await everybody(rt), []
    async with async_api.async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        base = str(server.make_url("")).rstrip("/")

        async def at(who, *, lang="ru", theme="light", size=(1280, 900)):
            context = await chromium.new_context(
                viewport={"width": size[0], "height": size[1]}, bypass_csp=True
            )
            context.set_default_timeout(15_000)
            await context.add_cookies(
                [
                    {"name": "hotline_lang", "value": lang, "url": base},
                    {"name": "hotline_theme", "value": theme, "url": base},
                ]
            )
            page = await context.new_page()
            page.on("pageerror", lambda error: reports.append(str(error)))
            await page.goto(f"{base}/login")
            await page.fill("#username", people[who].viewer.username)
            await page.fill("#password", PASSWORD)
            await page.press("#password", "Enter")
            await page.wait_for_selector("#main, #code")
            return page, base

        yield at, people
        await chromium.close()
    await server.close()
    assert not reports


async def faults_of(page):
    await page.add_script_tag(path=str(AXE))
    found = await page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found["violations"]
    ]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed")
@pytest.mark.parametrize(
    ("lang", "theme", "width"), [("kk", "dark", 320), ("ru", "light", 1280)]
)
async def test_every_page_of_administration_is_sound_and_fits(served, lang, theme, width):
    at, _ = served
    page, base = await at("admin", lang=lang, theme=theme, size=(width, 800))
    wrong = {}
    for path in PAGES:
        await page.goto(base + path)
        found = await faults_of(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if found or wide > width:
            wrong[path] = (found, wide)
    assert wrong == {}


async def test_a_change_is_seen_made_and_undone_by_one_button(served):
    at, people = served
    page, base = await at("admin")
    person = people["guardian"].viewer.person_id
    await page.goto(f"{base}/admin/people/{person}")
    await page.fill("#share", "0,5")
    await page.get_by_test_id("save-person").click()
    await async_api.expect(page.locator(".diff ins").first).to_have_text("0.5")
    await page.get_by_test_id("confirm").click()
    toast = page.get_by_test_id("toast")
    await async_api.expect(toast).to_contain_text("Изменено")
    await toast.get_by_role("button").click()
    await async_api.expect(toast).to_contain_text("Возвращено")
    await page.goto(f"{base}/admin/people/{person}")
    assert await page.input_value("#share") == "1,0"


async def test_the_second_step_is_set_up_by_hand_and_asked_at_the_next_sign_in(
    served, telephone, clock
):
    from datetime import timedelta

    at, _ = served
    page, base = await at("supervisor", lang="kk", theme="dark", size=(390, 844))
    await page.goto(f"{base}/me/security")
    await page.get_by_role("button", name="Екінші қадамды баптау").click()
    secret = await page.locator(".second-key").inner_text()
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert await page.locator("svg.second-picture").is_visible()
    phone = telephone(secret)
    await page.fill("#code", phone.code)
    await page.keyboard.press("Enter")
    await async_api.expect(
        page.get_by_test_id("recovery-codes").locator("li")
    ).to_have_count(10)
    assert not await faults_of(page)
    clock.forward(timedelta(seconds=30))
    again, base = await at("supervisor", lang="kk", size=(390, 844))
    await async_api.expect(again.locator("#code")).to_be_focused()
    assert not await faults_of(again)
    await again.fill("#code", phone.code)
    await again.keyboard.press("Enter")
    await async_api.expect(again).to_have_url(f"{base}/board")
