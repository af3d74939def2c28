"""The thread in a real Chromium: without JavaScript on a small dark phone, and live with it."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel, OutboundState
from hotline.identity.viewer import TRIAGE
from hotline.store import keys, outbound
from tests.intake.doors import rows
from tests.intake.test_report_in_a_browser import CHROMIUM, NEUTRAL, page_of

PIN = "012345"
FIRST = "Мектепте мені ренжітеді"
ANSWER = "Сәлем! Біз хабарыңызды оқыдық. Қазір қауіпсіз жердесіз бе?"
PHONE = {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield found
        await found.close()


@pytest.fixture
def address(client):
    return str(client.make_url("")).rstrip("/")


@pytest.fixture
async def root(rt):
    return await receive_contact(
        rt, Inbound(Channel.WEB, "report", "f", FIRST, b"", pin=PIN, region_hint="71")
    )


@pytest.fixture
def answer(rt):
    async def send(contact_id, text):
        async with rt.transaction(TRIAGE) as tx:
            key = await keys.load_one(tx, contact_id)
            values = {
                "contact_id": contact_id, "channel": "web", "account": "report",
                "kind": "reply", "locale": "kk", "state": OutboundState.SENT,
                "sealed_text": key.seal_text("outbound", text),
            }  # fmt: skip
            await outbound.put(tx, values)

    return send


async def enter(page, address, receipt, lang="kk"):
    await page.goto(f"{address}/status?lang={lang}")
    await page.locator("#receipt").fill(receipt)
    await page.locator("#pin").fill(PIN)
    await page.locator("form button.send").click()
    await expect(page.get_by_test_id("messages")).to_contain_text(FIRST)
    await page.wait_for_load_state("load")  # its widths are those of its style sheet


async def test_a_whole_thread_without_javascript_on_a_small_dark_phone(
    browser,
    address,
    root,
    answer,
    database,
    tmp_path,
):
    page = await page_of(
        browser, java_script_enabled=False, color_scheme="dark", viewport=PHONE
    )
    await enter(page, address, root.receipt)
    await page.get_by_label("Жаза беріңіз").fill("Тағы айтайын дегенім бар")
    picture = tmp_path / "сурет.png"
    picture.write_bytes(b"\x89PNG" + b"0" * 100)
    await page.locator("#files").set_input_files(picture)
    await page.get_by_role("button", name="Жіберу").click()
    await expect(page.get_by_test_id("sent")).to_be_visible()
    messages = page.get_by_test_id("messages").locator("li")
    await expect(messages).to_have_count(2)
    await expect(messages.nth(1)).to_contain_text("1 файлмен")
    await answer(root.id, ANSWER)
    await page.get_by_test_id("look").click()
    await expect(messages.nth(2)).to_contain_text(ANSWER)
    await page.get_by_role("button", name="Психологпен сөйлескім келеді").click()
    await expect(page.get_by_test_id("psychologist")).to_be_visible()
    assert root.receipt not in page.url
    assert await page.context.cookies() == []
    assert len(await rows(database)) == 3


async def test_an_answer_comes_by_itself_and_typed_words_stay(
    browser,
    address,
    root,
    answer,
):
    page = await page_of(browser)
    async with page.expect_response("**/status/live"):
        await enter(page, address, root.receipt)
    await page.locator("#text").fill("жарты сөз")
    await page.locator("#text").focus()
    await answer(root.id, ANSWER)
    messages = page.get_by_test_id("messages").locator("li")
    await expect(messages).to_have_count(2, timeout=15_000)
    await expect(messages.nth(1)).to_contain_text(ANSWER)
    assert await page.locator("#text").input_value() == "жарты сөз"
    await expect(page.locator("#text")).to_be_focused()
    kept = await page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    assert page.complaints == []


@pytest.mark.parametrize("script", [True, False])
async def test_after_leaving_quickly_back_shows_nothing_of_the_thread(
    browser, address, root, script, clock
):
    page = await page_of(browser, java_script_enabled=script)
    await page.goto("about:blank")
    await enter(page, address, root.receipt)
    await page.get_by_test_id("quick-exit").click()
    await page.wait_for_url(NEUTRAL)
    clock.forward(timedelta(seconds=3))  # longer than a double click
    await page.go_back(wait_until="commit")
    assert FIRST not in await page.content()
    await page.goto(f"{address}/status")
    assert FIRST not in await page.content()


async def test_a_thread_that_nobody_closed_is_not_there_for_who_sits_down_next(
    browser, address, root
):
    page = await page_of(browser)
    await page.clock.install()
    await enter(page, address, root.receipt)
    await page.clock.fast_forward("59:00")
    await expect(page.get_by_test_id("messages")).to_contain_text(FIRST)
    await page.clock.fast_forward("01:10")
    await page.wait_for_url(f"{address}/status?lang=kk")
    await expect(page.get_by_text(FIRST)).to_have_count(0)


async def test_what_is_being_typed_stays_when_the_thread_is_shut(browser, address, root):
    page = await page_of(browser)
    await page.clock.install()
    await enter(page, address, root.receipt)
    await page.locator("#text").fill("Ұзақ жазып отырмын")
    await page.clock.fast_forward("01:00:10")
    await expect(page.get_by_text(FIRST)).to_have_count(0)
    await expect(page.locator("#text")).to_have_value("Ұзақ жазып отырмын")


async def test_without_javascript_too_the_thread_is_shut_in_the_end(client, root):
    fields = {"receipt": root.receipt, "pin": PIN, "lang": "kk"}
    page = await (await client.post("/status", data=fields)).text()
    assert (
        '<noscript><meta http-equiv="refresh" content="3600;url=/status?lang=kk">' in page
    )
