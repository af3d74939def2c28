"""The consumer against an exchange: what it hears, what it missed, and who it is."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.store.engine import asyncpg_options
from tests.phone.conftest import until
from tests.phone.fake_ari import APP


async def test_a_call_is_there_from_its_first_ringing(phone, ari, look):
    async with phone():
        await ari.call()
        await look.until_states("ringing")
        [call] = await look.calls()
        assert (call["line"], call["language"], call["pbx"]) == (
            "111",
            "kk",
            "ari:02:fc:00:00:00:01",
        )
        assert call["caller_hash"] is not None
        assert await look.contacts() == 1


async def test_who_hangs_up_before_anybody_came_has_given_up(phone, ari, look):
    async with phone():
        channel = await ari.call()
        await ari.hangs_up(channel)
        await look.until_states("abandoned")
        assert await look.contacts() == 1


async def test_a_caller_who_hides_the_number_is_a_call_like_any_other(phone, ari, look):
    async with phone():
        await ari.call(number="anonymous", name="Anonymous")
        await look.until_states("ringing")
        [call] = await look.calls()
        assert call["caller_hash"] is None


async def test_a_call_that_ended_while_nobody_listened_is_closed_on_return(
    phone, ari, look, clock
):
    async with phone():
        gone, stays = await ari.call(), await ari.call()
        await look.until_states("ringing", "ringing")
    del ari.channels[gone]
    clock.forward(timedelta(seconds=1))
    async with phone():
        loop = asyncio.get_running_loop()
        returned = loop.time()
        await look.until_states("abandoned", "ringing")
        assert loop.time() - returned < 5
        assert (await look.calls())[0]["ended"] == "ended_unobserved"
        await ari.hangs_up(stays)
        await look.until_states("abandoned", "abandoned")
        assert (await look.calls())[1]["ended"] == "abandoned"


async def test_a_call_that_began_while_nobody_listened_is_taken_up(phone, ari, look):
    await ari.call()  # no socket: the event is lost for ever
    async with phone():
        await look.until_states("ringing")
        [call] = await look.calls()
        assert (call["line"], call["language"]) == ("111", "kk")


async def test_a_dropped_line_is_dialled_again_and_the_call_goes_on(phone, ari, look):
    async with phone():
        channel = await ari.call()
        await look.until_states("ringing")
        await ari.drop_line()
        await until(lambda: ari.socket is not None)
        await ari.hangs_up(channel)
        await look.until_states("abandoned")
        assert len(await look.events()) == 2


async def test_channels_of_others_are_no_calls_of_ours(phone, ari, look):
    ari.channels["1.1"] = {"id": "1.1", "dialplan": {"app_name": "Queue", "app_data": "x"}}
    ari.channels["1.2"] = {
        "id": "1.2",
        "dialplan": {"app_name": "Stasis", "app_data": "else,in"},
    }
    ari.channels["hotline-op-1-1-1"] = ari._channel(
        "hotline-op-1-1-1", "Up", ("operator",), "", ""
    )
    async with phone():
        await ari.call()
        await look.until_states("ringing")


@pytest.mark.parametrize("status", [401, 404, 409, 500])
async def test_an_exchange_that_refuses_everything_still_gives_every_call(
    phone, ari, look, status
):
    ari.refuse = {(method, "/channels/"): status for method in ("POST", "DELETE")}
    async with phone() as task:
        channel = await ari.call()
        await look.until_states("ringing")
        await ari.hangs_up(channel)
        await look.until_states("abandoned")
        assert not task.done()


async def test_a_wrong_password_is_told_and_tried_again(phone, ari, rt, database):
    from dataclasses import replace

    rt_right = rt.settings
    rt.settings = replace(rt.settings, ari_password="wrong")
    async with phone(connected=False):
        await until(
            lambda: database.fetchval(
                "SELECT last_error FROM channel_signs WHERE name = $1", f"ari:{APP}"
            ),
            lambda found: found == "line_401",
        )
        rt.settings = rt_right
        await until(lambda: ari.socket is not None)


async def test_the_line_says_that_it_is_well(phone, ari, database):
    async with phone():
        await until(
            lambda: database.fetchval(
                "SELECT heard_at FROM channel_signs WHERE name = $1", f"ari:{APP}"
            )
        )


async def test_two_consumers_hear_a_call_once(phone, ari, look):
    async with phone(), phone(connected=False):
        await ari.call()
        await look.until_states("ringing")
        assert ari.connections == 1


async def test_when_one_falls_silent_the_other_takes_over(phone, ari, look, clock):
    async with phone(connected=False):
        await until(lambda: ari.socket is not None)
        async with phone(connected=False) as second:
            pass
        assert second.done()
    clock.forward(timedelta(seconds=5))  # the lease of the first is over
    async with phone():
        await ari.call()
        await look.until_states("ringing")


async def test_who_is_replaced_stands_back(phone, ari, look):
    async with phone():
        first = ari.socket
        await ari.tell({"type": "ApplicationReplaced"})
        await until(lambda: first.closed)


@asynccontextmanager
async def no_store(database, url):
    """The door of PostgreSQL is gone, and whoever was inside is put out."""
    folder = Path(asyncpg_options(url)["host"])
    [door] = [path for path in folder.glob(".s.PGSQL.*") if path.suffix != ".lock"]
    hidden = door.with_name("hidden")
    door.rename(hidden)
    try:
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        yield
    finally:
        hidden.rename(door)


async def test_what_is_heard_during_an_outage_is_kept_and_taken_in_later(
    phone, ari, look, rt, database, migrated
):
    spool = rt.settings.data_dir / "phone" / "hotline.spool"
    async with phone():
        async with no_store(database, migrated):
            channel = await ari.call(number="+77000000022")
            await ari.presses(channel, "1")
            await until(lambda: spool.exists() and spool.stat().st_size > 0)
            await ari.hangs_up(channel)
            assert b"77000000022" not in spool.read_bytes()
            assert spool.stat().st_mode & 0o077 == 0
        await look.until_states("abandoned")
        assert set(await look.events()) == {"ringing", "digit", "ended"}
        assert await look.contacts() == 1
        await until(lambda: spool.stat().st_size == 0)


async def test_messages_that_are_no_json_or_no_event_change_nothing(phone, ari, look):
    async with phone() as task:
        for junk in ("{", "[]", "null", "7", json.dumps({"type": ["x"]}), "[" * 3000):
            await ari.socket.send_str(junk)
        await ari.socket.send_bytes(b"\0\1")
        await ari.call()
        await look.until_states("ringing")
        assert not task.done()


async def test_a_beginning_that_cannot_be_read_is_a_contact_for_a_person(
    phone, ari, look, database
):
    async with phone():
        await ari.tell({"type": "StasisStart", "args": [], "channel": {"id": ["?"]}})
        await until(look.contacts)
        assert await database.fetchval("SELECT state FROM contacts") == "unparsed"


@pytest.mark.slow
async def test_two_hundred_calls_at_twenty_a_second_are_two_hundred_right_rows(
    phone, ari, look
):
    """Every third gives up, every third is still ringing, every third came twice."""
    async with phone():
        for number in range(200):
            channel = await ari.call(number=f"+7700000{number:04d}")
            if number % 3 == 0:
                await ari.hangs_up(channel)
            elif number % 3 == 1:
                await ari.tell(
                    {
                        "type": "StasisStart",
                        "args": ["incoming"],
                        "channel": ari.channels[channel],
                    }
                )
            await asyncio.sleep(0.05)
        wanted = ["abandoned" if n % 3 == 0 else "ringing" for n in range(200)]
        await look.until_states(*wanted)
        assert await look.contacts() == 200
