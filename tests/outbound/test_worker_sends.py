"""The whole way with real processes: while one provider hangs, another is served at once."""

import time

import pytest
import redis
from aiohttp.test_utils import TestServer

from benchmarks.service import Service, fill_directory, until
from hotline.cases.terms import Channel
from hotline.runtime import open_runtime
from tests.notify.stand_ins import Providers
from tests.outbound.test_one_line_by_itself import wrote

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
WITHIN_S = (
    2.0  # door, relay, queue and lane, on a busy machine; the lane itself takes no time
)


async def test_while_telegram_hangs_viber_answers_and_nothing_is_sent_twice(
    fresh_database_url, redis_url, engines_folder, monkeypatch
):
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    stand_in = Providers()
    stand_in.answers = {"tg": 60.0, "viber": (200, '{"status": 0, "message_token": 1}')}
    async with TestServer(stand_in.app) as server:
        for name, value in {
            "TELEGRAM_API": str(server.make_url("/tg")),
            "TELEGRAM_TOKEN": "123:abc",
            "VIBER_API": str(server.make_url("/viber")),
            "VIBER_TOKEN": "token",
        }.items():
            monkeypatch.setenv(f"HOTLINE_{name}", value)
        service = Service(fresh_database_url, redis_url, engines_folder)
        await fill_directory(service.settings)
        rt = open_runtime(service.settings)
        rt.intake.start()
        service.start("supervisor", "worker-outward")
        rows = await service.connect()

        def asked(word):
            return [path for path, *_ in stand_in.seen if path.startswith(f"/{word}/")]

        async def hangs():
            return len(asked("tg")) > 0

        async def served():
            return len(asked("viber")) == 1

        try:
            for number in range(20):
                await wrote(rt, number=number, sender=str(1000 + number))
            await until(hangs)
            began = time.monotonic()
            kept = await wrote(
                rt,
                number=99,
                channel=Channel.VIBER,
                account="bot",
                sender="viber-person-01",
            )
            await until(served)
            assert time.monotonic() - began < WITHIN_S

            async def all_unknown():
                ask = "SELECT count(*) FROM outbound WHERE state = 'uncertain'"
                return await rows.fetchval(ask) == 20

            await until(all_unknown, patience_s=60)
            assert len(asked("tg")) == 20
            state = await rows.fetchval(
                "SELECT o.state FROM outbound o JOIN contacts c ON c.id = o.contact_id"
                " WHERE c.receipt = $1",
                kept.receipt,
            )
            assert state == "sent"
        finally:
            service.stop()
            await rows.close()
            await rt.stop()
