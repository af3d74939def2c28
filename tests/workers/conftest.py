"""Contacts to work on, and the parts of the queue, on real PostgreSQL and Redis."""

import asyncio

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
import redis

from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel

QUESTION = "Здравствуйте, как записать ребёнка в детский сад в Павлодаре?"
DANGER = "Отчим прямо сейчас избивает ребёнка, он с ножом, помогите"


@pytest.fixture
def jobs(settings):
    """The queues of an emptied Redis."""
    from hotline.queue import Jobs

    with redis.Redis.from_url(settings.redis_url) as line:
        line.flushall()
    found = Jobs(settings.redis_url)
    yield found
    found.close()


@pytest.fixture
async def receive(rt, database):
    """Return a function that stores `n` contacts and returns the ids of their promises."""
    from hotline.actions.receive_contact import receive_contact

    rt.intake.start()

    async def many(n, *, text=QUESTION, screened=True, start=0):
        await asyncio.gather(
            *(
                receive_contact(
                    rt,
                    Inbound(
                        channel=Channel.PARTNER,
                        account="eotinish",
                        external_id=f"m-{start + i}",
                        text=text,
                        raw=b"{}",
                        screened=screened,
                    ),
                )
                for i in range(n)
            )
        )
        rows = await database.fetch("SELECT id FROM outbox ORDER BY id DESC LIMIT $1", n)
        return sorted(row["id"] for row in rows)

    return many


@pytest.fixture
def look(database):
    """Return a function that reads the outbox as it is."""

    async def rows():
        return await database.fetch("SELECT * FROM outbox ORDER BY id")

    return rows
