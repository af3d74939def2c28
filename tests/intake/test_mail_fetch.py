"""Letters fetched by IMAP from a real Dovecot; skipped, with a reason, where there is none."""

import asyncio
from dataclasses import replace

import pytest

from hotline.intake.mail_box import Box, address_of
from hotline.intake.mail_fetch import Fetcher
from tests.intake.doors import opened, rows
from tests.intake.dovecot import dovecot, eventually
from tests.intake.post_office import example, letter, mail_rules, post_office


@pytest.fixture
def mailbox():
    with dovecot() as server:
        yield server


@pytest.fixture
def fetch(rt, mailbox):
    """Do one round as a fresh process does; give how many letters were looked at."""
    rt.settings = replace(rt.settings, imap_url=mailbox.url)

    async def once():
        box = await asyncio.to_thread(Box, address_of(mailbox.url, "INBOX"))
        try:
            return await Fetcher(rt).fetch(box)
        finally:
            await asyncio.to_thread(box.close)

    return once


async def test_every_example_in_a_mailbox_is_its_rows_twice(fetch, mailbox, database):
    names = ["autoreply", "cp1251_qp", "dsn_bounce", "html_attachment", "koi8r_b64",
             "own_loop", "raw8bit_no_mime", "reply_to_case", "utf8_kk"]  # fmt: skip
    for _ in range(2):
        for name in names:
            mailbox.deliver(example(name))
        assert await fetch() == 9
        assert len(await rows(database)) == 7
    assert await fetch() == 0


async def test_a_letter_that_a_person_read_first_is_fetched_all_the_same(
    fetch, mailbox, database
):
    mailbox.deliver(letter("бірінші", message_id="<1@b.kz>"))
    assert await fetch() == 1
    mailbox.deliver(letter("екінші", message_id="<2@b.kz>"), flags="S")
    assert await fetch() == 1
    assert len(await rows(database)) == 2


async def test_what_was_read_before_the_first_day_stays_where_it_is(
    fetch, mailbox, database
):
    mailbox.deliver(letter("ескі", message_id="<0@b.kz>"), flags="S")
    mailbox.deliver(letter("жаңа", message_id="<1@b.kz>"))
    assert await fetch() == 1
    assert len(await rows(database)) == 1


async def test_a_mailbox_that_numbers_anew_doubles_nothing_and_loses_nothing(
    fetch, mailbox, database
):
    mailbox.deliver(letter("бірінші", message_id="<1@b.kz>"))
    await fetch()
    mailbox.stop()
    mailbox.number_anew()
    mailbox.deliver(letter("екінші", message_id="<2@b.kz>"), flags="S")
    mailbox.start()
    assert await fetch() == 2
    assert len(await rows(database)) == 2


async def test_while_the_store_is_away_a_letter_stays_unread(
    fetch, rt, mailbox, database, monkeypatch, tmp_path
):
    from hotline.errors import Unavailable

    mailbox.deliver(letter())
    host = rt.intake._options["host"]
    monkeypatch.setitem(rt.intake._options, "host", str(tmp_path))
    with pytest.raises(Unavailable):
        await fetch()
    assert await rows(database) == []
    monkeypatch.setitem(rt.intake._options, "host", host)
    assert await fetch() == 1
    assert len(await rows(database)) == 1


async def test_a_letter_that_our_own_reading_breaks_on_is_kept_as_its_bytes(
    fetch, rt, mailbox, database, monkeypatch
):
    from hotline.intake import mail_door

    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(mail_door, "read", breaks)
    mailbox.deliver(letter())
    await fetch()
    [contact] = await rows(database)
    assert contact["state"] == "unparsed"
    await fetch()
    assert len(await rows(database)) == 1


async def test_the_same_letter_by_imap_and_by_lmtp_is_one(fetch, rt, mailbox, database):
    mailbox.deliver(b"Received: from mx.example by imap.example; today\r\n" + letter())
    await fetch()
    async with post_office(rt, "lmtp") as send:
        assert await send(letter()) == 250
    assert len(await rows(database)) == 1


async def test_a_letter_that_is_too_large_is_kept_as_its_beginning(
    fetch, rt, mailbox, database
):
    mail_rules(rt, largest_bytes=2_000)
    mailbox.deliver(letter("ұрып жатыр " * 1_000))
    await fetch()
    [contact] = await rows(database)
    assert "ұрып жатыр" in (await opened(rt, database, contact))["text"]
    event = await database.fetchval("SELECT data::text FROM case_events")
    assert "cut_short" in event


async def test_a_fetched_letter_is_moved_where_a_folder_is_named(
    fetch, rt, mailbox, database
):
    mail_rules(rt, done_folder="Done")
    mailbox.deliver(letter())
    await fetch()
    assert list((mailbox.base / "mail" / ".Done" / "cur").iterdir())
    assert not list((mailbox.base / "mail" / "cur").iterdir())


async def test_two_processes_read_one_mailbox_in_turn(rt, mailbox, database):
    rt.settings = replace(rt.settings, imap_url=mailbox.url)
    first, second = Fetcher(rt), Fetcher(rt)
    second._process = "another"
    stops = asyncio.Event(), asyncio.Event()
    running = [asyncio.create_task(first.run(stops[0]))]

    async def began():
        return first.rounds > 0

    await eventually(began)
    running.append(asyncio.create_task(second.run(stops[1])))
    mailbox.deliver(letter())

    async def kept():
        return len(await rows(database)) == 1

    await eventually(kept)
    assert second.rounds == 0
    assert await database.fetchval("SELECT process FROM leases") == first._process
    for stop in stops:
        stop.set()
    await asyncio.wait_for(asyncio.gather(*running), 15)
    assert await database.fetchval("SELECT count(*) FROM leases") == 0


async def test_a_server_that_comes_back_is_read_on_and_its_absence_is_a_sign(
    rt, mailbox, database, monkeypatch
):
    monkeypatch.setattr("hotline.intake.mail_fetch._LONGEST_PAUSE_S", 0.3)
    rt.settings = replace(rt.settings, imap_url=mailbox.url)
    fetcher, stop = Fetcher(rt), asyncio.Event()
    running = asyncio.create_task(fetcher.run(stop))

    async def heard():
        return fetcher.rounds > 0

    async def failed():
        return await database.fetchval(
            "SELECT failed_at IS NOT NULL FROM channel_signs WHERE name = 'imap'"
        )

    async def kept():
        return len(await rows(database)) == 1

    await eventually(heard)
    mailbox.stop()
    await eventually(failed)
    mailbox.deliver(letter())
    mailbox.start()
    await eventually(kept)
    stop.set()
    await asyncio.wait_for(running, 15)
