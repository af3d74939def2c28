"""A letter, an answer by a person at 111, and the answer to that: one thread, by token."""

from dataclasses import replace

import pytest

from hotline.actions.send_outbound import send_outbound
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.terms import JobName
from hotline.intake.mail_door import take_letter
from tests.builders import a_person, owed
from tests.intake.doors import opened, rows
from tests.intake.post_office import example, letter
from tests.notify.stand_ins import MailServer


@pytest.fixture
async def outgoing(rt):
    async with MailServer() as server:
        url = f"smtp://127.0.0.1:{server.port}"
        rt.settings = replace(rt.settings, smtp_url=url, smtp_from="111@hotline.example")
        yield server


@pytest.fixture
async def answered(rt, outgoing, database):
    """A letter of Aigul's that an operator answered; give the answer as it went out."""
    operator = (await a_person(rt, "operator")).viewer
    taken = await take_letter(rt, letter("Мужу не говорите", subject="Помогите"))
    await write_reply(rt, operator, taken.outcome.receipts[0], Reply(text="Біз оқыдық."))
    for row_id in await owed(rt, JobName.SEND_OUTBOUND):
        await send_outbound(rt, [row_id])
    [sent] = outgoing.letters
    return sent


async def test_an_answer_and_its_answer_are_one_thread(rt, database, answered):
    assert answered["To"] == "aigul@example.kz"
    assert answered["In-Reply-To"] == "<a@b.kz>"
    assert "Помогите" not in str(answered)
    assert answered.get_content().strip() == "Біз оқыдық."
    assert await database.fetchval("SELECT state FROM outbound") == "sent"
    await take_letter(
        rt, letter("Рақмет", message_id="<2@b.kz>", In_Reply_To=answered["Message-ID"])
    )
    first, second = await rows(database)
    assert second["follows_id"] == first["id"]
    assert (await opened(rt, database, second))["text"] == "Хат\nРақмет"


async def test_a_stranger_with_the_same_token_is_a_contact_of_their_own(
    rt, database, answered
):
    stranger = letter(sender="husband@example.kz", In_Reply_To=answered["Message-ID"])
    await take_letter(rt, stranger)
    assert (await rows(database))[-1]["follows_id"] is None


async def test_a_bounce_of_what_went_out_is_seen_on_it(rt, database, answered):
    bounce = example("dsn_bounce").replace(
        b"<case-111-26-004821-7@hotline.example>", answered["Message-ID"].encode()
    )
    taken = await take_letter(rt, bounce)
    assert taken.outcome.receipts == ()
    row = await database.fetchrow("SELECT state, reason FROM outbound")
    assert tuple(row) == ("failed", "dsn_5.1.1")


async def test_our_own_answer_that_comes_back_is_no_contact(rt, database, answered):
    assert (await take_letter(rt, answered.as_bytes())).why == "own_loop"
    assert len(await rows(database)) == 1
