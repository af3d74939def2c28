"""The console in a real Chromium: what people at the desk and in the bodies do."""

import asyncio
import time
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from hotline.actions.edit_extract import edit_extract
from hotline.actions.record_work import add_note
from tests.builders import DANGER, PASSWORD, a_call, a_contact, a_person, everybody
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
needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: run `make setup`"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SEEN = 5000  # milliseconds until a live change must be there on a quiet machine
OPENS_S = 0.8  # and seconds in which it opens a page
PRESS = "code => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code, bubbles: true, cancelable: true}))"
PATIENCE = 15_000  # and until anything else is: a busy machine is no fault of a page
async_api.expect.set_options(timeout=PATIENCE)


class Desk:
    """Chromium, the server it talks to, and the people who sign in."""

    def __init__(self, chromium, base, people):
        self.chromium, self.base, self.people = chromium, base, people
        self.reports, self.opened_in = [], []

    def soon(self, quiet):
        """`quiet` milliseconds, or as much longer as a page takes longer to open here."""
        return quiet * max([OPENS_S, *self.opened_in]) / OPENS_S

    async def browser(self, *, lang="ru", theme="light", size=(1440, 900), **options):
        context = await self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, **options
        )
        context.set_default_timeout(PATIENCE)
        await context.add_cookies(
            [
                {"name": "hotline_lang", "value": lang, "url": self.base},
                {"name": "hotline_theme", "value": theme, "url": self.base},
            ]
        )
        return context

    async def sign_in(self, context, who, path=None):
        """Return a page of somebody who has signed in; only `by_form` shows them the form."""
        form = {"username": self.people[who].viewer.username, "password": PASSWORD}
        to = f"{self.base}/login"
        answer = await context.request.post(to, form=form, max_redirects=0)
        page = await self._page(context)
        began = time.monotonic()
        await page.goto(self.base + (path or answer.headers["location"]))
        await page.wait_for_selector("#main")
        self.opened_in.append(time.monotonic() - began)
        return page

    async def by_form(self, context, who):
        page = await self._page(context)
        await page.goto(f"{self.base}/login")
        await page.fill("#username", self.people[who].viewer.username)
        await page.fill("#password", PASSWORD)
        await page.press("#password", "Enter")
        await page.wait_for_selector("#main")
        return page

    async def _page(self, context):
        page = await context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.reports.append(str(error)))
        return page

    async def at(self, who, path=None, **options):
        return await self.sign_in(await self.browser(**options), who, path)

    def _hear(self, message):
        if "Content Security Policy" in message.text:
            self.reports.append(message.text)


@pytest.fixture
async def desk(rt):
    from hotline.app import make_app

    server = TestServer(make_app(rt))
    await server.start_server()
    async with async_api.async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        found = Desk(chromium, str(server.make_url("")).rstrip("/"), await everybody(rt))
        found.app = server.app
        yield found
        await chromium.close()
    await server.close()
    assert not found.reports


def hook(page, name):
    return page.get_by_test_id(name)


async def live(page):
    await async_api.expect(hook(page, "live-state")).to_have_attribute("data-state", "live")


async def fill_call(page, text=DANGER):
    await page.fill("#narrative", text)
    await page.select_option("#subcategory", "VIO.PHY")
    await page.locator("#urgency label", has_text="Срочно").click()
    await page.select_option("#region", "71")


async def test_a_call_is_logged_by_keys_and_stands_in_the_bodys_inbox(desk):
    guardian = await desk.at("guardian", "/inbox")
    await live(guardian)
    operator = await desk.by_form(await desk.browser(), "operator")
    await fill_call(operator)
    await operator.keyboard.press("Control+Enter")
    toast = hook(operator, "toast")
    await async_api.expect(toast).to_contain_text("26-")
    number = await toast.locator("a").inner_text()
    row = guardian.locator(f'[data-testid=queue-item][data-case="{number}"]')
    await async_api.expect(row).to_be_visible(timeout=desk.soon(3000))
    await async_api.expect(hook(row, "sla-chip")).to_be_visible()
    assert await hook(operator, "draft-status").inner_text() == ""


async def test_a_draft_survives_reload_and_a_killed_page(desk):
    context = await desk.browser()
    page = await desk.sign_in(context, "operator")
    await page.fill("#narrative", "Әже немересін іздейді")
    await async_api.expect(hook(page, "draft-status")).to_contain_text("Черновик сохранён")
    await page.reload()
    assert await page.input_value("#narrative") == "Әже немересін іздейді"
    # What was pasted may bring a character along that no row holds.
    await page.fill("#narrative", "Әже немересін іздейді,\0 екі сағат")
    await async_api.expect(hook(page, "draft-status")).to_contain_text("Черновик сохранён")
    await context.close()
    again = await desk.at("operator")
    assert await again.input_value("#narrative") == "Әже немересін іздейді, екі сағат"


async def test_live_changes_leave_typed_text_and_caret(desk, rt):
    page = await desk.at("operator")
    await live(page)
    before = await hook(page, "queue-item").count()
    box = page.locator("#narrative")
    await box.fill("Говорит сосед")
    await box.evaluate("box => box.setSelectionRange(4, 4)")
    await a_contact(rt)
    rows = hook(page, "queue-item")
    await async_api.expect(rows).to_have_count(before + 1, timeout=desk.soon(SEEN))
    said = {"text": DANGER, "subcategory": "VIO.PHY", "urgency": 1, "region": "71"}
    token = desk.people["supervisor"].headers
    async with ClientSession(desk.base) as http:
        made = await http.post("/api/v1/cases", json=said, headers=token)
        number = (await made.json())["number"]
    await async_api.expect(rows).to_have_count(before + 2, timeout=desk.soon(SEEN))
    row = page.locator(f'[data-testid=queue-item][data-case="{number}"]')
    await async_api.expect(hook(row, "sla-chip")).to_be_visible()
    assert await box.input_value() == "Говорит сосед"
    assert await box.evaluate(
        "box => [document.activeElement === box, box.selectionStart]"
    ) == [
        True,
        4,
    ]
    await box.evaluate("box => box.blur()")
    for key in ("KeyJ", "KeyJ", "KeyX", "Enter"):  # a case is not closed as a contact is
        await page.evaluate(PRESS, key)
    await page.wait_for_url(f"**/cases/{number}")


async def test_a_suggestion_has_words_and_never_takes_back_what_a_person_chose(desk):
    page = await desk.at("operator")
    await page.locator("#narrative").press_sequentially(
        "Көршінің балалары үйде жалғыз қалған, анасы үш күн болды келмеді", delay=2
    )
    first = hook(page, "suggest-1")
    await async_api.expect(first).to_contain_text("%")
    assert await first.locator("mark").count() >= 1
    await page.keyboard.press("Alt+1")
    taken = await page.input_value("#subcategory")
    assert taken == await first.get_attribute("data-topic")
    chosen = "INF.OTH"
    assert taken != chosen
    await page.select_option("#subcategory", chosen)
    async with page.expect_response("**/desk/suggest"):
        await page.locator("#narrative").press_sequentially(" соседи слышали крики")
    assert await page.locator("#call-errors option").count() == 0
    assert await page.input_value("#subcategory") == chosen


async def test_keys_work_in_a_cyrillic_layout(desk, rt):
    for _ in range(2):
        await a_contact(rt)
    page = await desk.at("operator")
    rows = hook(page, "queue-item")
    await page.evaluate(PRESS, "KeyJ")
    await page.evaluate(PRESS, "KeyJ")
    second = await rows.nth(1).get_attribute("data-receipt")
    assert await page.evaluate("document.activeElement.dataset.receipt") == second
    await page.evaluate(PRESS, "Enter")
    await page.wait_for_url(f"**/contacts/{second}")


async def test_the_second_to_accept_sees_who_was_quicker(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    desk.people["second"] = await a_person(rt, "guardian", bodies=("guard-71", "uzpd-71"))
    quick = await desk.at("guardian", f"/cases/{number}")
    slow = await desk.at("second", f"/cases/{number}")
    await live(slow)
    await hook(quick, "accept").click()
    await async_api.expect(hook(quick, "toast")).to_contain_text("Дело ваше")
    holder = desk.people["guardian"].viewer.display_name
    await async_api.expect(hook(slow, "presence")).to_contain_text(
        holder, timeout=desk.soon(3000)
    )
    await hook(slow, "accept").click()
    await async_api.expect(hook(slow, "conflict-dialog")).to_contain_text(holder)


async def test_declining_needs_a_reason(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("guardian", f"/cases/{number}")
    await hook(page, "decline").click()
    dialog = hook(page, "decline-dialog")
    send = dialog.get_by_role("button", name="Отклонить дело")
    await send.click()
    await async_api.expect(dialog.locator("[aria-invalid=true]")).to_have_count(1)
    await page.select_option("#decline-code", "not_our_matter")
    await page.fill("#decline-text", "Это должен решать суд")
    await send.click()
    await page.wait_for_url("**/inbox")
    operator = await desk.at("operator", f"/cases/{number}")
    await async_api.expect(hook(operator, "timeline")).to_contain_text(
        "Не наша компетенция"
    )


async def test_a_stale_edit_shows_both_versions_and_mine_can_be_kept(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("supervisor", f"/cases/{number}")
    other = await desk.at("supervisor", f"/cases/{number}")
    for one, level in ((page, "Экстренно"), (other, "Срочно")):
        await one.get_by_role("button", name="Изменить срочность").click()
        await one.locator("#urgency label", has_text=level).click()
        await one.fill("#urgency-reason", "по словам соседей")
    save = ("button", {"name": "Сохранить"})
    await page.locator("#urgency").get_by_role(save[0], **save[1]).click()
    await async_api.expect(hook(page, "toast")).to_contain_text("Срочность изменена")
    await other.locator("#urgency").get_by_role(save[0], **save[1]).click()
    dialog = hook(other, "conflict-dialog")
    await async_api.expect(dialog).to_contain_text("Экстренно")
    await async_api.expect(dialog).to_contain_text("Срочно")
    await dialog.get_by_role("button", name="Оставить моё").click()
    changed = other.locator("[data-event=urgency_changed]")
    await async_api.expect(changed).to_have_count(2)


async def test_a_half_written_note_survives_what_others_do(desk, rt):
    number = await a_call(rt, desk.people["operator"])
    page = await desk.at("guardian", f"/cases/{number}")
    await live(page)
    await hook(page, "note-input").fill("Еду к ребёнку")
    await add_note(rt, desk.people["operator"].viewer, number, "Звонили ещё раз")
    await async_api.expect(hook(page, "timeline")).to_contain_text("Звонили ещё раз")
    assert await hook(page, "note-input").input_value() == "Еду к ребёнку"
    # Left without sending: it stands there again, and what a dead page held as well.
    await page.goto(f"{desk.base}/inbox")
    other = await desk.at("guardian", f"/cases/{number}")
    expect = async_api.expect
    await expect(hook(other, "note-input")).to_have_value("Еду к ребёнку")
    await expect(other.locator("#note-text ~ .hint")).to_contain_text("Черновик сохранён")
    await page.goto(f"{desk.base}/cases/{number}")
    await page.route("**/draft", lambda route: route.abort())
    await page.evaluate("navigator.sendBeacon = () => false")
    await hook(page, "note-input").fill("Еду к ребёнку сам")
    await expect(page.locator("#note-text ~ .hint")).to_contain_text("Пока не сохранено")
    await page.reload()
    assert await hook(page, "note-input").input_value() == "Еду к ребёнку сам"
    await page.unroute("**/draft")
    await hook(page, "note-input").fill("Еду к ребёнку")
    await page.get_by_role("button", name="Добавить заметку").click()
    await async_api.expect(hook(page, "timeline")).to_contain_text("Еду к ребёнку")
    assert await hook(page, "note-input").input_value() == ""
    await _names_a_colleague(page, hook(page, "note-input"), desk.people)


async def _names_a_colleague(page, note, people):
    """ "@" opens the list; the arrows and Enter are the list's while it is open, and no longer."""
    listed = page.get_by_role("listbox").locator("[role=option]")
    await note.press_sequentially("Спросите @")
    await async_api.expect(listed).to_have_count(4)
    if AXE.is_file():
        await page.evaluate(AXE.read_text())
        found = await page.evaluate(
            "tags => axe.run('form:has(#note-text)', {runOnly: tags})", TAGS
        )
        assert found["violations"] == []
    first = await listed.first.get_attribute("id")
    await async_api.expect(note).to_have_attribute("aria-activedescendant", first)
    await page.keyboard.press("ArrowDown")
    await async_api.expect(listed.nth(1)).to_have_attribute("aria-selected", "true")
    await note.press_sequentially("supervisor")
    await async_api.expect(listed).to_have_count(1)
    await page.keyboard.press("Enter")
    said = f"Спросите @{people['supervisor'].viewer.username} "
    assert await note.input_value() == said
    await async_api.expect(listed).to_have_count(0)
    await note.press_sequentially("и @oper")
    await async_api.expect(listed).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    assert await note.input_value() == f"{said}и @oper\n"


async def test_what_a_body_is_told_is_never_overwritten_unseen(desk, rt, database):
    """A types, B sends first: A's words survive what comes in, and never replace B's unread."""
    number = await a_call(rt, desk.people["operator"])
    chosen = await database.fetchval("SELECT id FROM referrals WHERE body_id = 'police-71'")
    page = await desk.at("operator", f"/cases/{number}")
    await live(page)
    form = hook(page, "extract-police-71")
    box = form.locator("textarea")
    await box.fill("Опросите соседей")
    await edit_extract(
        rt, desk.people["supervisor"].viewer, number, chosen, extract="Проверьте адрес"
    )
    edited = page.locator("[data-event=extract_edited]")
    await async_api.expect(edited).to_have_count(1)
    assert await box.input_value() == "Опросите соседей"
    await hook(page, "note-input").fill("Звонили ещё раз")  # one's own step between them
    await page.get_by_role("button", name="Добавить заметку").click()
    await async_api.expect(hook(page, "timeline")).to_contain_text("Звонили ещё раз")
    assert await box.input_value() == "Опросите соседей"
    await form.locator("button").click()
    dialog = hook(page, "conflict-dialog")
    for words in ("Опросите соседей", "Проверьте адрес"):
        await async_api.expect(dialog).to_contain_text(words)
    await dialog.get_by_role("button", name="Оставить моё").click()
    await async_api.expect(edited).to_have_count(2)
    await form.locator("button").click()  # the form knows what stands now
    await async_api.expect(edited).to_have_count(3)


async def test_what_strangers_write_runs_nowhere(desk, rt):
    evil = "<img src=x onerror=\"document.title='broken'\"> избивает ребёнка"
    receipt = await a_contact(rt, evil)
    page = await desk.at("operator", f"/contacts/{receipt}")
    await async_api.expect(page.locator(".words")).to_contain_text("<img src=x")
    assert await page.title() != "broken"
    assert await page.locator(".words img").count() == 0


async def test_twelve_tabs_all_hear_a_change(desk, rt):
    context = await desk.browser()
    tabs = [await desk.sign_in(context, "operator")]
    for _ in range(11):
        tab = await context.new_page()
        await tab.goto(f"{desk.base}/desk", wait_until="load")
        tabs.append(tab)
    await live(tabs[0])
    receipt = await a_contact(rt)
    for tab in tabs:
        row = tab.locator(f'[data-receipt="{receipt}"]')
        await async_api.expect(row).to_have_count(1, timeout=desk.soon(2 * SEEN))


async def test_without_a_connection_the_text_stays_and_is_saved_once(desk, database):
    context = await desk.browser()
    page = await desk.sign_in(context, "operator")
    await context.set_offline(True)
    await async_api.expect(hook(page, "offline-banner")).to_be_visible()
    await page.fill("#narrative", "Связь пропала")
    await context.set_offline(False)
    await async_api.expect(hook(page, "draft-status")).to_contain_text("Черновик сохранён")
    await async_api.expect(hook(page, "offline-banner")).to_be_hidden()
    assert await page.input_value("#narrative") == "Связь пропала"
    assert await database.fetchval("SELECT count(*) FROM drafts") == 1


async def test_the_chip_turns_amber_when_nothing_is_heard_and_recovers(desk):
    context = await desk.browser()
    page = await desk.sign_in(context, "supervisor")
    await live(page)
    await context.set_offline(True)
    chip = hook(page, "live-state")
    await async_api.expect(chip).to_have_attribute("data-state", "stale", timeout=30000)
    await context.set_offline(False)
    await async_api.expect(chip).to_have_attribute("data-state", "live", timeout=15000)
    await asyncio.sleep(0)
