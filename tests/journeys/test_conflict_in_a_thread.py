"""Who is complained of may not know of what the same person writes on, nor answer it."""

from contextlib import suppress

import pytest

from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.receive_contact import receive_contact
from hotline.actions.steps.accused import About
from hotline.actions.write_in_thread import Written, write_in_thread
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy, Inbound
from hotline.cases.terms import Channel
from hotline.errors import NotFound, RuleForbids
from hotline.store.contact_view import contact_view
from hotline.store.thread_view import thread_view
from tests import builders


@pytest.fixture
async def pair(rt):
    """Two operators: the first is complained of, the second declares it."""
    return [(await builders.a_person(rt, "operator")).viewer for _ in range(2)]


async def chat(rt, number, text=builders.QUESTION, sender="4711"):
    said = Inbound(
        Channel.TELEGRAM, "123", f"m{number}", text, b"{}", sender=sender,
        policy=ContactPolicy(may_write=True),
    )  # fmt: skip
    return await receive_contact(rt, said)


async def page(rt, number):
    said = Inbound(Channel.WEB, "report", f"w{number}", builders.DANGER, b"", pin="012345")
    return await receive_contact(rt, said)


async def complain(rt, database, kept, whom, by):
    """A case was opened from the contact; now it is said that it complains of `whom`."""
    await builders.triage_all(rt)
    number = await database.fetchval(
        "SELECT k.number FROM cases k JOIN contacts c ON c.case_id = k.id WHERE c.id = $1",
        kept.id,
    )
    about = [About("person", whom.username, None)]
    await declare_conflict(rt, by, number, about)


async def knows(rt, viewer, receipt):
    """Whether `viewer` finds the contact by any way of reading or answering it."""
    found = set()
    async with rt.transaction(viewer) as tx:
        for name, read in (("page", contact_view), ("thread", thread_view)):
            try:
                await read(tx, viewer, receipt, rt.number_key)
                found.add(name)
            except NotFound:
                pass
    try:
        with suppress(RuleForbids):  # no provider is set up: they know of it all the same
            await write_reply(rt, viewer, receipt, Reply("Алло"))
        found.add("reply")
    except NotFound:
        pass
    return found


async def test_a_thread_behind_receipt_and_pin_is_closed_before_triage_has_read_on(
    rt, database, pair
):
    accused, other = pair
    root = await page(rt, 1)
    await complain(rt, database, root, accused, other)
    later = await write_in_thread(rt, root.id, Written("1", "Тағы бір сөз", b""))
    assert await knows(rt, accused, later.receipt) == set()
    assert await knows(rt, other, later.receipt) == {"page", "thread", "reply"}


async def test_a_chat_is_closed_to_an_operator_of_whom_an_earlier_message_complained(
    rt, database, pair
):
    accused, other = pair
    first = await chat(rt, 1, builders.DANGER)
    await complain(rt, database, first, accused, other)
    later, stranger = await chat(rt, 2), await chat(rt, 3, sender="4712")
    for _ in range(2):
        assert await knows(rt, accused, later.receipt) == set()
        assert "page" in await knows(rt, accused, stranger.receipt)
        assert "page" in await knows(rt, other, later.receipt)
        await builders.triage_all(rt)


async def test_a_body_is_not_out_of_everything_that_somebody_writes_later(
    rt, database, pair
):
    _, other = pair
    first = await chat(rt, 1, builders.DANGER)
    guardian = (
        await builders.a_person(rt, "guardian", region="71", bodies=("guard-71",))
    ).viewer
    await complain(rt, database, first, guardian, other)
    later = await chat(rt, 2)
    assert (
        await database.fetchval("SELECT apart FROM contacts WHERE id = $1", later.id)
        is None
    )
