"""The two pages in a real Chromium: readable by everybody, and narrow enough for a phone."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.close_contact import close_contact
from hotline.actions.sample_rereading import draw_sample
from tests.builders import a_contact
from tests.console import test_browser as chromium
from tests.learning.conftest import judged
from tests.learning.test_enable_and_roll_back import a_model

pytestmark = chromium.pytestmark
desk = chromium.desk
SIDEWAYS = """() => [...document.querySelectorAll('main, main *')]
  .filter(e => e.getBoundingClientRect().right > 321 && e.offsetWidth > 0
    && !e.closest('.table-pane, svg'))
  .map(e => e.tagName + '.' + e.className).slice(0, 5)"""


async def a_world(rt, clock, people):
    """Make judged contacts, a model that may be proposed, and a contact to read again."""
    for language in ("kk", "ru"):
        rows = [("a", "INF.REF", 4)] * 20 + [("b", "VIO.PHY", 1)] * 3
        await judged(rt, clock, people["operator"], rows, language=language)
    await a_model(rt, people["supervisor"], 1)
    receipt = await a_contact(rt, "Маған көмек керек, мектепте ренжітеді")
    await close_contact(rt, people["operator"].viewer, receipt, "thanks")
    await draw_sample(rt, people["supervisor"].viewer, 60)
    return receipt


@pytest.mark.parametrize(("lang", "theme"), [("ru", "light"), ("kk", "dark")])
async def test_axe_finds_nothing_on_the_quality_pages(desk, rt, clock, lang, theme):
    receipt = await a_world(rt, clock, desk.people)
    found = []
    for who, path in (("supervisor", "/quality"), ("admin", "/quality"),
                      ("supervisor", f"/rereading/{receipt}")):  # fmt: skip
        context = await desk.browser(
            lang=lang, theme=theme, color_scheme=theme, bypass_csp=True
        )
        page = await desk.sign_in(context, who, path)
        await page.add_script_tag(path=str(chromium.AXE))
        seen = await page.evaluate("tags => axe.run({runOnly: tags})", chromium.TAGS)
        found += [
            (path, broken["id"], broken["nodes"][0]["html"][:160])
            for broken in seen["violations"]
        ]
        await context.close()
    assert not found


async def test_the_quality_pages_fit_a_phone(desk, rt, clock):
    receipt = await a_world(rt, clock, desk.people)
    for path in ("/quality", f"/rereading/{receipt}"):
        page = await desk.at("supervisor", path, lang="kk", size=(320, 700))
        assert await page.evaluate(SIDEWAYS) == [], path


async def test_a_verdict_is_one_click(desk, rt, clock):
    receipt = await a_world(rt, clock, desk.people)
    page = await desk.at("supervisor", f"/rereading/{receipt}")
    await page.get_by_test_id("verdict-1").click()
    await page.wait_for_url("**/rereading/**")
    assert receipt not in page.url
    assert receipt not in await page.content()
