"""Stand-ins for providers on real sockets, and what a worker would do."""

from dataclasses import replace

import msgspec
import pytest
from aiohttp.test_utils import TestServer

from hotline.actions.acknowledge_contacts import acknowledge_contacts
from hotline.actions.send_outbound import send_outbound
from hotline.cases.terms import JobName
from tests.builders import owed
from tests.notify.stand_ins import Providers

GOOD = msgspec.json.encode({"ok": True, "result": {"message_id": 77}}).decode()


@pytest.fixture
async def provider():
    """Telegram and whoever else speaks HTTP; `provider.said` are the texts that arrived."""
    stand_in = Providers()
    stand_in.answers["tg"] = (200, GOOD)
    async with TestServer(stand_in.app) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


@pytest.fixture
def settings(settings, provider):
    return replace(settings, telegram_api=f"{provider.url}/tg", telegram_token="123:abc")


@pytest.fixture
def work(rt):
    """Do what the outward worker would: first the lines, then the sending."""

    async def do():
        for row_id in await owed(rt, JobName.ACKNOWLEDGE_CONTACT):
            await acknowledge_contacts(rt, [row_id])
        for row_id in await owed(rt, JobName.SEND_OUTBOUND):
            await send_outbound(rt, [row_id])

    return do


def texts(provider):
    """Return what arrived at Telegram, in order."""
    return [
        msgspec.json.decode(body)["text"]
        for path, _, _, body in provider.seen
        if path.startswith("/tg/")
    ]
