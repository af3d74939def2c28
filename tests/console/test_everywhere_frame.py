"""What stands around a page is in it when a browser opens it: nothing is asked for after it."""

import sys
from base64 import b64encode

import pytest
from jinja2 import Environment

from hotline.actions.set_presence import set_presence
from hotline.web import pages
from tests.builders import DANGER, a_call, everybody
from tests.console.console_world import HTMX, signed_in

OPENED = {"Sec-Fetch-Dest": "document"}
PARTS = ("/presence", "/notices/count", "/woken", "/call-bar")


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def test_a_page_that_is_opened_holds_its_frame_and_asks_for_none_of_it(
    rt, client, people
):
    await set_presence(rt, people["operator"].viewer, "ready", None)
    browser = await signed_in(client, people["operator"])
    await browser.get("/desk", **OPENED)
    opened = browser.html
    assert "refresh, load" not in opened
    assert 'data-state="ready"' in opened
    await browser.get("/desk")  # a browser that does not say what it opens
    for part in PARTS:
        assert f'hx-get="{part}" hx-trigger="refresh, load"' in browser.html, part


async def test_the_bell_counts_the_same_in_the_page_as_alone(rt, client, people):
    await a_call(rt, people["operator"], text=DANGER)
    browser = await signed_in(client, people["guardian"])
    await browser.get("/notices/count", **HTMX)
    badge = browser.html.strip()
    assert "badge" in badge
    await browser.get("/inbox", **OPENED)
    assert badge in browser.html


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("nothing", ""),
        ("no letters of ours", ":не то:"),
        ("not whole", ":AAA"),
        ("words that nobody has", f":{b64encode(bytes(32)).decode()}:"),
    ],
)
async def test_words_that_are_not_ours_are_answered_with_the_whole_page(
    client, people, what, named
):
    browser = await signed_in(client, people["operator"])
    accepts = {"Accept-Encoding": "gzip, dcz", "Available-Dictionary": named}
    answer = await browser.get("/desk", **accepts)
    assert answer.headers["Content-Encoding"] == "gzip", what
    assert "call-form" in browser.html


@pytest.mark.skipif(sys.dont_write_bytecode, reason="nothing compiled is to be kept")
def test_a_process_finds_its_pages_compiled_by_the_one_before(monkeypatch):
    """The first page that somebody opens waits for no compiler."""

    def compiles(*_):
        raise AssertionError("a template was compiled again")

    pages.prepare()
    pages.environment.cache_clear()
    monkeypatch.setattr(Environment, "_generate", compiles)
    pages.prepare()
