"""Messages come from posters and messengers and are answered while everything is killed."""

import asyncio
import hashlib
import hmac
import json
import re
import threading
import time
from collections import Counter

import aiohttp
import pytest
import redis
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.service import (
    WHATSAPP_NUMBER,
    WHATSAPP_SECRET,
    Service,
    fill_directory,
    until,
)
from hotline.actions.manage_sites import SiteGiven, keep_site, make_code
from hotline.actions.verify_intake import verify_intake
from hotline.embedded import Engines
from hotline.runtime import open_runtime
from hotline.store.migrate import upgrade
from tests import builders

CHATS, BATCHES, SCANS = 90, 20, 20  # Telegram; WhatsApp, three in each; a poster's code
PACE_S = 0.06
UNDER_WAY = 8  # a lane's width: so many may be with the provider in the moment of a kill
KILLS = 2
SECRET = "tg-secret-of-this-test"
SITE = SiteGiven("school-1", "school", "Сынақ мектебі", "Пробная школа", "71", None, None)
SAID = "Балам туралы сұрағым бар."


class World:
    """Telegram's side of answers, and everybody who writes; on a loop of its own."""

    def __init__(self, service):
        self.service, self.sent, self.done, self.code = service, Counter(), 0, None
        self.receipts, self.repeats = {}, 0
        self.api = None
        self._up = threading.Event()
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._up.wait(20)

    def begin(self):
        self._go.set()

    def end(self):
        self._go.set()
        self.service = None
        self._thread.join(10)

    def reach(self, share):
        """Return once `share` of all bodies were accepted."""
        wanted = share * (CHATS + BATCHES + SCANS)
        deadline = time.monotonic() + 60
        while self.done < wanted and self._thread.is_alive():
            assert time.monotonic() < deadline, (self.done, wanted)
            time.sleep(0.02)
        assert self.done >= wanted, "a writer gave up"

    def _run(self):
        asyncio.run(self._serve())

    async def _answer(self, request):
        asked = await request.json()
        self.sent[str(asked["chat_id"])] += 1
        await asyncio.sleep(1.0)  # some are always under way
        return web.json_response(
            {"ok": True, "result": {"message_id": sum(self.sent.values())}}
        )

    async def _serve(self):
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        async with TestServer(app) as server:
            self.api = str(server.make_url("/tg"))
            self._up.set()
            await asyncio.to_thread(self._go.wait)
            if self.service:
                await self._write()
            while self.service:
                await asyncio.sleep(0.05)

    async def _write(self):
        writing = [self._telegram(n) for n in range(CHATS)]
        writing += [self._whatsapp(n) for n in range(BATCHES)]
        writing += [self._scan(n) for n in range(SCANS)]
        writing = [one for part in range(7) for one in writing[part::7]]
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as http:
            tasks = []
            for one in writing:
                tasks.append(asyncio.create_task(self._count(one(http))))
                await asyncio.sleep(PACE_S)
            await asyncio.gather(*tasks)

    async def _count(self, writing):
        await writing
        self.done += 1

    def _telegram(self, number):
        person = {"id": 7_000 + number, "first_name": "Айгүл", "language_code": "kk"}
        message = {
            "message_id": 1,
            "from": person | {"is_bot": False},
            "chat": {"id": 7_000 + number, "type": "private"},
            "date": int(time.time()),
            "text": SAID,
        }
        body = json.dumps({"update_id": 1_000 + number, "message": message}).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        return lambda http: self._post(http, "/intake/telegram", body, headers)

    def _whatsapp(self, number):
        messages = [
            {
                "from": f"7700{number:07d}",
                "id": f"wamid.F{number}.{part}",
                "timestamp": str(int(time.time())),
                "type": "text",
                "text": {"body": SAID},
            }
            for part in range(3)
        ]
        metadata = {"phone_number_id": WHATSAPP_NUMBER}
        value = {"metadata": metadata, "contacts": [], "messages": messages}
        entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
        told = {"object": "whatsapp_business_account", "entry": [entry]}
        body = json.dumps(told).encode()
        digest = hmac.new(WHATSAPP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}"}
        return lambda http: self._post(http, "/intake/whatsapp", body, headers)

    async def _post(self, http, path, body, headers):
        """Send until 200, as providers do."""

        async def accepted():
            async with http.post(
                self.service.url + path, data=body, headers=headers
            ) as answer:
                assert answer.status in (200, 503), answer.status
                return answer.status == 200

        await self._until(accepted)

    def _scan(self, number):
        async def scan(http):
            form, same = {}, {"Sec-Fetch-Site": "same-origin"}

            async def opened():
                url = f"{self.service.url}/q/{self.code}?lang=kk"
                async with http.get(url) as answer:
                    page = await answer.text()
                for name in ("csrf", "form_id", "lang", "code"):
                    found = re.search(f'name="{name}" value="([^"]*)"', page)
                    form[name] = found and found[1]
                return answer.status == 200 and form["form_id"]

            async def accepted():  # the same form again, as a telephone's button does
                url = f"{self.service.url}/report"
                async with http.post(
                    url, data={**form, "text": f"{SAID} {number}"}, headers=same
                ) as answer:
                    page = await answer.text()
                found = re.search(r'data-testid="receipt">([^<]*)<', page)
                if found:
                    self.receipts.setdefault(number, set()).add(found[1])
                return bool(found)

            await self._until(opened)
            await self._until(accepted)

        return scan

    async def _until(self, accepted):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                if await accepted():
                    return
            except (aiohttp.ClientError, TimeoutError):
                pass
            self.repeats += 1
            await asyncio.sleep(0.2)
        raise TimeoutError("never accepted")


@pytest.fixture
def engines(engines_folder):
    """Engines of this test's own: they are killed and restarted, and they are durable."""
    with Engines(engines_folder / "outward-faults", durable=True) as running:
        yield running


@pytest.fixture
def service(engines, engines_folder):
    found = Service(engines.database_url, engines.redis_url, engines_folder)
    asyncio.run(upgrade(found.database_url))
    asyncio.run(fill_directory(found.settings))
    yield found
    found.stop()


@pytest.fixture
def world(service, monkeypatch):
    found = World(service)
    monkeypatch.setenv("HOTLINE_TELEGRAM_API", found.api)
    monkeypatch.setenv("HOTLINE_TELEGRAM_TOKEN", "123:abc")
    monkeypatch.setenv("HOTLINE_TELEGRAM_SECRET", SECRET)
    found.code = asyncio.run(a_code(service))
    yield found
    found.end()


async def a_code(service):
    rt = open_runtime(service.settings)
    admin = (await builders.a_person(rt, "admin")).viewer
    await keep_site(rt, admin, SITE)
    code = await make_code(rt, admin, SITE.id)
    await rt.stop()
    return code


def faults(service, engines):
    def kill(name):
        service.kill(name)
        service.start(name)

    def wipe():
        with redis.Redis.from_url(service.redis_url) as line:
            line.flushall()

    return [
        lambda: kill("worker-outward"),
        lambda: kill("web"),
        wipe,
        engines.restart_postgres,
        lambda: kill("worker-outward"),
        lambda: kill("supervisor"),
    ]


async def what_became(service):
    """Return how many contacts of each channel there are, and each answer's chat and state."""
    rows = await service.connect()
    try:

        async def gone_out():
            open_ = await rows.fetchval(
                "SELECT (SELECT count(*) FROM outbound WHERE state = 'queued'"
                " AND channel = 'telegram') + (SELECT count(*) FROM outbox WHERE done_at IS NULL"
                " AND job IN ('acknowledge_contact', 'triage_contact', 'compare_contact'))"
            )
            return open_ == 0

        await until(gone_out, 40)
        contacts = await rows.fetch(
            "SELECT channel, count(*), count(DISTINCT external_id) FROM contacts GROUP BY 1"
        )
        states = await rows.fetch(
            "SELECT state, count(*) AS n FROM outbound WHERE channel = 'telegram' GROUP BY 1"
        )
    finally:
        await rows.close()
    rt = open_runtime(service.settings)
    conserved = await verify_intake(rt)
    await rt.stop()
    return (
        {row[0]: (row[1], row[2]) for row in contacts},
        {row["state"]: row["n"] for row in states},
        conserved,
    )


@pytest.mark.slow
@pytest.mark.timeout(170)
def test_what_is_answered_goes_once_or_is_known_to_be_unknown(service, engines, world):
    service.start("web", "worker-urgent", "worker-bulk", "worker-outward", "supervisor")
    asyncio.run(service.ready())
    world.begin()
    planned = faults(service, engines)
    for turn, fault in enumerate(planned, 1):
        world.reach(turn / (len(planned) + 1))
        fault()
    world.reach(1)
    contacts, states, conserved = asyncio.run(what_became(service))

    assert world.repeats > 0, "no fault was felt by those who write"
    assert contacts == {
        "telegram": (CHATS, CHATS),
        "whatsapp": (3 * BATCHES, 3 * BATCHES),
        "qr": (SCANS, SCANS),
    }
    assert {len(found) for found in world.receipts.values()} == {1}
    assert len(set.union(*world.receipts.values())) == SCANS
    assert conserved.holds, conserved
    assert set(world.sent.values()) == {1}  # nobody was written to twice
    unknown = states.get("sending", 0) + states.get("uncertain", 0)
    assert sum(states.values()) == CHATS
    assert set(states) <= {"sent", "sending", "uncertain"}
    assert unknown <= KILLS * UNDER_WAY + UNDER_WAY  # and while PostgreSQL restarted
    assert states["sent"] <= len(world.sent) <= states["sent"] + unknown
