"""One exchange, one consumer over the test's own store, and people who are ready."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from hotline.intake.ari_stream import Consumer
from tests import builders
from tests.phone.fake_ari import APP, PASSWORD, USER, running

PATIENCE_S = 10.0


@pytest.fixture
async def ari():
    """The exchange."""
    async with running() as fake:
        yield fake


@pytest.fixture
def phone(rt, ari):
    """A context manager: `async with phone():` is a running consumer."""
    rt.settings = replace(
        rt.settings, ari_url=ari.url, ari_user=USER, ari_password=PASSWORD, ari_app=APP
    )

    @asynccontextmanager
    async def running_consumer(*, connected=True):
        stopping = asyncio.Event()
        task = asyncio.create_task(Consumer(rt, stopping).run())
        before = ari.connections
        try:
            if connected:
                await until(lambda: ari.connections > before and ari.socket is not None)
            yield task
        finally:
            stopping.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(task, 5)

    return running_consumer


@pytest.fixture
def look(database):
    """Rows as they are."""

    class Look:
        async def calls(self):
            rows = await database.fetch(
                "SELECT * FROM calls ORDER BY split_part(call_ref, '.', 2)::int"
            )
            return [dict(row) for row in rows]  # in the order of calling

        async def states(self):
            return [row["state"] for row in await self.calls()]

        async def contacts(self):
            return await database.fetchval("SELECT count(*) FROM contacts")

        async def events(self):
            rows = await database.fetch("SELECT event FROM call_events ORDER BY id")
            return [row["event"] for row in rows]

        async def until_states(self, *wanted):
            await until(self.states, lambda found: found == list(wanted))

    return Look()


@pytest.fixture
def ready(rt, database):
    """Return a function that makes an operator who is ready at a telephone."""

    async def make(extension, since="now()"):
        somebody = await builders.a_person(rt, "operator", username=f"op{extension}")
        await database.execute(
            f"INSERT INTO presence (person_id, state, since, extension)"
            f" VALUES ($1, 'ready', {since}, $2)",
            somebody.viewer.person_id,
            extension,
        )
        return somebody.viewer

    return make


async def until(ask, fits=bool, patience=PATIENCE_S):
    """Ask again and again until the answer fits; fail with the last answer."""

    async def once():
        found = ask()
        return await found if asyncio.iscoroutine(found) else found

    deadline = asyncio.get_running_loop().time() + patience
    while not fits(found := await once()):
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.02)
    return found
