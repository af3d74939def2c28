"""A story with a roster: who is on duty for which body, and their ways of being woken."""

from datetime import timedelta

import hypothesis  # noqa: F401  Python 3.11 fails to parse it late, among greenlets
import pytest
from sqlalchemy import select

from hotline.actions.send_pages import send_pages
from hotline.actions.wake_duty import wake_duty
from hotline.identity.viewer import TRIAGE
from hotline.store import duty
from hotline.store.tables import outbox
from tests.story import Story, everybody


class Night(Story):
    """A story in which people are woken."""

    async def on_duty(self, body, *names):
        """Put people on duty for a body, by rank, from an hour ago for three days."""
        since, until = (
            self.clock.now() - timedelta(hours=1),
            self.clock.now() + timedelta(3),
        )
        async with self.rt.transaction(TRIAGE) as tx:
            await duty.add_shifts(
                tx,
                [
                    {
                        "body_id": body,
                        "person_id": self.who(name).person_id,
                        "rank": rank,
                        "from_at": since,
                        "to_at": until,
                    }
                    for rank, name in enumerate(names, 1)
                ],
            )

    async def reached_by(self, name, *ways):
        """Give a person ways of being woken, in order."""
        async with self.rt.transaction(TRIAGE) as tx:
            for rank, (kind, address) in enumerate(ways, 1):
                way = await self.rt.numbers.take(tx.now)
                await duty.add_way(
                    tx, way, self.who(name).person_id, kind=kind, rank=rank, address=address
                )

    async def send(self):
        """Do what the worker would do with promised pages."""
        async with self.rt.transaction(TRIAGE) as tx:
            owed = await tx.rows(
                select(outbox.c.id).where(
                    outbox.c.done_at.is_(None), outbox.c.job == "wake_duty"
                )
            )
        if owed:
            await send_pages(self.rt, [row.id for row in owed])

    async def night_goes_on(self, **span):
        """Time passes; the sweep and the worker do their work until nothing is due."""
        self.clock.forward(timedelta(**span))
        await self.sweep()
        while await wake_duty(self.rt):
            await self.send()
        await self.send()

    async def woken(self, number):
        """(body, user name or None, state) of every page of the case, in order."""
        rows = await self.database.fetch(
            "SELECT p.body_id, u.username, p.state FROM pages p JOIN cases k"
            " ON k.id = p.case_id LEFT JOIN people u ON u.id = p.person_id"
            " WHERE k.number = $1 ORDER BY p.id",
            number,
        )
        return [tuple(row) for row in rows]


@pytest.fixture
async def night(rt, clock, database):
    return Night(rt, clock, database, await everybody(rt))
