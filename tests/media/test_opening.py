"""Nobody sees what was sent before a person opens it, with a reason, by an entry kept for good."""

import re

import pytest

from tests.console.console_world import signed_in
from tests.media.foreign_host import OGG, png
from tests.story import everybody


@pytest.fixture
async def people(fetching):
    return await everybody(fetching)


@pytest.fixture
async def receipt(sender, host):
    """A picture that was fetched and that nobody has opened yet."""
    host.telegram("F1", png())
    found = await sender.picture()
    await sender.fetch()
    return found


def place(browser, name):
    """The address of the first form whose button has this test id."""
    form = re.search(
        rf'action="([^"]*)"[^>]*>(?:(?!</form>).)*data-testid="{name}"', browser.html, re.S
    )
    return form[1] if form else None


async def test_a_picture_is_shown_only_after_a_reason_and_leaves_an_entry(
    client, people, receipt, database
):
    browser = await signed_in(client, people["operator"])
    await browser.get(f"/contacts/{receipt}")
    assert "<img" not in browser.html
    answer = await browser.post(place(browser, "media-open"), {"reason": "danger"})
    assert answer.status == 303
    page = answer.headers["Location"]
    opening = await database.fetchrow("SELECT * FROM openings")
    assert (opening["reason"], page) == ("danger", f"/media/{opening['id']}")
    shown = await browser.get(page)
    assert "media-src 'self'" in shown.headers["Content-Security-Policy"]
    assert f'src="{page}/content"' in browser.html
    content = await client.get(f"{page}/content", headers={"Cookie": browser.cookie})
    assert await content.read() == png()
    assert content.headers["Content-Type"] == "image/png"
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Cache-Control"] == "no-store"
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert content.headers["Content-Disposition"].startswith("inline; ")
