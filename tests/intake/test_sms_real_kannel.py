"""Against a real Kannel: SMS come in, go out, are reported on, and none is lost meanwhile."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from hotline.app import make_app
from hotline.cases.terms import Channel, OutboundKind, OutboundState
from hotline.identity.viewer import INTAKE
from hotline.notify.transport import Failed, Letter, Retry, Sent
from hotline.notify.transports import open_line, open_transports
from hotline.store import outbound
from hotline.web.metrics import REGISTRY
from tests import builders
from tests.conftest import SMS_SECRETS
from tests.intake import kannel_for_real
from tests.intake.doors import opened, rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        kannel_for_real.missing() is not None, reason=str(kannel_for_real.missing())
    ),
]
TEXT = "Өтініш: жауап"


@pytest.fixture
def settings(settings):
    """Reports prove the first secret; Kannel must not take parts of it for its own signs."""
    return replace(settings, sms_secrets=("Дом %d+/", *SMS_SECRETS))


@pytest.fixture
async def kannel(rt, tmp_path):
    """A real Kannel before the real web process; `settings` go out by it."""
    async with TestServer(make_app(rt)) as server:
        base = str(server.make_url("")).rstrip("/")
        async with kannel_for_real.running(tmp_path, base, SMS_SECRETS[0]) as found:
            found.settings = replace(
                rt.settings, public_url=base, kannel_url=found.sendsms,
                kannel_user="hotline", kannel_password="pass word",
            )  # fmt: skip
            yield found


async def until(look, wanted, within_s=15):
    """What `look` finds as soon as it is `wanted`. Errors: AssertionError."""
    found = None
    try:
        async with asyncio.timeout(within_s):
            while not wanted(found := await look()):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"within {within_s} s only: {found}")
    return found


SAID = [
    # what a telephone sends                         words            who
    ("+77000000012 111 data %D0%9F%D0%BE%D0%BC%20a+b%2Bc%26d", "Пом a b+c&d", "+77000000012"),
    ("+77000000012 111 data %D3%98%D0%BA%D0%B5", "Әке", "+77000000012"),
    ("+77000000012 111 data %CF%EE%EC%EE%E3%E8%F2%E5", "Помогите", "+77000000012"),
    ("+77000000012 111 text Help a+b %41 100%", "Help a+b %41 100%", "+77000000012"),
    ("MCHS 111 text abc", "abc", "MCHS"),
    ("+77000000012 111 data post%20%D0%9F%D0%BE%D0%BC", "post Пом", "+77000000012"),
    ("+77000000012 111 text ", "", "+77000000012"),
]  # fmt: skip


async def test_what_a_telephone_sends_is_one_contact_each(kannel, rt, database):
    async def contacts():
        return await rows(database)

    for number, (said, words, who) in enumerate(SAID, start=1):
        async with kannel.phone(said):
            found = await until(contacts, lambda now, n=number: len(now) >= n)
        assert len(found) == number
        inside = await opened(rt, database, found[-1])
        assert inside["text"] == words
        assert inside["who"]["sender"] == who
    assert {contact["account"] for contact in found} == {"kannel"}


async def test_what_comes_while_the_store_is_away_is_there_when_it_is_back(
    kannel, rt, database, monkeypatch, tmp_path
):
    async def contacts():
        return await rows(database)

    async def refused():
        labels = {"channel": "sms/kannel", "reason": "unavailable"}
        return REGISTRY.get_sample_value("hotline_intake_refused_total", labels) or 0

    before = await refused()
    with monkeypatch.context() as away:
        away.setitem(rt.intake._options, "host", str(tmp_path))  # nobody listens there
        async with kannel.phone("+77000000012 111 text abc"):
            await until(refused, lambda now: now >= before + 2)
    await until(contacts, lambda now: len(now) == 1)


async def queued(rt, database):
    """One message of ours to somebody who wrote an SMS; its number."""
    receipt = await builders.a_contact(rt, "x", channel=Channel.SMS)
    contact = await database.fetchval("SELECT id FROM contacts WHERE receipt = $1", receipt)
    async with rt.transaction(INTAKE) as tx:
        return await outbound.put(
            tx,
            {"contact_id": contact, "channel": Channel.SMS, "account": "kannel",
             "kind": OutboundKind.REPLY, "locale": "kk", "state": OutboundState.SENDING},
        )  # fmt: skip


async def send(kannel, number, to="+77000000011", text=TEXT):
    transport = open_transports(kannel.settings)[Channel.SMS]
    async with open_line(5.0) as line:
        return await transport.send(line, Letter(number, to, text, "kk"))


async def test_what_goes_out_reaches_the_telephone_and_is_reported_delivered(
    kannel, rt, database
):
    number = await queued(rt, database)

    async def states():
        found = await database.fetch(
            "SELECT state FROM outbound_events WHERE outbound_id = $1 ORDER BY id", number
        )
        return [row["state"] for row in found]

    async with kannel.phone("+77000000012 111 text hello") as log:
        assert await send(kannel, number) == Sent()
        found = await until(states, lambda now: "delivered" in now)
        given = log.read_text(errors="replace")
    assert found == ["sending", "sent", "delivered"]  # report 8, then report 1
    units = "".join(f"%{b:02X}" for b in TEXT.encode("utf-16-be")).replace("%", "")
    shown = given.partition("ucs-2 ")[2].partition(">")[0]
    assert as_hex(shown) == units
    assert "+77000000011" in given


def as_hex(shown):
    """What fakesmsc writes, `%04%E9` where it is no letter and itself where it is one."""
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(shown.replace("+", " ")).hex().upper()


async def test_a_long_text_goes_in_parts_that_kannel_makes(kannel, rt, database):
    number = await queued(rt, database)
    async with kannel.phone("+77000000012 111 text hello") as log:
        assert await send(kannel, number, text="ө" * 150) == Sent()

        async def parts():
            return log.read_text(errors="replace").count(" udh %05%00%03")

        assert await until(parts, lambda now: now >= 3) == 3  # 67 + 67 + 16


async def test_a_wrong_password_and_a_dead_smsbox_are_told_apart(kannel, rt, database):
    number = await queued(rt, database)
    wrong = replace(kannel.settings, kannel_password="wrong")
    transport = open_transports(wrong)[Channel.SMS]
    letter = Letter(number, "+77000000011", TEXT, "kk")
    async with open_line(5.0) as line:
        assert await transport.send(line, letter) == Failed("http_403")
    dead = replace(kannel.settings, kannel_url="http://127.0.0.1:1")
    async with open_line(5.0) as line:
        result = await open_transports(dead)[Channel.SMS].send(line, letter)
    assert isinstance(result, Retry)
