"""The whole way with real processes: supervisor, relay, Redis, worker, and a stand-in for Kannel."""

from datetime import timedelta

import pytest
import redis
from aiohttp.test_utils import TestServer

from benchmarks.service import Service, fill_directory, until
from hotline.actions.add_reach_way import add_reach_way
from hotline.actions.set_duty import Planned, set_duty
from hotline.runtime import open_runtime
from tests.builders import a_case, a_person
from tests.notify.stand_ins import Providers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]


async def test_a_grave_case_rings_a_phone_and_who_is_silent_gives_way_to_111(
    fresh_database_url, redis_url, engines_folder, monkeypatch
):
    with redis.Redis.from_url(redis_url) as line:
        line.flushall()
    stand_in = Providers()
    async with TestServer(stand_in.app) as server:
        monkeypatch.setenv("HOTLINE_KANNEL_URL", str(server.make_url("/sms")))
        service = Service(fresh_database_url, redis_url, engines_folder)
        await fill_directory(service.settings)
        rt = open_runtime(service.settings)
        operator = await a_person(rt, "operator", username="op")
        supervisor = await a_person(rt, "supervisor", username="sv")
        await a_person(rt, "guardian", region="71", bodies=["uzpd-71"], username="g1")
        await a_person(rt, "guardian", region="71", bodies=["uzpd-71"], username="g2")
        now = rt.clock.now()
        until_later = now.replace(microsecond=0) + timedelta(days=2)
        planned = [
            Planned(who, n, now, until_later) for n, who in enumerate(("g1", "g2"), 1)
        ]
        await set_duty(rt, supervisor.viewer, "uzpd-71", planned)
        await add_reach_way(rt, supervisor.viewer, "g2", kind="sms", address="+77010000022")
        service.start("supervisor", "worker-urgent")
        rows = await service.connect()
        try:
            number = await a_case(rt, operator, urgency=0)

            async def rang():
                return any(
                    query.get("to") == "+77010000022" for _, query, *_ in stand_in.seen
                )

            await until(rang)  # g1 has no way and no browser: passed over, g2 is rung
            states = await rows.fetch(
                "SELECT u.username, p.state, p.ways FROM pages p JOIN people u ON u.id = p.person_id"
                " JOIN cases k ON k.id = p.case_id WHERE k.number = $1 AND u.username LIKE 'g%'"
                " ORDER BY p.id",
                number,
            )
            assert states[0]["username"] == "g1"
            assert states[0]["state"] == "passed"
        finally:
            service.stop()
            await rows.close()
            await rt.stop()
