"""The sealed file for what is heard during an outage."""

import pytest

from hotline.store.spool import Spool, SpoolFull

KEY = b"k" * 32


@pytest.fixture
def path(tmp_path):
    return tmp_path / "phone" / "hotline.spool"


async def drained(spool):
    found = []

    async def take(record):
        found.append(record)

    await spool.drain(take)
    return found


async def test_records_come_back_in_order_also_after_a_restart(path):
    spool = Spool(path, KEY, most=10_000)
    for number in range(5):
        await spool.append(b"word %d" % number)
    again = Spool(path, KEY, most=10_000)
    assert again.waiting
    assert await drained(again) == [b"word %d" % number for number in range(5)]
    assert not again.waiting
    assert await drained(Spool(path, KEY, most=10_000)) == []


async def test_nothing_of_it_can_be_read_without_the_key(path):
    await Spool(path, KEY, most=10_000).append(b"+77000000021")
    assert b"77000000021" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert await drained(Spool(path, b"x" * 32, most=10_000)) == []


async def test_a_record_that_fails_stays_with_all_that_follow(path):
    spool = Spool(path, KEY, most=10_000)
    for word in (b"a", b"b", b"c"):
        await spool.append(word)
    taken = []

    async def take(record):
        if record == b"b" and taken == [b"a"]:
            raise ConnectionError
        taken.append(record)

    with pytest.raises(ConnectionError):
        await spool.drain(take)
    await spool.append(b"d")
    assert await drained(spool) == [b"b", b"c", b"d"]


@pytest.mark.parametrize("cut", range(1, 30, 7))
async def test_a_record_that_a_crash_cut_short_is_left_out(path, cut):
    spool = Spool(path, KEY, most=10_000)
    await spool.append(b"whole")
    await spool.append(b"cut short")
    path.write_bytes(path.read_bytes()[:-cut])
    assert await drained(Spool(path, KEY, most=10_000)) == [b"whole"]


async def test_a_full_file_takes_no_more_and_keeps_what_it_has(path):
    spool = Spool(path, KEY, most=100)
    await spool.append(b"first")
    with pytest.raises(SpoolFull):
        await spool.append(b"x" * 100)
    assert await drained(spool) == [b"first"]
