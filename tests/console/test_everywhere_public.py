"""What strangers see in a real Chromium: on a small phone, in three languages, light and dark."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel, OutboundState
from hotline.identity.viewer import TRIAGE
from hotline.store import keys, outbound
from tests.console import test_browser as chromium
from tests.console.everywhere_checks import foreign, look, wide, words
from tests.console.test_browser import async_api

pytestmark = [*chromium.pytestmark, chromium.needs_axe]
desk = chromium.desk
PHONE, PIN = 320, "012345"
ANSWER = "Сәлем! Біз хабарыңызды оқыдық. " + "ұ" * 200
PATHS = ("/report", "/status", "/nothing", "/q/no-such", "/login", "/page/no-such")


@pytest.fixture
async def receipt(rt):
    """A thread on the page with an answer of a long word."""
    first = Inbound(Channel.WEB, "report", "f", "Мектепте", b"", pin=PIN, region_hint="71")
    kept = await receive_contact(rt, first)
    async with rt.transaction(TRIAGE) as tx:
        key = await keys.load_one(tx, kept.id)
        values = {
            "contact_id": kept.id, "channel": "web", "account": "report",
            "kind": "reply", "locale": "kk", "state": OutboundState.SENT,
            "sealed_text": key.seal_text("outbound", ANSWER),
        }  # fmt: skip
        await outbound.put(tx, values)
    return kept.receipt


async def in_both_schemes(page, where):
    """Return what is wrong with the page as it stands."""
    found = [(where, *one) for one in await wide(page, PHONE)]
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [(where, scheme, *one) for one in await look(page, themed=False)]
    return found


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
async def test_strangers_pages_are_for_everybody(desk, receipt, lang):
    context = await desk.browser(lang=lang, theme="auto", size=(PHONE, 640))
    page, wrong, said = await context.new_page(), [], set()
    page.on("console", desk._hear)
    for path in PATHS:
        await page.goto(f"{desk.base}{path}?lang={lang}")
        if path == "/report":
            await page.locator("#send").click()
            summary = page.get_by_test_id("error-summary")
            await async_api.expect(summary).to_be_focused()
        wrong += await in_both_schemes(page, path)
        said |= set(await words(page))
    await page.goto(f"{desk.base}/status?lang={lang}")
    await page.locator("#receipt").fill(receipt)
    await page.locator("#pin").fill(PIN)
    await page.locator("form button.send").click()
    await async_api.expect(page.get_by_test_id("messages")).to_contain_text("ұұұ")
    await page.wait_for_load_state("load")  # its widths are those of its style sheet
    wrong += await in_both_schemes(page, "thread")
    said |= set(await words(page))
    if lang != "en":
        wrong += [("words", one) for one in foreign(said, lang)]
    assert wrong == []
