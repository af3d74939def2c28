"""The pages of trials and of the forecast in a real Chromium: for everybody, and on a phone."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets

from hotline.actions.try_policy import try_policy
from tests import builders
from tests.console import test_browser as chromium
from tests.whatif.test_try_policy import changed

pytestmark = chromium.pytestmark
desk = chromium.desk


async def pages(rt, people):
    """Make a case and a trial that changes its body and a deadline; return the pages."""
    await builders.a_case(rt, people["operator"], subcategory="NEG.CARE", urgency=2)
    limit = ("2: {work: PT4H}", "2: {work: PT2H}")
    files = {**changed(), **changed("sla.yaml", limit)}
    made = await try_policy(rt, people["supervisor"].viewer, files, 30)
    return ["/what-if", f"/what-if/{made}", "/forecast"]


async def test_the_board_brings_the_forecast_by_itself(desk, rt):
    await pages(rt, desk.people)
    page = await desk.at("supervisor", "/board")
    await page.locator("#ahead").scroll_into_view_if_needed()  # it is asked for when seen
    await page.get_by_test_id("forecast-table").wait_for()
