"""Links and incidents in a real Chromium: readable by everybody, and narrow enough for a phone."""

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from hotline.actions.decide_incident import confirm_incident
from hotline.cases.inbound import Identity
from hotline.store.incident_view import incident_page, next_member
from tests.builders import a_contact, triage_all
from tests.console import test_browser as chromium
from tests.learning.test_quality_browser import SIDEWAYS
from tests.routing.wave import wave

pytestmark = chromium.pytestmark
desk = chromium.desk


async def a_world(rt, people):
    """Make a confirmed incident, and two contacts of one name; return the pages."""
    operator = people["operator"].viewer
    for text in wave(2, 21)[:14]:
        await a_contact(rt, text, identity=None, region_hint=None, triaged=False)
    await triage_all(rt)
    for name in ("Қайрат Өмірзақов", "Kairat Umirzakov"):
        text = "Балабақшаға кезек қашан жетеді?"
        receipt = await a_contact(rt, text, identity=Identity(name=name))
    async with rt.transaction(operator) as tx:
        (line,) = (await incident_page(tx, operator, rt.number_key)).items
        member = await next_member(tx, operator, line.number, rt.number_key)
    script = {"kk": "Жағдай белгілі", "ru": "О случае известно"}
    await confirm_incident(rt, operator, line.number, script=script)
    return [
        f"/contacts/{receipt}",
        f"/contacts/{receipt}/links",
        "/incidents",
        f"/incidents/{line.number}",
        f"/incidents/{line.number}/members/{member}",
    ]


@pytest.mark.parametrize(("lang", "theme"), [("ru", "light"), ("kk", "dark")])
async def test_axe_finds_nothing_and_nothing_stands_out_sideways(desk, rt, lang, theme):
    found = []
    pages = await a_world(rt, desk.people)
    context = await desk.browser(
        lang=lang, theme=theme, color_scheme=theme, bypass_csp=True
    )
    page = await desk.sign_in(context, "operator", pages[0])
    await page.wait_for_selector('[data-testid="link"]')  # it comes by itself
    for path in pages:
        await page.goto(desk.base + path)
        await page.wait_for_timeout(300)
        await page.add_script_tag(path=str(chromium.AXE))
        seen = await page.evaluate("tags => axe.run({runOnly: tags})", chromium.TAGS)
        found += [
            (path, broken["id"], broken["nodes"][0]["html"][:160])
            for broken in seen["violations"]
        ]
    await page.set_viewport_size({"width": 320, "height": 700})
    for path in pages[1:]:
        await page.goto(desk.base + path)
        found += [(path, out) for out in await page.evaluate(SIDEWAYS)]
    await context.close()
    assert not found
