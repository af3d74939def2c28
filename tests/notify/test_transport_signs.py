"""From a person's answer to the provider's report, on the real path; and what is seen of it."""

from dataclasses import replace

import msgspec
import pytest
from aiohttp.test_utils import TestServer

from hotline.actions.receive_contact import receive_contact
from hotline.actions.send_outbound import send_outbound
from hotline.actions.write_reply import Reply, write_reply
from hotline.cases.inbound import ContactPolicy, Identity, Inbound
from hotline.cases.terms import Channel, JobName
from tests.builders import a_person, owed
from tests.conftest import SMS_SECRETS
from tests.notify.stand_ins import Providers

SAID = "Мы прочитали. Удобно ли писать сейчас?"


@pytest.fixture
async def provider():
    stand_in = Providers()
    stand_in.answers |= {
        "wa": (200, '{"messages": [{"id": "wamid.1"}]}'),
        "viber": (200, '{"status": 0, "message_token": 5000000000000000001}'),
    }
    async with TestServer(stand_in.app) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


@pytest.fixture
def settings(settings, provider):
    return replace(
        settings, kannel_url=f"{provider.url}/sms", whatsapp_api=f"{provider.url}/wa",
        whatsapp_token="wa-token", viber_api=f"{provider.url}/viber",
    )  # fmt: skip


async def answered(rt, channel, *, account="generic", sender="+77000000012"):
    """Somebody wrote and may be written to; a person at 111 answers, the worker sends."""
    kept = await receive_contact(
        rt,
        Inbound(
            channel=channel, account=account, external_id="1", text="Алло", raw=b"{}",
            identity=Identity(phone="+77000000012"), sender=sender,
            policy=ContactPolicy(may_write=True),
        ),
    )  # fmt: skip
    operator = (await a_person(rt, "operator")).viewer
    await write_reply(rt, operator, kept.receipt, Reply(SAID))
    for row_id in await owed(rt, JobName.SEND_OUTBOUND):
        await send_outbound(rt, [row_id])


async def row(database):
    found = await database.fetchrow("SELECT * FROM outbound WHERE kind = 'reply'")
    return dict(found)


async def sign(database, name):
    return await database.fetchrow("SELECT * FROM channel_signs WHERE name = $1", name)


async def test_an_answer_by_sms_is_reported_on_whatever_gateway_the_question_came_by(
    client, rt, provider, database
):
    await answered(rt, Channel.SMS)
    [(_, query, _, _)] = provider.seen
    assert (query["to"], query["text"]) == ("+77000000012", SAID)
    sent = await row(database)
    assert (sent["state"], sent["account"]) == ("sent", "generic")
    for told, state in (("8", "sent"), ("1", "delivered"), ("8", "delivered")):
        url = f"/intake/sms/kannel/dlr?k={SMS_SECRETS[0]}&id={sent['id']}&type={told}"
        assert (await client.get(url)).status == 200
        assert (await row(database))["state"] == state


async def test_a_report_without_the_secret_moves_nothing(client, rt, provider, database):
    await answered(rt, Channel.SMS)
    number = (await row(database))["id"]
    assert (await client.get(f"/intake/sms/kannel/dlr?id={number}&type=2")).status == 401
    assert (await row(database))["state"] == "sent"


@pytest.mark.parametrize(
    ("channel", "known"),
    [(Channel.WHATSAPP, "wamid.1"), (Channel.VIBER, "5000000000000000001"), (Channel.SMS, None)],
)  # fmt: skip
async def test_what_a_provider_took_is_sent_and_a_sign_of_life(
    rt, provider, database, channel, known
):
    await answered(rt, channel, sender="77000000012" if known else "+77000000012")
    sent = await row(database)
    assert sent["state"] == "sent"
    assert (sent["provider_id"] is None) is (known is None)
    assert (await sign(database, f"{channel}-out"))["heard_at"] is not None


FAILS = [
    # what the provider does      channel            answer                            code
    ("its token ended", Channel.WHATSAPP, (401, '{"error": {"code": 190}}'), "token_expired"),
    ("its token is wrong", Channel.VIBER, (200, '{"status": 2}'), "token_expired"),
    ("it hangs", Channel.SMS, 5.0, "timeout"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "channel", "answer", "code"), FAILS)
async def test_what_does_not_go_out_stands_on_the_board_of_channels(
    rt, provider, database, text, channel, answer, code
):
    rules = rt.config.channels.channels
    before = rules[channel]
    rules[channel] = msgspec.structs.replace(before, timeout_s=0.2)
    try:
        provider.answers[{"whatsapp": "wa"}.get(channel, str(channel))] = answer
        await answered(rt, channel, sender="+77000000012")
    finally:
        rules[channel] = before
    found = await sign(database, f"{channel}-out")
    assert (found["failed_at"] is not None, found["last_error"]) == (True, code)
    assert (await row(database))["reason"] == code


async def test_one_persons_refusal_is_no_failure_of_the_provider(rt, provider, database):
    provider.answers["wa"] = (400, '{"error": {"code": 131047}}')
    await answered(rt, Channel.WHATSAPP, sender="77000000012")
    assert (await row(database))["reason"] == "window_closed"
    assert await sign(database, "whatsapp-out") is None
