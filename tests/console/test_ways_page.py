"""The supervisor sees at once which channel is silent, and whether what came in adds up."""

import re
from datetime import timedelta

import pytest

from hotline.actions.watch_channels import watch_channels
from tests.builders import everybody
from tests.console.console_world import signed_in
from tests.journeys.test_conservation import busy_days


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def silent(rt, clock, people):
    await busy_days(rt, clock)
    clock.forward(timedelta(hours=2))
    await watch_channels(rt)


@pytest.mark.parametrize(
    ("lang", "word"), [("ru", "молчит с"), ("kk", "бастап үнсіз"), ("en", "silent since")]
)
async def test_a_silent_channel_stands_on_the_board(client, people, silent, lang, word):
    browser = await signed_in(client, people["supervisor"], lang)
    assert 'hx-get="/board/channels?part=1"' in browser.html
    await browser.get("/board/channels?part=1")
    row = re.search(r'<tr data-way="sms".*?</tr>', browser.html, re.DOTALL)[0]
    assert 'data-state="silent"' in row
    assert word in row
    adds = re.search(r'<tr data-channel="sms">.*?</tr>', browser.html, re.DOTALL)[0]
    assert re.findall(r'num">(?:<[^>]*>)*(\d+)', adds) == [
        "240",
        "0",
        "0",
        "0",
        "0",
        "240",
        "0",
    ]


async def test_the_same_is_told_to_machines(client, people, silent):
    said = await (await client.get("/metrics")).text()
    assert 'hotline_channel_sign{name="sms",state="silent"} 1.0' in said
    assert 'hotline_intake_balance{channel="sms",part="received"} 240.0' in said
    assert 'hotline_intake_balance{channel="sms",part="difference"} 0.0' in said
    assert 'hotline_queue_lag_seconds{queue="outward"}' in said


async def test_bodies_outside_111_do_not_see_it(client, people):
    browser = await signed_in(client, people["guardian"])
    assert (await browser.get("/board/channels")).status in (403, 404)
