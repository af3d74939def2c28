"""A person's own day: the page, the calendar that programs read, the letter in the morning."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from hotline.actions.accept_referral import accept_referral
from hotline.actions.send_digests import send_digests
from hotline.cases.apart import person_key
from tests.builders import a_call, everybody
from tests.conftest import START
from tests.console.console_world import signed_in
from tests.notify.stand_ins import MailServer

PERSONAL = re.compile(r"7017654518|Сейткали|ножом|Насилие|зорлық|VIO", re.IGNORECASE)
MAIL = "guardian@akimat.example"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    number = await a_call(rt, people["operator"])
    await accept_referral(rt, people["guardian"].viewer, number, None)
    return number


async def an_address(client, somebody):
    browser = await signed_in(client, somebody)
    await browser.get("/my")
    answer = await browser.post("/my/calendar/make", {})
    text = await answer.text()
    return browser, re.search(r"<code>https?://[^/]+(/calendar/[^<]+\.ics)</code>", text)[1]


async def events(client, address, **headers):
    answer = await client.get(address, headers=headers)
    assert answer.status == 200
    assert answer.content_type == "text/calendar"
    text = await answer.text()
    assert not PERSONAL.search(text)
    found = Calendar.from_ical(text).walk("VEVENT")
    return {str(one["uid"]): one for one in found}, answer.headers["ETag"]


async def test_the_calendar_holds_own_deadlines_and_moves_its_events(
    client, people, number, database
):
    _, address = await an_address(client, people["guardian"])
    before, tag = await events(client, address)
    clocks = await database.fetch(
        "SELECT c.id, c.due_at FROM clocks c JOIN cases k ON k.id = c.case_id"
        " WHERE c.state = 'running' AND k.number = $1 AND c.referral_id IS NULL",
        number,
    )
    assert len(before) >= len(clocks) > 0
    summaries = {str(one["summary"]) for one in before.values()}
    assert all(one.startswith(f"{number} · ") for one in summaries)
    assert {row["due_at"] for row in clocks} <= {one["dtend"].dt for one in before.values()}
    unchanged = await client.get(address, headers={"If-None-Match": tag})
    assert unchanged.status == 304
    await database.execute(
        "UPDATE clocks SET due_at = due_at + interval '1 day' WHERE id = $1",
        clocks[0]["id"],
    )
    await database.execute(
        "INSERT INTO clock_events (clock_id, at, event) VALUES ($1, now(), 'recomputed')",
        clocks[0]["id"],
    )
    after, fresh = await events(client, address, **{"If-None-Match": tag})
    assert fresh != tag
    assert set(after) == set(before)
    moved = [uid for uid in after if after[uid]["dtend"].dt != before[uid]["dtend"].dt]
    assert len(moved) == 1
    assert int(after[moved[0]]["sequence"]) == int(before[moved[0]]["sequence"]) + 1


async def test_a_calendar_ends_with_its_address_its_person_and_its_sight(
    client, people, number, database
):
    browser, first = await an_address(client, people["guardian"])
    _, second = await an_address(client, people["guardian"])
    assert (await client.get(first)).status == 404
    stored = await database.fetchval("SELECT token_hash FROM calendar_feeds LIMIT 1")
    assert second.split("/")[-1].removesuffix(".ics").encode() not in stored
    _, others = await an_address(client, people["other guardian"])
    assert (await events(client, others))[0] == {}
    me = people["guardian"].viewer.person_id
    assert len((await events(client, second))[0]) > 0
    await database.execute("UPDATE cases SET apart = $1", [person_key(me)])
    assert (await events(client, second))[0] == {}
    await database.execute("UPDATE people SET active = false WHERE id = $1", me)
    assert (await client.get(second)).status == 404
    await database.execute("UPDATE people SET active = true WHERE id = $1", me)
    assert (await client.get(second)).status == 200
    await browser.get("/my")
    assert (await browser.post("/my/calendar/end", {})).status == 303
    assert (await client.get(second)).status == 404
    assert (await client.get("/calendar/abc.ics")).status == 404


async def with_letter(client, people, at="08:30"):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/my")
    return browser, await browser.post(
        "/my/digest", {"wanted": "yes", "mail": MAIL, "at": at}
    )


async def test_the_letter_comes_once_a_working_day_with_counts_and_numbers(
    rt, client, clock, people, number, database
):
    """Friday 10:00; nothing at the weekend; Monday after half past eight."""
    assert (await with_letter(client, people))[1].status == 303
    async with MailServer() as server:
        rt.settings = replace(
            rt.settings,
            smtp_url=f"smtp://127.0.0.1:{server.port}",
            public_url="https://111.example",
        )
        sent = [await send_digests(rt), await send_digests(rt)]
        for days, hours in ((1, 0), (1, 0), (1, -2), (0, 1)):
            clock.forward(timedelta(days=days, hours=hours))
            sent += [await send_digests(rt)]
    assert sent == [1, 0, 0, 0, 0, 1]
    assert server.to == [MAIL, MAIL]
    letter = server.letters[0]
    text = letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert number in text
    assert "https://111.example/my" in text
    assert not PERSONAL.search(text + str(letter["Subject"]))
    states = await database.fetch("SELECT state FROM digests_sent")
    assert [row["state"] for row in states] == ["sent", "sent"]


async def test_a_letter_that_is_not_taken_is_tried_again_and_then_no_more(
    rt, client, clock, people, database
):
    await with_letter(client, people)
    async with MailServer(refuse="451") as server:
        rt.settings = replace(rt.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        for _ in range(7):
            assert await send_digests(rt) == 0
            clock.forward(timedelta(minutes=11))
    row = await database.fetchrow("SELECT state, tries FROM digests_sent")
    assert (row["state"], row["tries"]) == ("failed", 5)


WRONG = [
    {"at": "03:00", "mail": MAIL},
    {"at": "x", "mail": MAIL},
    {"at": "08:30"},
    {"mail": "x"},
]


async def test_no_letter_without_an_hour_and_an_address(client, people, database):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/my")
    for fields in reversed(WRONG):
        answer = await browser.post("/my/digest", {"wanted": "yes", **fields})
        assert answer.status == 422, fields
    assert await database.fetchval("SELECT count(*) FROM digests") == 0
    assert (await with_letter(client, people))[1].status == 303
    assert (await browser.post("/my/digest", {"wanted": "no"})).status == 303
    assert await database.fetchval("SELECT count(*) FROM digests") == 0


async def test_my_day_names_what_is_in_my_hands_and_nothing_else(
    client, people, number, database
):
    await database.execute(
        "INSERT INTO case_tasks (case_id, author_id, person_id, at, due_at, once, sealed_text)"
        " SELECT id, $1, $1, now(), now(), 'x', 'x' FROM cases",
        people["guardian"].viewer.person_id,
    )
    await database.execute(
        "INSERT INTO notices (at, audience, person_id, kind, case_id)"
        " SELECT now(), 'uzpd-71', $1, 'mentioned', id FROM cases",
        people["guardian"].viewer.person_id,
    )
    for name, there in (("guardian", True), ("commissioner", False), ("operator", False)):
        browser = await signed_in(client, people[name])
        assert (await browser.get("/my")).status == 200
        assert (number in browser.html) is there, name
        for part in ("tasks-h", "mentions-h"):
            section = browser.html.split(f'labelledby="{part}"')[1].split("</section>")[0]
            assert (number in section) is there, (name, part)
    admin = await signed_in(client, people["admin"])
    assert (await admin.get("/my")).status == 404


async def test_no_letter_names_a_visit_to_whom_its_case_complains_of(
    rt, client, people, number, database
):
    me = people["guardian"].viewer.person_id
    browser, _ = await with_letter(client, people)
    await database.execute(
        "INSERT INTO visits (case_id, body_id, person_id, planned_by, planned_at, starts_at,"
        " ends_at, once) SELECT id, 'guard-71', $1, $1, $2, $2, $3, 'x' FROM cases",
        me,
        START + timedelta(hours=1),
        START + timedelta(hours=2),
    )
    await database.execute("UPDATE cases SET apart = $1", [person_key(me)])
    async with MailServer() as server:
        rt.settings = replace(rt.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert await send_digests(rt) == 1
    assert number not in server.letters[0].get_content()
    await browser.get("/my")
    assert number not in browser.html


async def test_a_letter_switched_off_is_not_tried_again(rt, client, clock, people):
    browser, _ = await with_letter(client, people)
    async with MailServer(refuse="451") as server:
        rt.settings = replace(rt.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert await send_digests(rt) == 0
    await browser.post("/my/digest", {"wanted": "no"})
    clock.forward(timedelta(minutes=11))
    async with MailServer() as server:
        rt.settings = replace(rt.settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
        assert await send_digests(rt) == 0
    assert server.letters == []
