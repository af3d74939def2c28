"""The conversation in a real Chromium: readable by everybody, usable without a mouse."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets

from tests.console import test_browser as chromium
from tests.outbound.test_one_line_by_itself import wrote

pytestmark = chromium.pytestmark
desk = chromium.desk


async def test_an_answer_is_typed_and_sent_in_the_browser(desk, rt, provider, work):
    kept = await wrote(rt)
    context = await desk.browser(lang="ru")
    page = await desk.sign_in(context, "operator", f"/contacts/{kept.receipt}")
    await page.fill("#reply_text", "Мы прочитали и ответим здесь")
    await page.click('[data-testid="reply"] button')
    bubble = page.locator(".bubble-out", has_text="Мы прочитали и ответим здесь")
    await bubble.wait_for()
    assert "ждёт отправки" in await bubble.inner_text()
