"""What another exchange recorded of a call: seen, fetched where agreed, gone when refused."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hotline.actions.fetch_recording import fetch_recording
from hotline.cases.terms import JobName
from tests import builders
from tests.phone.test_calls_by_webhook import event, post

VOICE = b"RIFF....WAVEfmt a voice"


@pytest.fixture
async def exchange(rt):
    """A stand-in that gives its recordings out; `agreed`: 111 may fetch from it."""
    asked = []

    async def give(request):
        asked.append(request.path)
        return web.Response(body=VOICE, content_type="audio/wav")

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with TestServer(app) as server:
        url = f"http://127.0.0.1:{server.port}"

        def agreed():
            rules = rt.config.channels
            partner = msgspec.structs.replace(rules.partners["eotinish"], media_hosts=[url])
            partners = {**rules.partners, "eotinish": partner}
            channels = msgspec.structs.replace(rules, partners=partners)
            rt.config = replace(rt.config, channels=channels)

        yield url, asked, agreed


async def work(rt):
    """Do what the worker would do."""
    rows = await builders.owed(rt, JobName.FETCH_RECORDING)
    return await fetch_recording(rt, rows) if rows else 0


async def kept(database):
    rows = await database.fetch("SELECT * FROM recordings ORDER BY id")
    return [dict(row) for row in rows]


async def test_a_name_at_the_exchange_is_a_fact_of_the_call(client, rt, database):
    body = event("ended", recording="rec-77000000021.wav")
    for _ in range(2):
        assert (await post(client, body)).status == 200
    [one] = await kept(database)
    assert one["state"] == "elsewhere"
    assert "77000000021" not in str(
        {k: v for k, v in one.items() if not k.startswith("sealed")}
    )
    assert b"77000000021" not in one["sealed_ref"]
    assert await work(rt) == 0
    told = await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'recording_told'"
    )
    assert told == 1


async def test_an_address_agreed_on_is_fetched_and_sealed(client, rt, database, exchange):
    url, asked, agreed = exchange
    agreed()
    await post(client, event("ended", recording=f"{url}/a.wav"))
    assert await work(rt) == 1
    [one] = await kept(database)
    assert (one["state"], asked) == ("stored", ["/a.wav"])
    assert one["keep_until"] is not None
    assert VOICE not in one["sealed_content"]


async def test_an_address_that_nobody_agreed_on_is_never_asked(
    client, rt, database, exchange
):
    url, asked, _ = exchange
    await post(client, event("ended", recording=f"{url}/a.wav"))
    await work(rt)
    [one] = await kept(database)
    assert (one["state"], one["reason"], asked) == ("elsewhere", "host_not_allowed", [])


async def test_what_the_caller_refused_is_thrown_away(
    client, rt, clock, database, exchange
):
    url, asked, agreed = exchange
    agreed()
    clock.forward(timedelta(seconds=30))
    await post(client, event("answered", 1, recording=f"{url}/a.wav"))
    assert await work(rt) == 1
    await post(client, event("dtmf", 9, digit=9))
    await post(client, event("ended", 20, recording=f"{url}/b.wav"))
    await work(rt)
    found = await kept(database)
    assert [one["state"] for one in found] == ["refused", "refused"]
    assert [one["sealed_content"] for one in found] == [None, None]
    assert asked == ["/a.wav"]


@pytest.mark.parametrize("told", [None, 7, [], {"url": "x"}, "", "\u0000", "x" * 30_000])
async def test_whatever_stands_for_a_recording_the_call_is_taken(client, database, told):
    assert (await post(client, event("ended", recording=told))).status == 200
    assert await database.fetchval("SELECT state FROM calls") == "abandoned"
