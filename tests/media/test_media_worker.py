"""Real worker and supervisor processes, and a provider that hangs beside one that answers."""

import asyncio

import pytest
import redis

from benchmarks.service import Service, fill_directory, until
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound, Media
from hotline.cases.terms import Channel
from hotline.runtime import open_runtime
from tests.media.foreign_host import TOKEN, hangs, png

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
async def service(fresh_database_url, redis_url, engines_folder, host, monkeypatch):
    """A service whose bot and Viber are the stand-in; none of its processes runs yet."""
    monkeypatch.setenv("HOTLINE_TELEGRAM_API", host.url)
    monkeypatch.setenv("HOTLINE_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("HOTLINE_VIBER_API", host.url)
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    found = Service(fresh_database_url, redis_url, engines_folder)
    await fill_directory(found.settings)
    found.log.unlink(missing_ok=True)
    yield found
    await asyncio.to_thread(found.stop)


async def test_a_media_host_that_hangs_delays_no_picture_of_another(service, host):
    host.telegram("F1", png())
    host.answers["/hangs"] = hangs
    await asyncio.to_thread(service.start, "worker-outward", "supervisor")
    await service.ready()
    rt = open_runtime(service.settings)
    rt.intake.start()
    for channel, ref, many in (
        (Channel.VIBER, f"{host.url}/hangs", 12),
        (Channel.TELEGRAM, "F1", 12),
    ):
        for n in range(many):
            media = (Media("image", ref=ref),)
            inbound = Inbound(channel, "bot", f"m{n}", "", b"{}", media=media)
            await receive_contact(rt, inbound)
    rows = await service.connect()
    kept = "SELECT count(*) FROM media WHERE state = 'kept'"

    async def all_of_the_bot() -> bool:
        return await rows.fetchval(kept) == 12

    try:
        # The first that hang have not even run into their time limit by then.
        await until(all_of_the_bot, 15)
        assert len(host.asked("/hangs")) == 2
    finally:
        await rows.close()
        await rt.stop()
    assert TOKEN not in service.log.read_text(encoding="utf-8")
