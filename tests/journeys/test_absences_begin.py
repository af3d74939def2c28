"""An absence begins: what waits for the person moves on, whatever else happens meanwhile."""

import asyncio
from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from hotline.actions.add_absence import Away, add_absence

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"


async def goes_away(story, who, *, hours=8, after=0, by="supervisor"):
    """They are away from `after` hours on; who is away already now has begun to be."""
    begins = story.clock.now() + timedelta(hours=after)
    away = Away(begins, begins + timedelta(hours=hours), "sick")
    await add_absence(story.rt, story.who(by), who, away)


async def offered(story, **said):
    """Return the number of a case that 111 offered to the department of region 71."""
    receipt = await story.message("Сосед бьёт ребёнка, слышно каждый вечер")
    given = {"subcategory": "VIO.PHY", "urgency": 2, "region": "71", **said}
    return await story.confirm(receipt, **given)


async def waits(story, how_many):
    """Until so many others wait for a lock."""
    async with asyncio.timeout(10):
        while await story.database.fetchval(WAITING) < how_many:
            await asyncio.sleep(0)


async def test_what_a_colleague_accepts_at_that_moment_is_not_taken_from_them(story):
    await goes_away(story, "second guardian")
    number = await offered(story)
    colleague = story.who("second guardian")  # from home, and quicker
    async with story.database.transaction():
        await story.database.execute(
            "SELECT FROM cases WHERE number = $1 FOR UPDATE", number
        )
        accepting = asyncio.create_task(accept_referral(story.rt, colleague, number, None))
        await waits(story, 1)
        leaving = asyncio.create_task(goes_away(story, "guardian"))
        await waits(story, 2)
    await asyncio.gather(accepting, leaving)
    assert await story.lead(number) == ("uzpd-71", "accepted")
    assert (await story.case(number))["assignee_id"] == colleague.person_id
    assert (await story.told(number))[("111", "nobody_there")] == 0
