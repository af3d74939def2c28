"""The telephone's pages in a real Chromium: readable by everybody, and on a small phone."""

import json
from datetime import timedelta

import aiohttp
import pytest

from hotline.actions.reconcile_calls import close_calls
from tests.builders import a_contact
from tests.console import test_browser as chromium
from tests.console.phone_world import Exchange
from tests.console.test_browser import AXE, TAGS
from tests.console.test_phone_pages import SAFE, a_shift
from tests.learning.test_quality_browser import SIDEWAYS

pytestmark = chromium.pytestmark
desk = chromium.desk
PAGES = [
    ("supervisor", "/board"),
    ("supervisor", "/board?wall=1"),
    ("supervisor", "/phone-board?list=offered"),
    ("supervisor", "/staffing-phone?calls=120&handle=240"),
    ("supervisor", "/contacts/{receipt}/recordings"),
    ("operator", "/callbacks"),
    ("operator", "/presence"),
]


@pytest.fixture
async def world(desk, rt, clock, database):
    """A shift with calls, a recording, a call-back that is taken; return the addresses."""
    async with aiohttp.ClientSession(desk.base) as session:
        exchange = Exchange(session, clock)
        await a_contact(rt, policy=SAFE)
        await a_shift(rt, exchange, clock, desk.people)
    call = await database.fetchrow("SELECT * FROM calls WHERE answered_at IS NOT NULL")
    await database.execute(
        "INSERT INTO recordings (call_id, contact_id, name, state, started_at, seconds,"
        " keep_until) VALUES ($1, $2, 'rec-1', 'stored', $3, 61, $4)",
        call["id"], call["contact_id"], clock.now(), clock.now() + timedelta(days=180),
    )  # fmt: skip
    await close_calls(rt)  # a call in writing up would open its form at the desk
    taker = desk.people["operator"].viewer.person_id
    await database.execute("UPDATE callbacks SET taken_by = $1", taker)
    receipt = await database.fetchval(
        "SELECT receipt FROM contacts WHERE id = $1", call["contact_id"]
    )
    return [(who, path.format(receipt=receipt)) for who, path in PAGES]


@pytest.mark.parametrize(("lang", "theme"), [("ru", "light"), ("kk", "dark")])
async def test_axe_finds_nothing_on_the_telephones_pages(desk, world, lang, theme):
    found = []
    for who in ("supervisor", "operator"):
        context = await desk.browser(
            lang=lang, theme=theme, color_scheme=theme, bypass_csp=True
        )
        page = await desk.sign_in(context, who)
        for path in [path for one, path in world if one == who]:
            await page.goto(desk.base + path)
            await page.wait_for_timeout(300)
            await page.add_script_tag(path=str(AXE))
            seen = await page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
            found += [
                (path, broken["id"], broken["nodes"][0]["html"][:160])
                for broken in seen["violations"]
            ]
        await context.close()
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


async def test_the_telephones_pages_fit_a_narrow_screen(desk, world):
    wide = []
    for who in ("supervisor", "operator"):
        page = await desk.at(who, lang="kk", size=(320, 700))
        for path in [path for one, path in world if one == who]:
            await page.goto(desk.base + path)
            await page.wait_for_timeout(300)
            wide += [(path, one) for one in await page.evaluate(SIDEWAYS)]
    assert not wide
