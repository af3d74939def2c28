"""A grave case is offered at night: one after the other is woken until a person answers."""

import pytest

from hotline.actions.add_absence import Away, add_absence
from hotline.actions.answer_page import answer_by_code, answer_page, my_pages
from hotline.actions.change_urgency import change_urgency
from hotline.actions.wake_duty import wake_duty
from hotline.errors import NotFound, Stale
from hotline.store import pages
from tests.builders import a_case


async def grave(night, **said):
    return await a_case(night.rt, night.people["operator"], urgency=0, **said)


async def lead_of(night, number):
    """Only the chain of the lead body, uzpd-71: co-executors have chains of their own."""
    return [
        page
        for page in await night.woken(number)
        if page[1] in ("guardian", "second guardian", None)
    ]


async def page_of(night, name):
    return (await my_pages(night.rt, night.who(name)))[0]


async def at_console(night, *names):
    """These people have a browser open: they are reached without any message."""
    for name in names:
        await night.database.execute(
            "INSERT INTO sessions (token_hash, person_id, csrf, created_at, seen_at, expires_at)"
            " VALUES ($1, $2, 'x', $3, $3, $4)"
            " ON CONFLICT (token_hash) DO UPDATE SET seen_at = $3",
            name.encode(), night.who(name).person_id, night.clock.now(),
            night.clock.now().replace(year=2027),
        )  # fmt: skip


async def test_the_first_on_duty_is_woken_when_a_grave_case_is_offered(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    assert ("uzpd-71", "guardian", "waiting") in await night.woken(number)
    assert (await night.told(number))[("uzpd-71", "duty_page")] == 1


async def test_an_ordinary_case_wakes_nobody(night):
    await night.on_duty("uzpd-71", "guardian")
    number = await a_case(night.rt, night.people["operator"], urgency=2)
    assert await night.woken(number) == []


async def test_who_does_not_answer_is_passed_over_until_111_is_told(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    await at_console(night, "guardian", "second guardian")
    await night.send()
    await night.night_goes_on(minutes=2)
    assert [p[1] for p in await lead_of(night, number) if p[0] == "uzpd-71"] == ["guardian"]
    await at_console(night, "second guardian")
    await night.night_goes_on(minutes=1)
    assert ("uzpd-71", "second guardian", "sent") in await night.woken(number)
    await night.night_goes_on(minutes=3)
    assert ("own-111", None, "sent") in await night.woken(number)
    assert (await night.told(number))[("111", "duty_unanswered")] >= 1


async def test_an_answer_ends_the_chain_with_a_name(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    await answer_page(
        night.rt, night.who("guardian"), (await page_of(night, "guardian")).id
    )
    await night.night_goes_on(hours=1)
    assert ("uzpd-71", "guardian", "answered") in await night.woken(number)
    assert all(p[1] != "second guardian" for p in await night.woken(number))
    assert (await night.history(number))["duty_answered"] == 1


async def test_whom_nobody_can_reach_is_not_waited_for(night):
    """No provider and no browser: within one sweep the chain stands at 111, in red."""
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    await night.send()
    await night.night_goes_on()
    states = {p[1]: p[2] for p in await night.woken(number)}
    assert states["guardian"] == "passed"
    assert states[None] == "sent"
    red = await my_pages(night.rt, night.who("operator"))
    assert {"uzpd-71"} <= {one.meant_for for one in red}
    assert all(one.person_id is None for one in red)


async def test_accepting_the_case_wakes_nobody_any_more(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    await night.accept(number)
    await wake_duty(night.rt)
    assert ("uzpd-71", "guardian", "withdrawn") in await night.woken(number)
    assert all(
        one.meant_for != "uzpd-71"
        for one in await my_pages(night.rt, night.who("operator"))
    )


async def test_who_is_absent_is_not_woken_and_the_deputy_is(night):
    await night.on_duty("uzpd-71", "guardian")
    now = night.clock.now()
    away = Away(now, now.replace(day=28), "leave", "second guardian")
    await add_absence(night.rt, night.who("supervisor"), "guardian", away)
    number = await grave(night)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(number)


async def test_an_absence_that_begins_moves_an_open_page_on_at_once(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    now = night.clock.now()
    await add_absence(
        night.rt, night.who("guardian"), "guardian", Away(now, now.replace(day=28), "sick")
    )
    await wake_duty(night.rt)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(number)


async def test_the_code_of_the_message_answers_once_for_its_person(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    page = await page_of(night, "guardian")
    async with night.rt.transaction(night.who("guardian")) as tx:
        code = pages.answer_code(tx, page)
    assert not await answer_by_code(night.rt, "aaaaaaaaaa")
    assert await answer_by_code(night.rt, f" {code.upper()} ")
    assert await answer_by_code(night.rt, code)
    row = await night.database.fetchrow(
        "SELECT state, answered_by FROM pages WHERE id = $1", page.id
    )
    assert tuple(row) == ("answered", night.who("guardian").person_id)
    assert (await night.history(number))["duty_answered"] == 1


async def test_strangers_answer_nothing_and_the_second_is_told_who_was_quicker(night):
    await night.on_duty("uzpd-71", "guardian")
    await grave(night)
    page = await page_of(night, "guardian")
    with pytest.raises(NotFound):
        await answer_page(night.rt, night.who("other guardian"), page.id)
    await answer_page(night.rt, night.who("operator"), page.id)
    with pytest.raises(Stale) as late:
        await answer_page(night.rt, night.who("guardian"), page.id)
    assert late.value.facts["holder"] == "Operator"


async def test_who_is_complained_of_is_never_woken(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await a_case(night.rt, night.people["operator"], urgency=2)
    row = await night.case(number)
    await night.database.execute(
        "INSERT INTO complaints (case_id, kind, person_id, at) VALUES ($1, 'person', $2, now())",
        row["id"], night.who("guardian").person_id,
    )  # fmt: skip
    referral = await night.database.fetchrow(
        "SELECT id, body_id FROM referrals WHERE case_id = $1 AND lead", row["id"]
    )
    from hotline.actions.steps import wake
    from hotline.identity.viewer import SWEEP
    from hotline.store import cases

    async with night.rt.transaction(SWEEP) as tx:
        case = await cases.by_id(tx, row["id"])
        cause = wake.Cause(
            "offered", referral["body_id"], 0, case_id=row["id"], referral_id=referral["id"]
        )
        await wake.begin(night.rt, tx, [cause], case)
    assert all(page[1] != "guardian" for page in await night.woken(number))


RAISED = [
    ("offered and not accepted yet", False),
    ("accepted: who works on it sleeps too", True),
]


@pytest.mark.parametrize(("text", "accepted"), RAISED)
async def test_a_case_that_becomes_grave_later_wakes_its_body(night, text, accepted):
    await night.on_duty("uzpd-71", "second guardian")
    number = await a_case(night.rt, night.people["operator"], urgency=2)
    if accepted:
        await night.accept(number)
    assert await night.woken(number) == []
    said = {"urgency": 0, "reason": "Ребёнок звонил: он заперт с пьяным отчимом"}
    await change_urgency(night.rt, night.who("operator"), number, **said)
    await wake_duty(night.rt)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(number)


async def set_urgency(night, urgency, who="supervisor"):
    (number,) = [
        r["number"] for r in await night.database.fetch("SELECT number FROM cases")
    ]
    said = {"urgency": urgency, "reason": "Перезвонили и узнали больше"}
    await change_urgency(night.rt, night.who(who), number, **said)
    await wake_duty(night.rt)


ENDED = ["withdrawn", "answered", "passed over to 111", "accepted"]


@pytest.mark.parametrize("ended", ENDED)
async def test_a_case_that_becomes_grave_once_more_wakes_its_body_once_more(night, ended):
    await night.on_duty("uzpd-71", "guardian")
    number = await grave(night)
    if ended == "answered":
        page = await page_of(night, "guardian")
        await answer_page(night.rt, night.who("guardian"), page.id)
    elif ended == "accepted":
        await night.accept(number)
        await wake_duty(night.rt)
    elif ended == "passed over to 111":
        await night.send()
        await night.night_goes_on()
    await set_urgency(night, 3)
    before = await night.woken(number)
    assert not [page for page in before if page[2] in pages.OPEN]
    await night.later(days=1)
    await set_urgency(night, 0)
    fresh = (await night.woken(number))[len(before) :]
    assert ("uzpd-71", "guardian", "waiting") in fresh
    await set_urgency(night, 1)  # grave still: nobody is woken for that
    assert len(await night.woken(number)) == len(before) + len(fresh)


async def test_a_case_that_is_grave_no_more_wakes_nobody_further(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    said = {"urgency": 3, "reason": "Перезвонили: это было учение в школе"}
    await change_urgency(night.rt, night.who("supervisor"), number, **said)
    await night.night_goes_on(minutes=5)
    assert {page[2] for page in await night.woken(number)} == {"withdrawn"}


async def test_a_chain_that_cannot_go_on_holds_up_no_other(night, monkeypatch):
    from hotline.actions.steps import wake as step

    await night.on_duty("uzpd-71", "guardian", "second guardian")
    broken, sound = await grave(night), await grave(night)
    broken_id = (await night.case(broken))["id"]
    real = step.go_on

    async def fails_for_one(rt, tx, page):
        if page.case_id == broken_id:
            raise ValueError("a defect")
        await real(rt, tx, page)

    monkeypatch.setattr(step, "go_on", fails_for_one)
    await night.later(minutes=4)
    await wake_duty(night.rt)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(sound)
    assert ("uzpd-71", "guardian", "waiting") in await night.woken(broken)
    monkeypatch.setattr(step, "go_on", real)
    await night.later(minutes=2)
    await wake_duty(night.rt)
    assert ("uzpd-71", "second guardian", "waiting") in await night.woken(broken)


async def test_a_page_that_was_answered_meanwhile_is_not_put_off(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    number = await grave(night)
    page = await page_of(night, "guardian")
    await night.later(minutes=4)
    await answer_page(night.rt, night.who("guardian"), page.id)
    async with night.rt.transaction(night.who("operator")) as tx:
        await pages.put_off(tx, page.id, tx.now)
    await wake_duty(night.rt)
    assert ("uzpd-71", "guardian", "answered") in await night.woken(number)
