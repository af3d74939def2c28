"""Every page in a real Chromium: readable by everybody, narrow enough, in the reader's words.

One world, one browser: a page that is added is walked the day its address is known.
"""

import asyncio
import json

import aiohttp
import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest

from tests.builders import PASSWORD
from tests.console import everywhere
from tests.console import test_browser as chromium
from tests.console.everywhere_checks import foreign, look, settled, wide, words
from tests.console.test_browser import async_api, hook
from tests.outbound.conftest import provider, settings, work

# The first mark of a kind is the one that counts.
pytestmark = [pytest.mark.timeout(900), *chromium.pytestmark, chromium.needs_axe]
desk = chromium.desk
__all__ = ["desk", "provider", "settings", "work"]
PHONE, DOUBLED = 320, 640  # a small phone; a screen of 1280 at 200 %
TABS = 2  # pages looked at side by side


@pytest.fixture
async def world(desk, rt, clock, database, provider, work):
    async with aiohttp.ClientSession(desk.base) as session:
        exchange = everywhere.exchange_of(session, clock)
        made = everywhere.World(rt, clock, database, desk.people, exchange)
        yield await made.make(provider, work)


@pytest.fixture
async def cookies(desk, world):
    """A session of everybody, by name."""
    found = {}
    async with aiohttp.ClientSession(
        desk.base, cookie_jar=aiohttp.DummyCookieJar()
    ) as line:
        for name in everywhere.ROLES:
            form = {"username": desk.people[name].viewer.username, "password": PASSWORD}
            answer = await line.post("/login", data=form, allow_redirects=False)
            found[name] = answer.cookies["hotline_session"].value
    return found


@pytest.fixture
async def found(desk, world, cookies):
    """Every page with who opens it, and what nobody could open."""
    async with aiohttp.ClientSession(
        desk.base, cookie_jar=aiohttp.DummyCookieJar()
    ) as line:

        async def opens(name, path):
            cookie = {"Cookie": f"hotline_session={cookies[name]}"}
            answer = await line.get(path, headers=cookie, allow_redirects=False)
            whole = "<html" in await answer.text(errors="replace")
            return answer.status, whole

        return await everywhere.pages(world, desk.app, opens)


class Walk:
    """Goes from page to page in one language, and keeps what is wrong."""

    def __init__(self, desk, cookies, lang, theme):
        self.desk, self.cookies, self.lang, self.theme = desk, cookies, lang, theme
        self.wrong, self.said, self.shared = [], set(), True

    async def tab(self, who):
        """Return a page of somebody; CSP stays on, and what it refuses is kept."""
        context = await self.desk.browser(
            lang=self.lang, theme=self.theme, reduced_motion="reduce"
        )
        if who:
            cookie = {"name": "hotline_session", "value": self.cookies[who]}
            await context.add_cookies([{**cookie, "url": self.desk.base}])
        page = await context.new_page()
        page.on("console", self.desk._hear)
        page.on("pageerror", lambda error: self.wrong.append(("script", str(error))))
        return page

    async def visit(self, page, path, who, *, before=None):
        """Look at one page, in a state that `before` brings about."""
        answer = await page.goto(self.desk.base + path)
        await settled(page)
        if before:
            await before(page)
        assert answer.status < 500, path
        wrong = await look(page, shared=self.shared)
        self.shared = False
        if self.lang == "kk":
            wrong += await wide(page, PHONE, DOUBLED)
        texts = await words(page)
        self.wrong += [(path, who, *one) for one in wrong]
        new = set(texts) - self.said
        self.said |= new
        self.wrong += [(path, who, "words", one) for one in foreign(new, self.lang)]

    async def all(self, pages):
        """Look at every page, a few side by side."""
        waiting = sorted(pages, key=lambda one: one[1])

        async def work():
            tab, of = None, None
            while waiting:
                path, who = waiting.pop()
                if who != of:
                    if tab:
                        await tab.context.close()
                    tab, of = await self.tab(who), who
                await self.visit(tab, path, who)
            if tab:
                await tab.context.close()

        await asyncio.gather(*(work() for _ in range(TABS)))


async def conversation(page):
    await page.locator('[data-testid="thread"] summary').first.click()


async def in_a_call(page):
    await async_api.expect(hook(page, "call-bar")).to_have_count(3)
    await page.wait_for_timeout(800)  # the call's form opens by itself
    await settled(page)
    await page.locator("#presence summary").click()
    await page.locator(".call-moves details summary").first.click()


async def links(page):
    await page.wait_for_selector('[data-testid="link"]')  # it comes by itself


async def test_every_page_is_for_everybody(desk, world, cookies, found):
    pages, missed = found
    walks = [Walk(desk, cookies, *one) for one in (("ru", "light"), ("kk", "dark"))]
    for walk in walks:
        await walk.all(pages)
        operator = await walk.tab("operator")
        for name, before in (("answered", conversation), ("linked", links)):
            path = world.path(f"/contacts/{{{name}}}")
            await walk.visit(operator, path, "operator", before=before)
        await operator.context.close()
    await world.calls_now()
    for walk in walks:
        operator = await walk.tab("operator")
        for path in ("/presence", "/desk"):
            await walk.visit(operator, path, "in a call", before=in_a_call)
        await operator.context.close()
    # A page that nobody opens here is one that no test looks at: give the world its id.
    wrong = [("no id for", one) for one in missed]
    wrong += [(walk.lang, *one) for walk in walks for one in walk.wrong]
    told = "\n".join(json.dumps(one, ensure_ascii=False) for one in wrong)
    assert not wrong, f"{len(wrong)}\n{told}"
