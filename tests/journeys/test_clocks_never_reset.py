"""Nothing that happens to a case gives its clocks another start or a later deadline."""

import pytest

from hotline.actions.close_case import reopen_case
from hotline.actions.decide_link import decide_link
from hotline.actions.transfer_referral import transfer_referral
from hotline.actions.undo_link import undo_link
from hotline.actions.verify_clocks import verify_clocks
from tests.builders import a_case

OF_THE_CASE = ("first_contact", "on_site_check", "safety", "written_outcome")
WHY = "Это дело другого органа, передаём"


async def link_and_part(story, number, receipt):
    other = await story.message("Соседи опять кричат, ребёнок плачет")
    operator = story.who("operator")
    await decide_link(story.rt, operator, receipt, other, same=True)
    await undo_link(story.rt, operator, receipt, other)


async def decline(story, number, receipt):
    await story.decline(number)


async def accept_and_give_back(story, number, receipt):
    await story.accept(number)
    await story.give_back(number)


async def transfer(story, number, receipt):
    await story.accept(number)
    await transfer_referral(
        story.rt, story.who("guardian"), number, None, to_body="fsc-71", text=WHY
    )


async def another_matter(story, number, receipt):
    await story.confirm(receipt, subcategory="WOM.DV", offer=False)


HAPPENINGS = [
    # what                                                happens
    ("a body declines, the next is asked",                decline),
    ("a body accepts and gives it back",                  accept_and_give_back),
    ("a body passes it on",                               transfer),
    ("two contacts are linked, and parted again",         link_and_part),
]  # fmt: skip


def kept(clocks):
    return {
        row["id"]: (row["name"], row["started_at"], row["due_at"], row["allowed"])
        for row in clocks
        if row["state"] != "cancelled"
    }


async def rows(story, number):
    return await story.database.fetch(
        "SELECT c.* FROM clocks c JOIN cases k ON k.id = c.case_id WHERE k.number = $1"
        " ORDER BY c.id",
        number,
    )


@pytest.mark.parametrize(
    ("what", "happens"), HAPPENINGS, ids=[row[0] for row in HAPPENINGS]
)
async def test_what_never_resets_a_clock(story, what, happens):
    receipt = await story.message()
    number = await a_case(story.rt, story.people["operator"], receipt)
    before = kept(await rows(story, number))
    await story.later(minutes=40, sweep=False)
    await happens(story, number, receipt)
    after = kept(await rows(story, number))
    assert {key: after.get(key) for key in before} == before, what
    fresh = {name for key, (name, *_) in after.items() if key not in before}
    assert not fresh & set(OF_THE_CASE)
    assert (await verify_clocks(story.rt)).differences == ()


async def test_another_matter_resets_no_clock_of_the_case(story):
    receipt = await story.message()
    number = (await story.case_of(receipt))["number"]
    before = await story.clocks(number, *OF_THE_CASE)
    await story.later(minutes=1, sweep=False)
    await another_matter(story, number, receipt)
    after = await story.clocks(number, *OF_THE_CASE)
    assert (await story.case(number))["subcategory"] == "WOM.DV"
    for name, clock in before.items():
        found = after[name]
        assert (found["id"], found["started_at"], found["due_at"]) == (
            clock["id"], clock["started_at"], clock["due_at"],
        ), name  # fmt: skip


async def test_only_a_case_that_was_closed_begins_anew(story):
    number = await a_case(story.rt, story.people["operator"])
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    await story.later(days=3)
    await reopen_case(story.rt, story.who("supervisor"), number, "Снова пишет")
    clock = (await story.clocks(number))["written_outcome"]
    assert clock["started_at"] == story.clock.now()
