"""A case is locked before what belongs to it: two who move it never wait in a circle."""

import asyncio

import asyncpg
import pytest

from hotline.actions.attach_contact import attach_contact, detach_contact
from hotline.errors import Stale
from hotline.store.engine import asyncpg_options
from tests import builders
from tests.journeys.test_conflict_carried import attached


@pytest.fixture
async def other(story):
    """Another person's transaction, over a connection of its own."""
    connection = await asyncpg.connect(**asyncpg_options(story.rt.settings.database_url))
    yield connection
    await connection.close()


async def waits(story, blocker):
    """Wait until somebody waits for `blocker`."""
    asked = (
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)))"
    )
    while not await story.database.fetchval(asked, blocker.get_server_pid()):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("move", ["attach", "detach"])
async def test_who_waits_for_the_case_holds_nothing_of_the_contact(story, other, move):
    receipt, number = await attached(story)
    rt, operator = story.rt, story.who("operator")
    if move == "attach":
        await detach_contact(rt, operator, receipt)
    case, contact = builders.row_id(rt, number), builders.row_id(rt, receipt)
    doing = {
        "attach": lambda: attach_contact(rt, operator, receipt, number),
        "detach": lambda: detach_contact(rt, operator, receipt),
    }[move]
    async with other.transaction():
        await other.execute("SELECT FROM cases WHERE id = $1 FOR UPDATE", case)
        task = asyncio.create_task(doing())
        await asyncio.wait_for(waits(story, other), 10)
        await other.execute("SELECT FROM contacts WHERE id = $1 FOR UPDATE NOWAIT", contact)
        await other.execute("UPDATE clocks SET id = id WHERE contact_id = $1", contact)
    await task
    attached_to = (await story.contact(receipt))["case_id"]
    assert attached_to == (case if move == "attach" else None)


async def test_a_contact_that_was_moved_meanwhile_is_not_detached(story, other):
    receipt, number = await attached(story)
    case, contact = builders.row_id(story.rt, number), builders.row_id(story.rt, receipt)
    async with other.transaction():
        await other.execute("SELECT FROM cases WHERE id = $1 FOR UPDATE", case)
        task = asyncio.create_task(detach_contact(story.rt, story.who("operator"), receipt))
        await asyncio.wait_for(waits(story, other), 10)
        await other.execute("UPDATE contacts SET case_id = NULL WHERE id = $1", contact)
    with pytest.raises(Stale):
        await task
    assert (await story.history(number))["contact_detached"] == 0
