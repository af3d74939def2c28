"""How a thread stands is told of the whole of it, and never by what a machine made of it."""

import re
from datetime import UTC, datetime

import pytest

from hotline.actions.close_contact import close_contact
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.read_thread import thread_version
from hotline.actions.receive_contact import receive_contact
from hotline.actions.steps.tell_applicant import tell_applicants
from hotline.actions.write_in_thread import Written, write_in_thread
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel
from hotline.identity.viewer import TRIAGE
from tests import builders

PIN = "012345"
RECEIVED, READ, IN_WORK = "Оно у нас", "прочитал", "Мы над этим работаем"
UNTIL = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def enter(client):
    async def stands(kept):
        fields = {"receipt": kept.receipt, "pin": PIN, "lang": "ru"}
        page = await (await client.post("/status", data=fields)).text()
        return re.search(r'data-testid="thread-state">\s*(.*?)</p>', page, re.DOTALL)[
            1
        ], page

    return stands


async def wrote(rt, text=builders.QUESTION, channel=Channel.WEB):
    said = Inbound(channel, "report", "f", text, b"", pin=PIN, region_hint="71")
    return await receive_contact(rt, said)


async def wrote_on(rt, root, text=builders.QUESTION, number=1):
    return await write_in_thread(rt, root.id, Written(f"w{number}", text, b""))


@pytest.fixture
async def operator(rt):
    return (await builders.a_person(rt, "operator")).viewer


async def a_case(rt, operator, kept):
    said = Confirmation(subcategory="VIO.PHY", urgency=3, region="71")
    await confirm_contact(rt, operator, kept.receipt, said)


async def test_a_case_that_a_machine_opened_looks_as_any_other_report_until_a_person_read_it(
    rt, enter, operator, database
):
    kept = await wrote(rt, builders.DANGER)
    before, _ = await enter(kept)
    await builders.triage_all(rt)
    assert await database.fetchval("SELECT count(*) FROM cases") == 1
    after, _ = await enter(kept)
    assert before == after
    assert RECEIVED in after
    await a_case(rt, operator, kept)
    assert IN_WORK in (await enter(kept))[0]


async def test_work_on_a_later_message_is_work_on_the_thread(rt, enter, operator):
    root = await wrote(rt)
    await builders.triage_all(rt)
    await close_contact(rt, operator, root.receipt, "information_given")
    assert READ in (await enter(root))[0]
    later = await wrote_on(rt, root)
    assert RECEIVED in (await enter(root))[0]
    await builders.triage_all(rt)
    known = await thread_version(rt, root.id)
    await a_case(rt, operator, later)
    assert IN_WORK in (await enter(root))[0]
    assert await thread_version(rt, root.id) != known


@pytest.mark.parametrize("what", ["extended", "redirected"])
async def test_a_notice_about_a_later_message_lies_where_the_person_looks(
    rt, enter, operator, database, what
):
    root = await wrote(rt)
    await builders.triage_all(rt)
    await close_contact(rt, operator, root.receipt, "information_given")
    later = await wrote_on(rt, root)
    await builders.triage_all(rt)
    await a_case(rt, operator, later)
    known = await thread_version(rt, root.id)
    case = await database.fetchval("SELECT id FROM cases")
    async with rt.transaction(TRIAGE) as tx:
        more = {"until": UNTIL.isoformat()} if what == "extended" else {}
        await tell_applicants(rt, tx, case, what, until=UNTIL, more=more)
    shown = {"extended": "put-off", "redirected": "passed-on"}[what]
    assert f'data-testid="{shown}"' in (await enter(root))[1]
    assert await thread_version(rt, root.id) != known
