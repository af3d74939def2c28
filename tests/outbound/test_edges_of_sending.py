"""Providers that ask for absurd pauses, that refuse us all, and people who come back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.actions.leave_thread import leave_thread
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy, ThreadLeft
from hotline.cases.terms import Channel
from hotline.errors import RuleForbids
from hotline.routing.safe_hours import read_hours
from hotline.store import thread_view
from tests.builders import a_person
from tests.outbound.conftest import GOOD, texts
from tests.outbound.test_one_line_by_itself import CHAT, wrote

SAID = "Мы прочитали. Удобно ли писать сейчас?"
HUGE = "1" + "0" * 400


@pytest.fixture
async def operator(rt):
    return (await a_person(rt, "operator")).viewer


def limit(seconds):
    told = f'{{"ok":false,"error_code":429,"parameters":{{"retry_after":{seconds}}}}}'
    return (429, told)


PAUSES = [
    # what the provider asks for   what it says     how long it is left alone, in seconds
    ("half an hour", "1800", 1800),
    ("an hour and more: it is asked again, and a person sees it in the end", "7200", 3600),
    ("a year", "31536000", 3600),
    ("a number of 400 digits", HUGE, 5),
    ("infinity", "1e999", 5),
    ("less than nothing", "-5", 5),
    ("a word", '"soon"', 5),
]


@pytest.mark.parametrize(("text", "says", "seconds"), PAUSES, ids=[p[0] for p in PAUSES])
async def test_a_provider_that_asks_for_a_pause_gets_it_within_reason(
    rt, provider, work, clock, database, operator, text, says, seconds
):
    kept = await wrote(rt)
    await work()
    provider.answers["tg"] = limit(says)
    await write_reply(rt, operator, kept.receipt, Reply(SAID))
    await work()
    row = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    assert row["state"] == "queued"
    assert row["not_before"] - clock.now() == timedelta(seconds=seconds)


NOBODY_GETS_ANYTHING = [
    ("the token was taken back", (401, '{"ok":false,"error_code":401}'), "http_401"),
    ("the token is none", (404, '{"ok":false,"error_code":404}'), "token_expired"),
]


@pytest.mark.parametrize(
    ("text", "answer", "code"),
    NOBODY_GETS_ANYTHING,
    ids=[p[0] for p in NOBODY_GETS_ANYTHING],
)
async def test_a_bot_that_may_not_speak_stands_on_the_board_of_channels(
    rt, provider, work, database, text, answer, code
):
    provider.answers["tg"] = answer
    await wrote(rt)
    await work()
    sign = await database.fetchrow(
        "SELECT * FROM channel_signs WHERE name = 'telegram-out'"
    )
    assert (sign["failed_at"] is not None, sign["last_error"]) == (True, code)


async def test_a_mail_server_that_is_gone_stands_on_the_board_of_channels(
    rt, provider, work, database, monkeypatch
):
    away = replace(
        rt.settings, smtp_url="smtp://127.0.0.1:9", smtp_from="111@hotline.example"
    )
    monkeypatch.setattr(rt, "settings", away)
    await wrote(
        rt, "Ответьте мне, пожалуйста", channel=Channel.EMAIL, sender="aigul@example.kz"
    )
    await work()
    sign = await database.fetchrow("SELECT * FROM channel_signs WHERE name = 'email-out'")
    assert sign is not None
    assert sign["failed_at"] is not None


async def test_who_writes_again_after_leaving_has_opened_the_thread(
    rt, provider, work, operator, clock, database
):
    kept = await wrote(rt)
    provider.answers["tg"] = (403, '{"ok":false,"error_code":403}')
    await work()
    with pytest.raises(RuleForbids):
        await write_reply(rt, operator, kept.receipt, Reply(SAID))
    provider.answers["tg"] = (200, GOOD)
    clock.forward(timedelta(minutes=5))
    again = await wrote(rt, number=2)
    await write_reply(rt, operator, again.receipt, Reply(SAID))
    await work()
    assert SAID in texts(provider)


async def test_who_leaves_after_writing_has_left(rt, provider, work, operator, clock):
    kept = await wrote(rt)
    clock.forward(timedelta(minutes=5))
    await leave_thread(rt, ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=True))
    with pytest.raises(RuleForbids) as refused:
        await write_reply(rt, operator, kept.receipt, Reply(SAID))
    assert refused.value.code == "thread_left"


async def test_who_leaves_twice_has_left_the_second_time_too(
    rt, provider, work, operator, clock
):
    for number in (1, 2):
        kept = await wrote(rt, number=number)
        clock.forward(timedelta(minutes=5))
        await leave_thread(rt, ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=True))
    with pytest.raises(RuleForbids) as refused:
        await write_reply(rt, operator, kept.receipt, Reply(SAID))
    assert refused.value.code == "thread_left"


DOUBTFUL = [
    # as people write it   meant by day, and read as the night
    "9-6",
    "9:00-6:00",
    "10-7",
    "8 - 5",
    "1-5",
    "2-4",
    "12-3",
    "9-12, 2-5",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_hours_that_may_be_of_the_afternoon_are_left_to_people(text):
    assert read_hours(text) is None


SURE = [
    # hours at night that nobody can mean otherwise
    ("22-6", ((1320, 360),)),
    ("18:00-9:00", ((1080, 540),)),
    ("20-2", ((1200, 120),)),
    ("00:00-06:00", ((0, 360),)),
    ("02:00-05:00", ((120, 300),)),
    ("0-24", ((0, 1440),)),
    ("7-9", ((420, 540),)),
    ("9-0", ((540, 0),)),
]


@pytest.mark.parametrize(("text", "spans"), SURE)
def test_hours_at_night_that_are_plain_are_read(text, spans):
    found = read_hours(text)
    assert found is not None
    assert found.spans == spans


async def test_an_answer_that_never_went_is_shown_to_people(
    rt, provider, work, operator, clock
):
    policy = ContactPolicy(may_write=True, hours="18:30-20:00")
    kept = await wrote(rt, policy=policy)
    await write_reply(rt, operator, kept.receipt, Reply(SAID))
    await leave_thread(rt, ThreadLeft(Channel.TELEGRAM, "123", CHAT, left=True))
    clock.forward(timedelta(hours=9))
    await work()  # the line by itself is too late by now, and nobody need look after that
    async with rt.transaction(operator) as tx:
        [shown] = await thread_view.unsettled(tx, operator)
    assert (shown.receipt, shown.state, shown.kind) == (kept.receipt, "suppressed", "reply")
    assert shown.reason == "thread_left"
    clock.forward(timedelta(days=4))
    async with rt.transaction(operator) as tx:
        assert await thread_view.unsettled(tx, operator) == ()
