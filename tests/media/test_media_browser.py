"""Pictures and voice in a real Chromium: shown after a click, by our own policy of content."""

import io
import wave

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets

from hotline.cases.inbound import Media
from hotline.cases.terms import Channel
from tests.console import test_browser as chromium
from tests.media.foreign_host import png

pytestmark = chromium.pytestmark
desk = chromium.desk


def half_a_second():
    """A real recording: silence."""
    found = io.BytesIO()
    with wave.open(found, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 4000)
    return found.getvalue()


async def a_message(sender):
    receipt = await sender.sends(
        Media("image", name="фото.png", content=png()),
        Media("voice", content=half_a_second()),
        Media("file", name="bomb.zip", content=b"PK\x03\x04"),
        channel=Channel.EMAIL,
        text="Посмотрите",
    )
    await sender.fetch()
    return receipt


async def opened(page, n):
    """Choose a reason and open the n-th medium; return the page that it opens in."""
    row = chromium.hook(page, "medium").nth(n)
    await row.locator("select").select_option("danger")
    async with page.context.expect_page() as tab:
        await row.get_by_test_id("media-open").click()
    found = await tab.value
    await found.wait_for_load_state("networkidle")
    return found


async def test_a_picture_and_a_voice_message_open_in_a_page_of_their_own(desk, sender):
    receipt = await a_message(sender)
    page = await desk.at("operator", f"/contacts/{receipt}")
    assert await page.locator("img").count() == 0
    picture = await opened(page, 0)
    picture.on("console", desk._hear)
    await picture.reload()
    size = "() => { const i = document.querySelector('img.opened'); return [i.naturalWidth, i.naturalHeight] }"
    await picture.wait_for_function("document.querySelector('img.opened').complete")
    assert await picture.evaluate(size) == [3, 2]
    voice = await opened(page, 1)
    await voice.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert await voice.evaluate("document.querySelector('audio').duration") == 0.5
    assert (
        await chromium.hook(page, "medium").nth(2).locator("form").count() == 1
    )  # to hide it


async def test_what_is_hidden_is_gone_for_who_still_has_it_open(desk, sender):
    receipt = await a_message(sender)
    page = await desk.at("operator", f"/contacts/{receipt}")
    picture = await opened(page, 0)
    await picture.check("input[name=sure]")
    await chromium.hook(picture, "media-intimate").click()
    await picture.wait_for_url(f"**/contacts/{receipt}")
    await page.reload()
    hidden = chromium.hook(page, "medium").first
    await chromium.async_api.expect(hidden).to_contain_text(
        "больше никогда не показывается"
    )
    assert await hidden.locator("form").count() == 0
