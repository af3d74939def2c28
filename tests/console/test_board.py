"""The board: its figures are those of the lists, and the wall shows nobody's name."""

import re

import pytest

from tests.builders import a_call, a_contact, everybody
from tests.console.console_world import signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


def figure(html, name):
    """Return the number on a tile."""
    tile = html[html.index(f'data-testid="kpi-{name}"') :]
    return int(re.search(r'kpi-value">\s*(\d+)', tile)[1])


async def test_the_tiles_equal_what_stands_in_the_lists(client, rt, people):
    from hotline.actions.fold_counters import fold_counters

    numbers = [await a_call(rt, people["operator"], urgency=level) for level in (0, 2, 3)]
    await a_contact(rt)
    await fold_counters(rt)
    browser = await signed_in(client, people["supervisor"])
    assert figure(browser.html, "open") == len(numbers)
    assert figure(browser.html, "queue") == 1
    await browser.get("/desk")
    assert browser.html.count("data-receipt=") == 1  # what waits to be read; below it cases
    assert browser.html.count('data-testid="queue-item"') == 1 + len(numbers)


async def test_every_region_is_a_tile_and_a_row_and_filters(client, rt, people):
    number = await a_call(rt, people["operator"], urgency=0)
    browser = await signed_in(client, people["supervisor"])
    assert len(re.findall(r'data-testid="region-\d\d"', browser.html)) == 20
    assert number in browser.html
    await browser.get("/board?region=39")
    assert f'data-case="{number}"' not in browser.html
    await browser.get("/board?region=71")
    assert f'data-case="{number}"' in browser.html


async def test_the_wall_is_dark_and_tells_of_nobody_only_of_sums(client, rt, people):
    number = await a_call(rt, people["operator"], urgency=0)
    browser = await signed_in(client, people["supervisor"])
    await browser.get("/board?wall=1")
    assert 'data-theme="dark"' in browser.html
    assert figure(browser.html, "open") == 1
    assert number not in browser.html
    for way in ("/cases/", "/contacts/", "/board/figures/"):
        assert way not in browser.html
    for person in people.values():
        assert person.viewer.display_name not in browser.html


async def test_an_administrator_reads_how_the_engine_does_and_no_content(
    client, rt, people
):
    number = await a_call(rt, people["operator"])
    browser = await signed_in(client, people["admin"])
    assert number not in browser.html
    await browser.get("/admin/people")
    assert people["guardian"].viewer.username in browser.html
    assert number not in browser.html
