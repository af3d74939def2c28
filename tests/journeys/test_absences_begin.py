"""An absence begins: what waits for the person moves on, whatever else happens meanwhile."""

import asyncio
from datetime import timedelta

from hotline.actions.accept_referral import accept_referral
from hotline.actions.add_absence import Away, add_absence
from hotline.actions.forget_person import forget_person
from hotline.actions.wake_duty import begin_due_absences

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


async def begin_later(story, *names):
    """They will be away from the next hour on, for eight; then that hour has passed."""
    for name in names:
        await goes_away(story, name, after=1)
    story.clock.forward(timedelta(hours=1))


async def break_case(story, number):
    """Nobody can route it any more: its matter is none that is known."""
    await story.database.execute(
        "UPDATE cases SET subcategory = 'NO.SUCH' WHERE number = $1", number
    )


async def not_begun(story):
    return await story.database.fetchval(
        "SELECT count(*) FROM absences WHERE begun_at IS NULL"
    )


async def test_a_case_that_cannot_move_on_holds_up_no_other_and_111_hears_of_it(story):
    broken, *whole = [await offered(story) for _ in range(4)]
    await break_case(story, broken)
    await begin_later(story, "guardian", "second guardian")
    assert await begin_due_absences(story.rt) == 1  # the other one's, as it should
    assert await not_begun(story) == 0
    assert await story.lead(broken) == ("uzpd-71", "offered")
    assert {(await story.lead(number))[0] for number in whole}.isdisjoint({"uzpd-71"})
    for number in (broken, *whole):
        assert (await story.told(number))[("111", "nobody_there")] == 1
    assert await begin_due_absences(story.rt) == 0
    assert (await story.told(broken))[("111", "nobody_there")] == 1


async def test_who_adds_an_absence_begins_that_one_and_nobody_else_s(story):
    number = await offered(story)
    await break_case(story, number)
    await begin_later(story, "guardian", "second guardian")
    await goes_away(story, "family")
    assert await not_begun(story) == 2


async def test_an_absence_that_an_outage_outlasted_takes_nothing_from_who_is_back(story):
    number = await offered(story)
    await goes_away(story, "guardian", after=1)
    story.clock.forward(timedelta(hours=10))
    assert await begin_due_absences(story.rt) == 1
    assert await not_begun(story) == 0
    assert (await story.history(number))["reassigned"] == 0


async def test_a_case_whose_words_were_forgotten_finds_its_next_body_all_the_same(story):
    receipt = await story.message("Сосед бьёт ребёнка, слышно каждый вечер")
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    await forget_person(story.rt, story.who("supervisor"), [receipt])
    await goes_away(story, "guardian")
    await goes_away(story, "second guardian")
    assert (await story.lead(number))[0] not in ("uzpd-71", "guard-71")
