"""What many ask at once is read once, and no answer is older than its question."""

import asyncio

import pytest

from hotline.errors import Unavailable
from hotline.store.gathering import Gathered


class Store:
    """Answers with how often it was read, once its door is opened."""

    def __init__(self):
        self.reads, self.opened, self.lost = [], asyncio.Event(), False

    async def read(self, keys):
        self.reads.append(sorted(keys))
        turn = len(self.reads)
        await self.opened.wait()
        if self.lost:
            raise Unavailable("away")
        return {key: turn for key in keys if key != "nobody"}


async def asking(gathered, *keys):
    tasks = [asyncio.create_task(gathered.ask(key)) for key in keys]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_who_asks_together_is_read_together_and_who_comes_later_is_read_anew():
    store = Store()
    gathered = Gathered(store.read)
    first = await asking(gathered, "a", "b", "a", "nobody")
    later = await asking(gathered, "a", "c")  # while the first read is under way
    store.opened.set()
    assert await asyncio.gather(*first) == [1, 1, 1, None]
    assert await asyncio.gather(*later) == [2, 2]
    assert store.reads == [["a", "b", "nobody"], ["a", "c"]]
    assert await gathered.ask("a") == 3  # nothing is kept from before


async def test_who_goes_away_takes_the_answer_from_nobody_and_a_lost_store_is_told_to_all():
    store = Store()
    gathered = Gathered(store.read)
    gone, stays = await asking(gathered, "a", "a")
    gone.cancel()
    store.opened.set()
    assert await stays == 1
    store.lost = True
    for task in await asking(gathered, "a", "b"):
        with pytest.raises(Unavailable):
            await task
    store.lost = False
    assert await gathered.ask("b") == 3
