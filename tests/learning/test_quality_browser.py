"""The two pages in a real Chromium: readable by everybody, and narrow enough for a phone."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets

from hotline.actions.close_contact import close_contact
from hotline.actions.sample_rereading import draw_sample
from tests.builders import a_contact
from tests.console import test_browser as chromium
from tests.learning.conftest import judged
from tests.learning.test_enable_and_roll_back import a_model

pytestmark = chromium.pytestmark
desk = chromium.desk


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


async def test_a_verdict_is_one_click(desk, rt, clock):
    receipt = await a_world(rt, clock, desk.people)
    page = await desk.at("supervisor", f"/rereading/{receipt}")
    await page.get_by_test_id("verdict-1").click()
    await page.wait_for_url("**/rereading/**")
    assert receipt not in page.url
    assert receipt not in await page.content()
