"""Reports, public figures and long work in a real Chromium, as people read them."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from hotline.actions.publish_month import confirm_month, propose_month
from hotline.actions.run_work import run_work
from hotline.actions.works.kind import Made
from hotline.cases.terms import JobName
from hotline.cases.works import WorkKind
from tests.builders import a_call, a_person, owed
from tests.console.console_world import CHROMIUM
from tests.console.test_browser import AXE, TAGS, VENDOR, async_api, desk, hook, live

__all__ = ["desk"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not Path(CHROMIUM).is_file(), reason="no Chromium"),
    pytest.mark.skipif(not VENDOR.is_dir(), reason="no vendor files: run `make setup`"),
]
expect = async_api.expect
WIDER = """[...document.querySelectorAll('*')].filter(one => {
  const pane = one.closest('.table-pane, .tabs, .unseen, select');
  return !pane && one.scrollWidth > one.clientWidth + 1
    && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
}).map(one => one.className).concat(
  document.documentElement.scrollWidth > innerWidth ? ['document'] : [])"""


async def faults(page):
    """Return what axe finds on the page."""
    found = await page.evaluate(
        "tags => axe.run(document, {runOnly: tags}).then(r => r.violations.map("
        "v => v.id + ' ' + v.nodes.slice(0, 3).map(n => n.target).join(' ')))",
        TAGS,
    )
    return [str(one) for one in found]


async def looked_at(desk, who, path, **options):
    """Open a page as `who` and return what axe and a narrow screen find wrong."""
    context = await desk.browser(bypass_csp=True, **options)
    if who:
        page = await desk.sign_in(context, who, path)
    else:
        page = await context.new_page()
        await page.goto(desk.base + path)
    await page.add_script_tag(path=AXE)
    wrong = await faults(page)
    await page.set_viewport_size({"width": 320, "height": 700})
    wrong += await page.evaluate(WIDER)
    await context.close()
    return wrong


@pytest.fixture
async def counted(desk, rt, database):
    """Cases in two regions, and a month that was published of them."""
    for i in range(14):
        code = ("VIO.PHY", "EDU.ACC", "NEG.CARE")[i % 3]
        region = "71" if i % 2 else "39"
        await a_call(rt, desk.people["operator"], subcategory=code, region=region)
    await database.execute(
        "UPDATE cases SET received_at = received_at - interval '40 days' WHERE id % 3 > 0"
    )
    second = await a_person(rt, "supervisor")
    made = await propose_month(rt, desk.people["supervisor"].viewer, date(2026, 10, 1))
    await confirm_month(rt, second.viewer, made)
    await propose_month(rt, second.viewer, date(2026, 9, 1))


async def test_pages_are_read_by_everybody_in_every_light(desk, counted):
    wrong = {}
    for who, path, lang, theme in (
        ("supervisor", "/reports?preset=quarter", "kk", "dark"),
        ("guardian", "/reports?preset=quarter&about=seasons", "ru", "light"),
        ("supervisor", "/reports?about=stages", "en", "light"),
        ("supervisor", "/reports/public", "ru", "dark"),
        ("admin", "/works", "kk", "light"),
        (None, "/indicators", "kk", "dark"),
        (None, "/indicators", "ru", "light"),
    ):
        found = await looked_at(desk, who, path, lang=lang, theme=theme)
        if found:
            wrong[path, lang, theme] = found
    assert not wrong, "\n".join(f"{at}: {found}" for at, found in wrong.items())


async def test_a_file_is_asked_for_seen_growing_ended_and_taken(desk, rt, counted):
    page = await desk.at("supervisor", "/reports?preset=quarter")
    await live(page)
    await hook(page, "export-csv").click()
    await page.wait_for_url("**/works/*")
    await expect(hook(page, "toast")).not_to_be_empty()
    bar = hook(page, "work-progress")
    await expect(bar).to_have_attribute("role", "progressbar")
    go_on, steps = asyncio.Event(), []

    async def slowly(bench):
        await bench.progress(3, 8)
        steps.append(1)
        await go_on.wait()
        if len(steps) > 1:
            await bench.progress.cancelled.wait()  # heard with the next sign of life
        await bench.progress(8, 8)
        return Made({"rows": 8}, "Есеп".encode(), "111-report.csv", "text/csv")

    async def done(row):
        await run_work(rt, {WorkKind.EXPORT_REPORT: slowly}, row, print)

    (row,) = await owed(rt, JobName.RUN_WORK)
    working = asyncio.create_task(done(row))
    await expect(bar).to_have_attribute("aria-valuenow", "37")
    go_on.set()
    await working
    await expect(hook(page, "work-state")).to_contain_text("Готово")
    async with page.expect_download() as waiting:
        await hook(page, "work-file").click()
    download = await waiting.value
    assert Path(await download.path()).read_text(encoding="utf-8") == "Есеп"
    go_on.clear()
    await page.goto(f"{desk.base}/reports?preset=quarter")
    await hook(page, "export-xlsx").click()
    await page.wait_for_url("**/works/*")
    (row,) = await owed(rt, JobName.RUN_WORK)
    working = asyncio.create_task(done(row))
    await expect(bar).to_have_attribute("aria-valuenow", "37")
    await hook(page, "work-cancel").click()
    await expect(hook(page, "work-cancel")).to_have_count(0)
    go_on.set()
    await working
    await expect(hook(page, "work-state")).to_contain_text("Отменено")
    assert len(steps) == 2


async def test_public_figures_need_no_script_and_leave_nothing_behind(desk, counted):
    context = await desk.browser(lang="", java_script_enabled=False)
    await context.clear_cookies()
    page = await context.new_page()
    await page.goto(f"{desk.base}/indicators?lang=ru")
    await expect(page.get_by_test_id("sheet-by_topic")).to_be_visible()
    await page.select_option("#month", "2026-10")
    await page.get_by_role("button", name="Показать").click()
    assert "month=2026-10" in page.url
    assert await context.cookies() == []
    await context.close()
