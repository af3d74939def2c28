"""A message goes out at most once unless its provider surely did not take it."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from hotline.actions import send_outbound as sending
from hotline.actions.acknowledge_contacts import acknowledge_contacts
from hotline.actions.note_delivery import note_delivery
from hotline.actions.send_outbound import send_outbound
from hotline.actions.settle_uncertain import settle_uncertain
from hotline.cases.inbound import DeliveryReport
from hotline.cases.terms import Channel, JobName, OutboundState
from hotline.errors import RuleForbids
from hotline.notify.transport import Letter, Sent
from tests.builders import a_person, owed
from tests.outbound.conftest import GOOD, texts
from tests.outbound.test_one_line_by_itself import wrote

LIMIT = '{"ok": false, "error_code": 429, "parameters": {"retry_after": 40}}'


@pytest.fixture
def stands(database):
    async def row():
        return await database.fetchrow("SELECT * FROM outbound ORDER BY id DESC")

    return row


ANSWERS = [
    ("it is taken", (200, GOOD), "sent", None),
    ("the answer is no JSON", (200, "<html>"), "uncertain", "bad_answer"),
    ("a 200 holds an error", (200, '{"ok":false,"error_code":400}'), "failed", "http_400"),
    (
        "a 200 holds a block",
        (200, '{"ok":false,"error_code":403}'),
        "suppressed",
        "blocked",
    ),
    ("the token is wrong", (401, '{"ok":false,"error_code":401}'), "failed", "http_401"),
    ("the chat is gone", (400, '{"ok":false,"error_code":400}'), "failed", "http_400"),
    (
        "the bot was blocked",
        (403, '{"ok":false,"error_code":403}'),
        "suppressed",
        "blocked",
    ),
    ("its gateway is broken", (502, "bad gateway"), "uncertain", "http_502"),
    ("it is away", (503, ""), "queued", "http_503"),
    ("it is asked too often", (429, LIMIT), "queued", "http_429"),
    ("it sends elsewhere", (302, ""), "failed", "http_302"),
]


@pytest.mark.parametrize(("text", "answer", "state", "reason"), ANSWERS)
async def test_what_becomes_of_a_message_when(
    text, answer, state, reason, rt, provider, work, stands
):
    provider.answers["tg"] = answer
    await wrote(rt)
    await work()
    row = await stands()
    assert (row["state"], row["reason"]) == (state, reason)
    assert len(provider.seen) == 1


async def test_a_provider_that_hangs_leaves_it_uncertain_and_it_never_goes_again_by_itself(
    rt, provider, work, stands, clock
):
    rules = rt.config.channels.channels
    before = rules["telegram"]
    rules["telegram"] = msgspec.structs.replace(before, timeout_s=0.2)
    try:
        provider.answers["tg"] = 5.0
        await wrote(rt)
        await work()
        assert ((await stands())["state"], (await stands())["reason"]) == (
            "uncertain",
            "timeout",
        )
        provider.answers["tg"] = (200, GOOD)
        for _ in range(3):
            clock.forward(timedelta(hours=1))
            await work()
        assert len(provider.seen) == 1
    finally:
        rules["telegram"] = before


async def test_no_line_at_all_is_tried_again_and_given_up_in_the_end(
    rt, provider, work, stands, clock, monkeypatch
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    away = replace(rt.settings, telegram_api=nowhere)
    monkeypatch.setattr(rt, "settings", away)
    monkeypatch.setattr("hotline.routing.outbound.ACK_WITHIN", timedelta(days=1))
    await wrote(rt)
    pauses = []
    for _ in range(rt.config.channels.channels["telegram"].attempts):
        await work()
        row = await stands()
        if row["not_before"] is not None:
            pauses.append((row["not_before"] - clock.now()).total_seconds())
        clock.forward(timedelta(minutes=16))
    assert pauses == [5, 10, 20, 40, 80]
    assert (row["state"], row["reason"], row["attempts"]) == ("failed", "no_line", 6)
    await work()
    assert (await stands())["attempts"] == 6


async def test_a_provider_says_when_to_come_again(rt, provider, work, stands, clock):
    provider.answers["tg"] = (429, LIMIT)
    await wrote(rt)
    await work()
    assert (await stands())["not_before"] == clock.now() + timedelta(seconds=40)
    clock.forward(timedelta(seconds=39))
    await work()
    assert len(provider.seen) == 1
    provider.answers["tg"] = (200, GOOD)
    clock.forward(timedelta(seconds=2))
    await work()
    assert len(provider.seen) == 2
    assert (await stands())["state"] == "sent"


async def test_who_dies_while_sending_leaves_it_uncertain(
    rt, provider, work, stands, clock, monkeypatch
):
    class Died(BaseException):
        """As if the process were gone."""

    async def die(*_):
        raise Died

    await wrote(rt)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_hand_over", die)
        with pytest.raises(Died):
            await work()
    assert (await stands())["state"] == "sending"
    await work()  # its lease was given back at once: it is still another's
    assert (await stands())["state"] == "sending"
    clock.forward(timedelta(minutes=1))
    await work()
    row = await stands()
    assert (row["state"], row["reason"]) == ("uncertain", "interrupted")
    await work()
    assert provider.seen == []
    assert await owed(rt, JobName.SEND_OUTBOUND) == []


async def test_a_person_says_that_it_arrived_or_lets_it_go_once_more(
    rt, provider, work, stands
):
    operator = (await a_person(rt, "operator")).viewer
    provider.answers["tg"] = (200, "?")
    kept = await wrote(rt)
    await work()
    number = (await stands())["id"]
    await settle_uncertain(rt, operator, kept.receipt, number, arrived=False)
    provider.answers["tg"] = (200, GOOD)
    await work()
    assert (await stands())["state"] == "sent"
    assert len(texts(provider)) == 2
    for arrived in (True, False):
        with pytest.raises(RuleForbids):
            await settle_uncertain(rt, operator, kept.receipt, number, arrived=arrived)


REPORTS = [
    ("an uncertain one was delivered", "uncertain", OutboundState.DELIVERED, "delivered"),
    ("an uncertain one failed", "uncertain", OutboundState.FAILED, "failed"),
]


@pytest.mark.parametrize(("text", "_before", "told", "after"), REPORTS)
async def test_a_report_settles_what_nobody_knew(
    text, _before, told, after, rt, provider, work, stands
):
    provider.answers["tg"] = (200, "?")
    await wrote(rt)
    await work()
    number = (await stands())["id"]
    report = DeliveryReport(Channel.TELEGRAM, "123", told, our_id=number)
    assert await note_delivery(rt, report)
    assert (await stands())["state"] == after


async def test_a_report_that_is_quicker_than_the_answer_is_not_undone(
    rt, provider, work, stands, monkeypatch
):
    class Quick:
        async def send(self, line, letter: Letter):
            told = OutboundState.DELIVERED
            report = DeliveryReport(
                Channel.TELEGRAM, "123", told, our_id=letter.outbound_id
            )
            await note_delivery(rt, report)
            return Sent("named-by-the-provider")

    monkeypatch.setattr(sending, "open_transports", lambda _: {Channel.TELEGRAM: Quick()})
    await wrote(rt)
    await work()
    row = await stands()
    assert row["state"] == "delivered"
    known = DeliveryReport(
        Channel.TELEGRAM, "123", OutboundState.READ, provider_id="named-by-the-provider"
    )
    assert await note_delivery(rt, known)
    assert "named-by-the-provider" not in str(dict(row))
    assert (await stands())["state"] == "read"


async def test_a_provider_that_gives_two_messages_one_id_confuses_neither(
    rt, provider, work, stands, monkeypatch, database
):
    class Same:
        async def send(self, line, letter):
            return Sent("the-same")

    monkeypatch.setattr(sending, "open_transports", lambda _: {Channel.TELEGRAM: Same()})
    for number in (1, 2):
        await wrote(rt, number=number, sender=str(number))
    await work()
    rows = await database.fetch("SELECT state FROM outbound")
    assert [row["state"] for row in rows] == ["sent", "sent"]


async def test_two_workers_with_the_same_row_send_it_once(rt, provider, work, stands):
    await wrote(rt)

    for row_id in await owed(rt, JobName.ACKNOWLEDGE_CONTACT):
        await acknowledge_contacts(rt, [row_id])
    (row_id,) = await owed(rt, JobName.SEND_OUTBOUND)

    await asyncio.gather(*(send_outbound(rt, [row_id]) for _ in range(4)))
    assert len(provider.seen) == 1
