"""What exchanges really do and send, beside what their contract says."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.actions.reconcile_calls import close_calls, reconcile_calls
from hotline.cases.call_leg import Leg, LegKind
from hotline.intake.ari import channel_as_event, read
from hotline.intake.calls import number_of
from hotline.notify.ari import base_of
from hotline.notify.ari_line import asking
from tests.phone.conftest import until
from tests.phone.fake_ari import ENTITY
from tests.phone.test_ari_events import HEARD, recorded

SERVICE = Leg(17, LegKind.SERVICE, "112", 2)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("+77000000021", "+77000000021"),
        (77000000021, "77000000021"),
        ("sip:+77000000021@10.0.0.1", "+77000000021"),
        ('"Somebody" <sip:87000000021@pbx.example:5060;user=phone>', "87000000021"),
        ("tel:+77000000021;phone-context=x", "+77000000021"),
        ("sip:%2B77000000021@10.0.0.1", "+77000000021"),
        ("anonymous", None),
        ("Anonymous@anonymous.invalid", None),
        ("<sip:anonymous@anonymous.invalid>", None),
        ("sip:@10.0.0.1", None),
        ("sip:%00@10.0.0.1", None),
        ("", None),
        (True, None),
        (-7, None),
        (10**30, None),
        (["+77000000021"], None),
        ("no number at all", "no number at all"),
    ],
)
def test_the_caller_is_whom_the_exchange_means(told, number):
    assert number_of(told) == number


@pytest.mark.parametrize("status", ["PROCEEDING", "", "SOMETHING NEW"])
def test_a_service_that_is_being_connected_has_not_failed(status):
    told = {"type": "Dial", "dialstatus": status, "peer": {"id": SERVICE.name}}
    assert read(told, HEARD, b"") is None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("http://10.0.0.5:8088", "http://10.0.0.5:8088/ari"),
        ("http://10.0.0.5:8088/", "http://10.0.0.5:8088/ari"),
        ("http://10.0.0.5:8088/ari/", "http://10.0.0.5:8088/ari"),
        ("ws://10.0.0.5:8088/ari/events?app=x", "http://10.0.0.5:8088/ari"),
        ("wss://pbx.example/asterisk/ari", "https://pbx.example/asterisk/ari"),
        ("http://u:secret@10.0.0.5:8088/ari", "http://10.0.0.5:8088/ari"),
    ],
)
def test_the_address_of_an_exchange_is_understood(given, wanted):
    assert base_of(given) == wanted


def test_what_an_open_line_tells_happened_now_whatever_its_clock_says():
    told = {"type": "StasisStart", "channel": {"id": "1.1"}, "asterisk_id": ENTITY}
    slow = HEARD - timedelta(hours=1)
    event = read({**told, "timestamp": slow.isoformat()}, HEARD, b"")
    assert event.at == HEARD
    just = HEARD - timedelta(seconds=2)
    assert read({**told, "timestamp": just.isoformat()}, HEARD, b"").at == just


async def replay(ari, name):
    """Tell the recording's events as the exchange told them."""
    for told in recorded(name):
        if told.get("type") not in (None, "ApplicationReplaced"):
            await ari.tell(told)


async def test_a_recorded_day_is_four_callers_and_one_of_them_was_answered(
    phone, ari, look
):
    """Legs that another program dialled for operator and 112 are no callers."""
    async with phone():
        await replay(ari, "ari_events.jsonl")
        await look.until_states("abandoned", "abandoned", "abandoned", "closed")
    assert await look.contacts() == 4
    [last] = [one for one in await look.calls() if one["state"] == "closed"]
    assert last["answered_at"] is not None
    assert last["ended"] == "hangup"


async def test_an_exchange_that_takes_the_line_and_says_nothing_holds_nobody_up(
    rt, phone, database
):
    """Whoever asks the process to end is heard; and it dials again, once and again."""
    dialled = []
    quiet = await asyncio.start_server(
        lambda *streams: dialled.append(streams), "127.0.0.1", 0
    )
    port = quiet.sockets[0].getsockname()[1]
    rt.settings = replace(rt.settings, ari_url=f"http://127.0.0.1:{port}")
    async with phone(connected=False):
        await until(lambda: len(dialled) > 1)
    async with asyncio.timeout(2):
        quiet.close()
    for _, writer in dialled:
        writer.close()
    sign = "SELECT last_error FROM channel_signs WHERE name = 'ari:hotline'"
    assert await database.fetchval(sign) == "line_down"


async def test_a_line_that_never_ends_is_closed_once_and_stays_closed(
    phone, ari, look, rt, clock
):
    async with phone():
        channel = await ari.call()
        await look.until_states("ringing")
    clock.forward(timedelta(hours=10))
    await close_calls(rt)
    now, pbx = clock.now(), f"ari:{ENTITY}"
    still = channel_as_event(ari.channels[channel], pbx, now, b"{}")
    async with asking(rt.settings) as line:
        done = await reconcile_calls(
            rt, line, pbx, looked_at=now, there=[still], alive=frozenset({channel})
        )
    assert done.taken_up == 0
    assert await look.states() == ["abandoned"]


async def test_who_left_111_is_not_rung(phone, ari, look, ready, database):
    gone = await ready("101")
    left = "UPDATE people SET active = false WHERE id = $1"
    await database.execute(left, gone.person_id)
    here = await ready("102")
    async with phone():
        await ari.call()
        await look.until_states("offered")
    [call] = await look.calls()
    assert call["operator_id"] == here.person_id
