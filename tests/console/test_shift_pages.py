"""The hand-over of a shift writes itself, is signed, and tells nobody what they may not know."""

import re
from datetime import timedelta

import pytest

from hotline.actions.hold_contact import put_off, take_contact
from hotline.cases.apart import person_key
from tests.builders import DANGER, QUESTION, a_contact, a_person
from tests.console.console_world import signed_in
from tests.story import Story, everybody


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def story(rt, clock, database, people):
    return Story(rt, clock, database, people)


async def test_the_sheet_writes_itself_and_is_signed_by_who_comes(
    rt, client, story, people, clock, database
):
    going = people["operator"].viewer
    grave, calm = await a_contact(rt, DANGER), await a_contact(rt, QUESTION)
    read = await a_contact(rt, "Соседи бьют ребёнка", region_hint="71")
    number = await story.confirm(read, subcategory="VIO.PHY", urgency=2, region="71")
    await put_off(rt, going, calm, clock.now() + timedelta(hours=3), "office_closed")
    await take_contact(rt, going, grave)
    await story.later(hours=2)  # somebody should have read it by now
    one = await signed_in(client, people["operator"])
    await one.get("/shift")
    for told in (grave, calm, number, "Просрочено за смену"):
        assert told in one.html
    remarks = f"{grave}: ждём бабушку\nЧайник сломан"
    assert (await one.post("/shift", {"remarks": remarks})).status == 303
    stale = {"remarks": "Другое окно", "over": one.hidden("over")}
    answer = await one.post("/shift", stale)  # of a page that was opened before the first
    text = await answer.text()
    assert answer.status == 422
    assert "Другое окно</textarea>" in text  # nothing is lost
    assert remarks in text
    await one.post("/shift", {"remarks": remarks + "!"})  # once more before anybody took it
    assert await database.fetchval("SELECT count(*) FROM handovers") == 1
    sealed = await database.fetchval("SELECT sealed_remarks FROM handovers")
    assert "бабушку".encode() not in sealed
    handover = await database.fetchval("SELECT id FROM handovers")
    take = f"/shift/{handover}/take"
    assert (await one.post(take)).status == 422  # nobody hands over to themselves
    two = await signed_in(client, people["second operator"])
    await two.get("/shift")
    assert "ждём бабушку" in two.html
    key = person_key(people["second operator"].viewer.person_id)
    await database.execute(
        "UPDATE contacts SET apart = $1 WHERE receipt = $2", [key], grave
    )
    await two.get("/shift")
    assert "бабушку" not in two.html
    assert grave not in two.html
    assert "Чайник сломан" in two.html
    assert (await two.post(take)).status == 303
    third = await signed_in(client, people["supervisor"])
    assert (await third.post(take)).status == 422
    for name in ("guardian", "admin", "commissioner"):
        outside = await signed_in(client, people[name])
        assert (await outside.get("/shift")).status == 404
        assert (await outside.get("/became")).status == 404


async def test_what_became_danger_is_not_told_as_put_off(
    rt, client, people, clock, database
):
    calm = await a_contact(rt, QUESTION)
    until = clock.now() + timedelta(hours=3)
    await put_off(rt, people["operator"].viewer, calm, until, "office_closed")
    one = await signed_in(client, people["operator"])
    await one.get("/shift")
    assert one.html.count(f'href="/contacts/{calm}"') == 1
    await database.execute("UPDATE contacts SET urgency = 0, danger = true")
    await one.get("/shift")
    assert (
        one.html.count(f'href="/contacts/{calm}"') == 1
    )  # among the grave, and there only
    await one.get(f"/contacts/{calm}")
    assert 'data-testid="put-off"' not in one.html


async def test_who_signs_second_sees_the_whole_shift_and_signs_what_they_read(
    rt, client, story, people, clock, database
):
    late = await a_contact(rt, DANGER)
    going = await signed_in(client, people["operator"])
    also = await signed_in(client, people["supervisor"])
    await story.later(hours=2)
    for browser in (going, also):
        await browser.post("/shift", {"remarks": "Тихо"})
    first, second = (
        row["id"] for row in await database.fetch("SELECT id FROM handovers ORDER BY id")
    )
    clock.forward(timedelta(minutes=5))
    comes = await signed_in(client, people["second operator"])
    assert (await comes.post(f"/shift/{first}/take")).status == 303
    clock.forward(timedelta(minutes=5))
    await comes.get("/shift")
    overdue = re.search(r'aria-labelledby="late-h".*?</section>', comes.html, re.DOTALL)[0]
    assert await database.fetchval("SELECT number FROM cases") in overdue
    form = re.search(rf'action="/shift/{second}/take">.*?</form>', comes.html, re.DOTALL)[0]
    read = {"made_at": re.search(r'name="made_at" value="([^"]+)"', form)[1]}
    key = person_key(people["second operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = $1", [key])
    await also.post("/shift", {"remarks": f"Не тихо: {late.replace('-', ' ')} ждёт"})
    assert (await comes.post(f"/shift/{second}/take", read)).status == 422
    await comes.get("/shift")
    assert "ждёт" not in comes.html  # however the number is written
    form = re.search(rf'action="/shift/{second}/take">.*?</form>', comes.html, re.DOTALL)[0]
    read = {"made_at": re.search(r'name="made_at" value="([^"]+)"', form)[1]}
    assert (await comes.post(f"/shift/{second}/take", read)).status == 303


async def test_who_helped_learns_what_became_of_whom(rt, client, story, people, clock):
    receipt = await a_contact(rt, "Соседи бьют ребёнка", region_hint="71")
    number = await story.confirm(receipt, subcategory="VIO.PHY", urgency=2, region="71")
    one = await signed_in(client, people["operator"])
    await one.get("/became")
    assert number in one.html
    assert "ответа пока нет" in one.html
    await story.accept(number)
    await story.outcome(number)
    await story.close(number)
    await one.get("/became")
    assert "Закрыто" in one.html
    assert "ответа пока нет" not in one.html
    other = await signed_in(client, people["second operator"])
    await other.get("/became")
    assert number not in other.html  # one's own only
    stranger = await a_person(rt, "operator")
    assert number not in (await signed_in(client, stranger)).html
