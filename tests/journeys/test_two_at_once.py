"""Two people, two workers, two sweeps at the same moment: nothing doubles, nobody waits long."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from hotline.actions.accept_referral import accept_referral
from hotline.actions.confirm_contact import Confirmation, confirm_contact
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.triage_contacts import triage_contacts
from hotline.errors import Stale
from hotline.identity.viewer import TRIAGE
from hotline.store.tables import outbox
from tests.builders import a_case

HOUR = timedelta(hours=1)


async def test_two_people_accept_at_once_and_one_is_told_who_was_quicker(story):
    number = await a_case(story.rt, story.people["operator"])
    rivals = [story.who("guardian"), story.who("second guardian")]
    answers = await asyncio.gather(
        *(accept_referral(story.rt, rival, number, None) for rival in rivals),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Stale"]
    stale = next(answer for answer in answers if isinstance(answer, Stale))
    winner = rivals[answers.index(None)]
    assert stale.facts["holder"] == winner.display_name
    assert (await story.case(number))["assignee_id"] == winner.person_id
    assert (await story.history(number))["referral_accepted"] == 1


async def test_two_operators_confirm_at_once_and_there_is_one_case(story):
    for text in (None, "Соседи не пускают ребёнка в школу, что делать"):
        facts = {} if text is None else {"text": text}
        receipt = await story.message(**facts)
        said = Confirmation(subcategory="VIO.PHY", urgency=2, region="71")
        answers = await asyncio.gather(
            *(
                confirm_contact(story.rt, story.who(name), receipt, said)
                for name in ("operator", "second operator")
            ),
            return_exceptions=True,
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "str"]
        number = (await story.case_of(receipt))["number"]
        assert (await story.history(number))["case_opened"] == 1
        assert (await story.history(number))["contact_confirmed"] == 1
    assert await story.count("cases") == 2


async def test_triage_run_twice_at_once_doubles_nothing(story):
    receipts = [await story.message(triaged=False) for _ in range(5)]
    async with story.rt.transaction(TRIAGE) as tx:
        ids = [row.id for row in await tx.rows(select(outbox.c.id))]
    done = await asyncio.gather(*(triage_contacts(story.rt, ids) for _ in range(3)))
    assert sorted(done) == [0, 0, 5]
    assert await triage_contacts(story.rt, ids) == 0
    assert await story.count("cases") == len(receipts)
    for receipt in receipts:
        number = (await story.case_of(receipt))["number"]
        seen = await story.history(number)
        assert (seen["contact_triaged"], seen["case_opened"]) == (1, 1)


async def test_two_sweeps_at_once_breach_and_tell_once(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    story.clock.forward(HOUR)
    while any(await asyncio.gather(judge_clocks(story.rt), judge_clocks(story.rt))):
        pass
    doubled = await story.database.fetch(
        "SELECT clock_id, step FROM escalations GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert doubled == []
    assert (await story.told(number))[("uzpd-71", "offered")] == 1


async def test_a_person_and_the_sweep_never_wait_for_each_other_in_a_circle(story):
    numbers = [(await story.case_of(await story.message()))["number"] for _ in range(6)]
    receipts = [
        row["receipt"] for row in await story.database.fetch("SELECT receipt FROM contacts")
    ]
    story.clock.forward(HOUR)

    async def sweep():
        for _ in range(8):
            await judge_clocks(story.rt)

    said = Confirmation(subcategory="VIO.PHY", urgency=0)
    answers = await asyncio.gather(
        sweep(),
        sweep(),
        *(confirm_contact(story.rt, story.who("operator"), one, said) for one in receipts),
        return_exceptions=True,
    )
    assert [a for a in answers if isinstance(a, Exception)] == []
    await story.sweep()
    for number in numbers:
        assert await story.lead(number) == ("uzpd-71", "offered")
