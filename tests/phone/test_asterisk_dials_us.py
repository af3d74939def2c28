"""GET /intake/ari: the exchange opens the line; events and requests share one socket."""

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import WSServerHandshakeError

from hotline.notify.ari_line import line_over
from tests.phone.conftest import until
from tests.phone.fake_ari import APP, PASSWORD, USER, FakeAri


def basic(user=USER, password=PASSWORD):
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def ours(rt):
    rt.settings = replace(rt.settings, ari_user=USER, ari_password=PASSWORD, ari_app=APP)


class Dialling(FakeAri):
    """The same exchange from the other side: it answers requests on its own socket."""

    async def serve(self, socket):
        self.socket = socket
        await self.tell({"type": "ApplicationRegistered"})
        async for message in socket:
            asked = json.loads(message.data)
            query = {one["name"]: one["value"] for one in asked["query_strings"]}
            self.asked.append((asked["method"], "/" + asked["uri"], query))
            status, body = await self.do(asked["method"], "/" + asked["uri"], query)
            await self.tell(
                {
                    "type": "RESTResponse",
                    "transaction_id": asked["transaction_id"],
                    "request_id": asked["request_id"],
                    "status_code": status,
                    "message_body": None if body is None else json.dumps(body),
                }
            )


async def test_a_call_over_the_exchanges_own_line(client, ours, look, ready):
    await ready("101")
    fake = Dialling()
    async with client.ws_connect(
        "/intake/ari", protocols=("ari",), headers=basic()
    ) as socket:
        assert socket.protocol == "ari"
        serving = asyncio.create_task(fake.serve(socket))
        channel = await fake.call()
        [leg] = await until(fake.legs)
        await fake.answers(leg)
        await look.until_states("connected")
        await fake.hangs_up(channel)
        await look.until_states("wrap_up")
        await until(lambda: not fake.channels)
        serving.cancel()


async def dialled(client):
    """Dial again until the door opens, as the exchange does."""
    while True:
        try:
            return await client.ws_connect("/intake/ari", headers=basic())
        except WSServerHandshakeError as refused:
            assert refused.status == 503  # noqa: PT017  any other is a failure
            await asyncio.sleep(0.05)


async def test_what_ended_between_two_lines_is_closed(client, ours, look, clock):
    fake = Dialling()
    for missing in (False, True):
        if missing:
            fake.channels.clear()
            clock.forward(timedelta(seconds=1))
        async with await dialled(client) as socket:
            serving = asyncio.create_task(fake.serve(socket))
            if not missing:
                await fake.call()
            await look.until_states("abandoned" if missing else "ringing")
            serving.cancel()
        fake.socket = None


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("no name", {}),
        ("wrong password", basic(password="other")),
        ("wrong user", basic(user="root")),
        ("no base64", {"Authorization": "Basic ~~~"}),
        ("another scheme", {"Authorization": "Bearer x"}),
    ],
)
async def test_a_stranger_does_not_become_the_exchange(client, ours, name, headers):
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/intake/ari", headers=headers)
    assert refused.value.status == 401, name


@pytest.mark.parametrize(
    ("password", "status"), [("new", 101), ("old", 101), ("new,old", 401), ("", 401)]
)
async def test_while_a_password_is_changed_both_are_ours(client, rt, password, status):
    rt.settings = replace(rt.settings, ari_user=USER, ari_password="new, old,")
    try:
        async with client.ws_connect("/intake/ari", headers=basic(password=password)):
            found = 101
    except WSServerHandshakeError as refused:
        found = refused.status
    assert found == status
    assert line_over(None, rt.settings).password == "new"


async def test_where_nothing_is_set_nobody_is_the_exchange(client):
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/intake/ari", headers=basic("", ""))
    assert refused.value.status == 401


async def test_a_second_line_is_refused_while_the_first_is_up(client, ours):
    async with client.ws_connect("/intake/ari", headers=basic()):
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect("/intake/ari", headers=basic())
        assert refused.value.status == 503
