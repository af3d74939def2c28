"""The conversation in a real Chromium: readable by everybody, usable without a mouse."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.record_policy import record_policy
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy
from tests.console import test_browser as chromium
from tests.learning.test_quality_browser import SIDEWAYS
from tests.outbound.test_one_line_by_itself import wrote

pytestmark = chromium.pytestmark
desk = chromium.desk


@pytest.mark.parametrize(("lang", "theme"), [("ru", "light"), ("kk", "dark")])
async def test_axe_finds_nothing_in_a_conversation(desk, rt, provider, work, lang, theme):
    operator = desk.people["operator"].viewer
    kept = await wrote(rt)
    provider.answers["tg"] = (200, "?")
    await work()
    provider.answers["tg"] = (403, '{"ok": false, "error_code": 400}')
    await write_reply(rt, operator, kept.receipt, Reply("Мы прочитали и ответим здесь"))
    await work()
    asked = ContactPolicy(may_write=True, hours="18:30-20:00", code_word="Яблоко")
    await record_policy(rt, operator, kept.receipt, asked)
    await write_reply(rt, operator, kept.receipt, Reply("Второй ответ " + "длинный " * 40))
    context = await desk.browser(
        lang=lang, theme=theme, color_scheme=theme, bypass_csp=True
    )
    page = await desk.sign_in(context, "operator", f"/contacts/{kept.receipt}")
    await page.locator('[data-testid="thread"]').scroll_into_view_if_needed()
    await page.locator('[data-testid="thread"] summary').click()
    await page.add_script_tag(path=str(chromium.AXE))
    seen = await page.evaluate("tags => axe.run({runOnly: tags})", chromium.TAGS)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in seen["violations"]] == []
    await page.set_viewport_size({"width": 320, "height": 700})
    assert not await page.evaluate(SIDEWAYS)


async def test_an_answer_is_typed_and_sent_in_the_browser(desk, rt, provider, work):
    kept = await wrote(rt)
    context = await desk.browser(lang="ru")
    page = await desk.sign_in(context, "operator", f"/contacts/{kept.receipt}")
    await page.fill("#reply_text", "Мы прочитали и ответим здесь")
    await page.click('[data-testid="reply"] button')
    bubble = page.locator(".bubble-out", has_text="Мы прочитали и ответим здесь")
    await bubble.wait_for()
    assert "ждёт отправки" in await bubble.inner_text()
