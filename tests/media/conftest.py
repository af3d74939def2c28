"""A runtime whose providers are one stand-in, and messages that carry media."""

from dataclasses import replace

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hotline.actions.fetch_media import fetch_media
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound, Media
from hotline.cases.terms import Channel, JobName
from tests.builders import owed
from tests.media.foreign_host import BEARER, TOKEN, Host


@pytest.fixture
async def host():
    found = Host()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    async with TestServer(app, shutdown_timeout=0) as server:
        found.url = f"http://127.0.0.1:{server.port}"
        yield found


@pytest.fixture
def fetching(rt, host):
    """The runtime with the stand-in as every provider's base URL, and limits for tests."""
    rt.settings = replace(
        rt.settings,
        telegram_api=host.url,
        telegram_token=TOKEN,
        whatsapp_api=f"{host.url}/v23.0",
        whatsapp_token=BEARER,
        viber_api=f"{host.url}/pa",
    )
    rules = rt.config.channels
    media = msgspec.structs.replace(rules.media, largest_bytes=100_000, timeout_s=2.0)
    rt.config = replace(rt.config, channels=msgspec.structs.replace(rules, media=media))
    return rt


class Sender:
    """Somebody who sends media, and the worker that fetches them."""

    def __init__(self, rt, database):
        self.rt, self.database, self.sent = rt, database, 0

    async def sends(
        self, *media, channel=Channel.TELEGRAM, account="bot", text="", **facts
    ):
        """Return the receipt of a message with `media`."""
        self.sent += 1
        kept = await receive_contact(
            self.rt,
            Inbound(
                channel=channel, account=account, external_id=f"m{self.sent}", text=text,
                raw=b"{}", media=media, **facts,
            ),
        )  # fmt: skip
        return kept.receipt

    async def picture(self, ref="F1", **more):
        """Return the receipt of a message with one picture of the bot."""
        return await self.sends(Media("image", ref=ref), **more)

    async def fetch(self):
        """Do what the worker would do with everything that is owed."""
        ids = await owed(self.rt, JobName.FETCH_MEDIA)
        return await fetch_media(self.rt, ids) if ids else 0

    async def media(self):
        """Every medium as it stands, in order."""
        return await self.database.fetch(
            "SELECT m.*, x.sealed_content FROM media m LEFT JOIN media_contents x"
            " ON x.media_id = m.id ORDER BY m.id"
        )

    async def states(self):
        return [(row["state"], row["reason"]) for row in await self.media()]

    async def content(self, row):
        """What is sealed in a medium."""
        wrapped = await self.database.fetchval(
            "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", row["contact_id"]
        )
        key = self.rt.sealer.open_key(row["contact_id"], wrapped)
        return key.open("media", row["sealed_content"])


@pytest.fixture
def sender(fetching, database):
    return Sender(fetching, database)
