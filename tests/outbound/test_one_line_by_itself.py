"""Whoever opens a thread in a messenger is told one neutral line, once; nobody else is."""

from datetime import timedelta

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import ContactPolicy, Inbound, InboundKind
from hotline.cases.terms import Channel
from tests.builders import DANGER, QUESTION
from tests.outbound.conftest import texts

CHAT = "4711"


async def wrote(rt, text=QUESTION, *, number=1, **facts):
    given = {
        "channel": Channel.TELEGRAM,
        "account": "123",
        "sender": CHAT,
        "policy": ContactPolicy(may_write=True),
        "lang_hint": "ru",
        **facts,
    }
    return await receive_contact(
        rt, Inbound(external_id=f"m{number}", text=text, raw=b"{}", **given)
    )


async def test_the_first_message_of_a_thread_is_answered_by_one_neutral_line(
    rt, provider, work, database
):
    kept = await wrote(rt)
    await work()
    assert texts(provider) == [f"Заявка принята. №{kept.receipt}"]
    row = await database.fetchrow("SELECT * FROM outbound")
    assert (row["state"], row["kind"], row["attempts"]) == ("sent", "ack", 1)
    moves = await database.fetch("SELECT state FROM outbound_events ORDER BY id")
    assert [move["state"] for move in moves] == ["queued", "sending", "sent"]


async def test_the_line_comes_once_a_day_however_much_is_written(rt, provider, work, clock):
    for number in range(5):
        await wrote(rt, number=number)
    await work()
    assert len(texts(provider)) == 1
    clock.forward(timedelta(hours=25))
    await wrote(rt, number=9)
    await work()
    assert len(texts(provider)) == 2


NOT_ANSWERED = [
    ("an edit", {"kind": InboundKind.EDIT, "follows": "m0"}),
    ("what nobody can read yet", {"kind": InboundKind.UNPARSED}),
    ("a group", {"policy": ContactPolicy()}),
    ("nobody's address", {"sender": None}),
    ("an SMS", {"channel": Channel.SMS}),
    ("a web page, which shows the receipt itself", {"channel": Channel.WEB}),
    (
        "a letter that asks for nothing",
        {"channel": Channel.EMAIL, "policy": ContactPolicy()},
    ),
    ("a partner's report", {"channel": Channel.PARTNER}),
]


@pytest.mark.parametrize(("text", "facts"), NOT_ANSWERED)
async def test_nothing_goes_out_by_itself_to(text, facts, rt, provider, work, database):
    await wrote(rt, DANGER, **facts)
    await work()
    assert provider.seen == []
    assert await database.fetchval("SELECT count(*) FROM outbound") == 0


async def test_a_line_that_would_come_late_does_not_come(rt, provider, work, clock):
    await wrote(rt)
    clock.forward(timedelta(minutes=16))
    await work()
    assert provider.seen == []


LANGUAGES = [
    (
        "the channel says Kazakh",
        {"lang_hint": "kk"},
        QUESTION,
        "Өтінішіңіз қабылданды. №{}",
    ),
    ("the words are Russian", {"lang_hint": None}, QUESTION, "Заявка принята. №{}"),
    (
        "the words are Kazakh",
        {"lang_hint": None},
        "Сәлеметсіз бе, балама көмек керек еді, не істеймін?",
        "Өтінішіңіз қабылданды. №{}",
    ),
    (
        "nothing says which",
        {"lang_hint": "de"},
        "?",
        "Өтінішіңіз қабылданды. №{0}\nЗаявка принята. №{0}",
    ),
]


@pytest.mark.parametrize(("text", "facts", "words", "expected"), LANGUAGES)
async def test_the_line_is_in_the_persons_language(
    text, facts, words, expected, rt, provider, work
):
    kept = await wrote(rt, words, **facts)
    await work()
    assert texts(provider) == [expected.format(kept.receipt)]


async def test_the_same_promise_twice_is_one_line(rt, provider, work):
    await wrote(rt)
    await work()
    await work()
    assert len(texts(provider)) == 1
