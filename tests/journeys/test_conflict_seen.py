"""Saying "seen" is for what one may see: nobody silences an alarm that they do not know of."""

import pytest

from hotline.identity.viewer import TRIAGE
from hotline.store import console_reads, figures, notices
from tests import builders
from tests.journeys.test_conflict_declared import again, declare, offered

__all__ = ["declare"]
OUT = "second operator"


async def press_seen(story, who):
    viewer = await again(story, who)
    async with story.rt.transaction(viewer) as tx:
        await console_reads.notices_seen(tx, viewer)


async def rings(story, who):
    """What the bell and the board of `who` count, and the unseen that the list shows."""
    viewer = await again(story, who)
    async with story.rt.transaction(viewer) as tx:
        listed = await console_reads.notices_for(tx, viewer)
        bell = await console_reads.unseen_notices(tx, viewer)
        board = await figures.unseen_notices(tx, viewer)
    return bell, board, sum(row.seen_at is None for row in listed)


async def tell(story, audience, number=None, receipt=None):
    rt = story.rt
    async with rt.transaction(TRIAGE) as tx:
        case = builders.row_id(rt, number) if number else None
        contact = builders.row_id(rt, receipt) if receipt else None
        notices.put(tx, audience, "clock_late", case_id=case, contact_id=contact)


@pytest.mark.parametrize("about", ["case", "contact"])
async def test_an_alarm_of_what_complains_of_somebody_rings_on_for_the_shift(
    story, declare, about
):
    number, receipt = await offered(story)
    other, _ = await offered(story)
    await declare(number, ("person", OUT))
    await press_seen(story, "operator")
    told = {"number": number} if about == "case" else {"receipt": receipt}
    await tell(story, notices.SHIFT, **told)
    await tell(story, notices.SHIFT, other)
    assert await rings(story, OUT) == (1, 1, 1)
    assert await rings(story, "operator") == (2, 2, 2)
    await press_seen(story, OUT)
    assert await rings(story, OUT) == (0, 0, 0)
    assert await rings(story, "operator") == (1, 1, 1)
    await press_seen(story, "operator")
    assert await rings(story, "operator") == (0, 0, 0)


async def test_in_a_body_only_what_is_in_sight_is_seen(story, declare):
    number, _ = await offered(story)
    other, _ = await offered(story)
    await declare(number, ("person", "guardian"))
    await press_seen(story, "second guardian")
    await tell(story, "uzpd-71", number)
    await tell(story, "uzpd-71", other)
    await press_seen(story, "guardian")
    (bell, _, shown) = await rings(story, "second guardian")
    assert (bell, shown) == (1, 1)
