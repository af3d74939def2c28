"""The inbox over HTTP: filters, saved views, work on many cases, and what none of it tells."""

import re
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.cases.apart import person_key
from tests.builders import a_call, a_person, everybody
from tests.console.console_world import signed_in

TWO_BODIES = ("guard-71", "uzpd-71")


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    found["colleague"] = await a_person(rt, "guardian", region="71", bodies=TWO_BODIES)
    return found


@pytest.fixture
async def numbers(rt, people):
    return [await a_call(rt, people["operator"]) for _ in range(3)]


def shown(html):
    return re.findall(r'data-testid="queue-item" data-case="([^"]+)"', html)


def ticked(html, *numbers):
    found = dict(re.findall(r'name="(case-[^"]+)" value="(\d+)"', html))
    return {f"case-{n}": found.get(f"case-{n}", "1") for n in numbers}


async def meant(database, *numbers):
    """Whom each case's leading body has for it: suggested at first, then chosen."""
    rows = await database.fetch(
        "SELECT k.number, p.username FROM cases k JOIN referrals r ON r.case_id = k.id AND r.lead"
        " LEFT JOIN people p ON p.id = r.assignee_id WHERE k.number = ANY($1)",
        list(numbers),
    )
    return {row[0]: row[1] for row in rows}


async def assignees(database, *numbers):
    rows = await database.fetch(
        "SELECT number, (SELECT username FROM people WHERE id = assignee_id) FROM cases"
        " WHERE number = ANY($1)",
        list(numbers),
    )
    return {row[0]: row[1] for row in rows}


async def pressed(browser, kind, fields, **more):
    sent = {"kind": kind, "once": browser.hidden("once"), **fields, **more}
    return await browser.post("/inbox/bulk", sent)


FILTERS = [  # what is asked, of three cases of which the first is accepted by the guardian
    ("tab=new", [1, 2]),
    ("tab=work", [0]),
    ("tab=work&assignee=me", [0]),
    ("tab=new&assignee=third", []),
    ("tab=work&assignee=nobody", []),
    ("tab=new&assignee=no-such-person", []),
    ("tab=new&urgency=2", [1, 2]),
    ("tab=new&urgency=4", []),
    ("tab=new&category=VIO", [1, 2]),
    ("tab=new&regime=appeal", []),
    ("tab=new&district=710000000", []),
    ("tab=new&order=newest", [2, 1]),
    ("tab=new&body=police-39", []),
]


async def test_each_filter_narrows_and_the_total_says_how_many(client, rt, people, numbers):
    await accept_referral(rt, people["guardian"].viewer, numbers[0], None)
    await a_person(rt, "guardian", bodies=TWO_BODIES, username="third")
    browser = await signed_in(client, people["guardian"])
    for asked, places in FILTERS:
        assert (await browser.get(f"/inbox?{asked}")).status == 200, asked
        found = [numbers[place] for place in places]
        same = shown(browser.html) == found if "order" in asked else (
            sorted(shown(browser.html)) == sorted(found)
        )  # fmt: skip
        assert same, asked
        assert f'data-total="{len(found)}"' in browser.html, asked


async def test_what_was_not_opened_is_marked_until_it_is(client, people, numbers):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new")
    assert browser.html.count("fresh-mark") == 3
    await browser.get(f"/cases/{numbers[0]}")
    await browser.get("/inbox?tab=new")
    assert browser.html.count("fresh-mark") == 2


async def test_cases_are_given_at_once_and_the_undo_gives_them_back(
    client, rt, people, numbers, database
):
    to = "third"
    await a_person(rt, "guardian", bodies=TWO_BODIES, username=to)
    before = await meant(database, *numbers)
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new")
    answer = await pressed(
        browser, "assign", ticked(browser.html, *numbers[:2]), to_person=to, tab="new"
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/inbox?tab=new")
    held = await assignees(database, *numbers)
    assert [held[n] for n in numbers] == [to, to, None]
    run = await database.fetchval("SELECT id FROM bulk_runs")
    assert (await browser.post(f"/inbox/bulk/{run}/undo")).status == 303
    assert set((await assignees(database, *numbers)).values()) == {None}
    assert await meant(database, *numbers) == before
    again = await browser.post(f"/inbox/bulk/{run}/undo")
    assert again.status == 404
    assert await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'assignment_undone'"
    ) == 2  # fmt: skip


async def test_each_case_is_judged_by_itself_and_a_press_heard_twice_is_one(
    client, rt, people, numbers, database
):
    """One is stale, one is another region's, one does not exist, one is fine."""
    away = await a_call(rt, people["operator"], region="39")
    people["third"] = await a_person(rt, "guardian", bodies=TWO_BODIES)
    browser = await signed_in(client, people["third"])
    await browser.get("/inbox?tab=new")
    fields = ticked(browser.html, numbers[0], away, "26-999999-9")
    fields |= {f"case-{numbers[1]}": "77"}
    press = {**fields, "once": "the-same-press"}
    for _ in range(2):
        answer = await browser.post("/inbox/bulk", {"kind": "take", **press})
        text = await answer.text()
        assert answer.status == 200
        assert text.count("Такого дела нет") == 2  # the same words for both
        assert "изменилось" in text
    held = await assignees(database, *numbers, away)
    mine = people["third"].viewer.username
    assert [held[n] for n in (*numbers, away)] == [mine, None, None, None]
    assert await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'assigned'"
    ) == 1  # fmt: skip
    before = await database.fetchval(
        "SELECT count(*) FROM case_events e JOIN cases k ON k.id = e.case_id"
        " WHERE k.number = $1 AND e.actor = $2",
        away,
        mine,
    )
    assert before == 0


async def test_a_press_that_was_cut_off_goes_on_and_does_nothing_twice(
    client, people, numbers, database, clock
):
    """A worker dies in the middle; the page is sent again after a minute."""
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new")
    half = {**ticked(browser.html, *numbers[:2]), "text": "Позвонить в школу"}
    await pressed(browser, "note", half)
    await database.execute("UPDATE bulk_runs SET results = NULL")
    clock.forward(timedelta(seconds=61))
    all_of_it = {**ticked(browser.html, *numbers), "text": "Позвонить в школу"}
    assert (await pressed(browser, "note", all_of_it)).status == 303
    notes = "SELECT count(*) FROM case_events WHERE event = 'note_added'"
    assert await database.fetchval(notes) == 3


async def test_who_looks_over_a_region_decides_nothing_in_bulk(
    client, people, numbers, database
):
    browser = await signed_in(client, people["commissioner"])
    await browser.get("/inbox?tab=oversight")
    assert sorted(shown(browser.html)) == sorted(numbers)
    fields = ticked(browser.html, *numbers)
    for kind in ("take", "accept"):
        answer = await pressed(browser, kind, fields, once=f"press-{kind}")
        assert (await answer.text()).count('<th scope="row"><a href="/cases/') == 3
    assert set((await assignees(database, *numbers)).values()) == {None}
    listed = await pressed(browser, "export", fields)
    assert (await listed.text()).count("\r\n") == 4


async def test_all_of_a_list_is_what_the_person_saw_of_it(
    client, rt, people, numbers, database, monkeypatch
):
    monkeypatch.setattr("hotline.console.pages.inbox.PAGE", 2)  # of two pages
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new")
    assert sorted(browser.hidden("listed").split()) == sorted(numbers)
    await accept_referral(rt, people["colleague"].viewer, numbers[0], None)
    await a_call(rt, people["operator"])  # as many as before, and not the same
    whole = {"whole": "1", "tab": "new", "seen": "3"}
    assert (await pressed(browser, "accept", whole)).status == 422  # nobody says which
    assert await database.fetchval("SELECT count(*) FROM bulk_runs") == 0
    listed = {**whole, "listed": browser.hidden("listed")}
    assert (await pressed(browser, "accept", listed)).status == 303
    accepted = "SELECT k.number FROM case_events e JOIN cases k ON k.id = e.case_id WHERE e.event = 'referral_accepted'"
    rows = await database.fetch(accepted)
    assert sorted(row["number"] for row in rows) == sorted(numbers)


WRONG = [  # kind, fields
    ("accept", {}),
    ("assign", {"case-x": "1"}),
    ("note", {"case-x": "1"}),
    ("no-such", {"case-x": "1"}),
    ("export", {}),
]


async def test_a_press_that_lacks_something_says_so_and_does_nothing(
    client, people, numbers, database
):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox")
    for kind, fields in WRONG:
        answer = await pressed(browser, kind, fields)
        assert answer.status == 422, kind
        assert 'role="alert"' in await answer.text()
    assert await database.fetchval("SELECT count(*) FROM bulk_runs") == 0


async def test_what_leaves_the_console_names_nobody_and_stands_in_the_history(
    client, people, numbers, database
):
    browser = await signed_in(client, people["operator"])
    await browser.get("/inbox?tab=new")
    fields = ticked(browser.html, *numbers)
    file = await pressed(browser, "export", fields)
    sheet = await pressed(browser, "print", fields)
    texts = [(await file.read()).decode("utf-8-sig"), await sheet.text()]
    for text in texts:
        assert all(number in text for number in numbers)
        assert not re.search(r"7017654518|Сейткали|ножом|избивает", text)
    assert "<button" not in texts[1]
    assert await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'taken_along'"
    ) == 6  # fmt: skip


async def test_a_shared_view_is_judged_by_the_rights_of_who_opens_it(
    client, rt, people, numbers, database
):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new&urgency=2")
    kept = {"tab": "new", "urgency": "2", "q": "Айгуль", "name": "Срочные <b>утром"}
    answer = await browser.post("/inbox/views", {**kept, "shared_with": "guard-71"})
    address = answer.headers["Location"]
    assert answer.status == 303
    row = await database.fetchrow("SELECT * FROM saved_views")
    assert row["asked"] == '{"tab": "new", "urgency": "2"}'
    assert "Срочные".encode() not in row["sealed_name"]
    for name, status, cases in (
        ("guardian", 200, 3), ("colleague", 200, 3), ("other guardian", 404, 0),
        ("commissioner", 404, 0), ("operator", 404, 0),
    ):  # fmt: skip
        other = await signed_in(client, people[name])
        assert (await other.get(address)).status == status, name
        assert len(shown(other.html)) == cases
    colleague = await signed_in(client, people["colleague"])
    assert "Срочные &lt;b&gt;утром" in colleague.html
    forged = f"/inbox/views/{row['id']}/delete"
    assert (await colleague.post(forged)).status == 404
    first = f"/inbox/views/{row['id']}/first"
    assert (await colleague.post(first)).status == 303
    begins = await colleague.get("/inbox")
    assert begins.headers["Location"] == address
    await signed_in(client, people["guardian"])
    assert (await browser.post(forged)).status == 303
    assert (await colleague.get("/inbox")).status == 200
    assert (await browser.get(address)).status == 404
    await browser.get("/inbox?tab=new")
    strange = {**kept, "shared_with": "guard-39"}
    assert (await browser.post("/inbox/views", strange)).status == 404


async def test_a_filter_does_not_tell_what_the_list_leaves_out(
    client, people, numbers, database
):
    """The police were asked with the district closed to them; nothing finds it out."""
    await database.execute("UPDATE cases SET district = '711110000'")
    closed = "UPDATE referrals SET hides = $1 WHERE body_id = 'police-71'"
    browser = await signed_in(client, people["police"])
    for hides, found in (([], 3), (["district"], 0)):
        await database.execute(closed, hides)
        await browser.get("/inbox?tab=new&district=711110000")
        assert len(shown(browser.html)) == found, hides
        assert f'data-total="{found}"' in browser.html
    await browser.get("/inbox?tab=new")
    assert len(shown(browser.html)) == 3


async def test_an_undo_gives_no_case_back_to_who_may_not_know_of_it_any_more(
    client, rt, people, numbers, database
):
    """A conflict is declared between the press and its undo; another has left the body."""
    me = people["guardian"].viewer
    browser = await signed_in(client, people["guardian"])
    for number, before in zip(numbers[:2], ("colleague", "gone"), strict=True):
        holder = people.get(before) or await a_person(rt, "guardian", bodies=TWO_BODIES)
        people[before] = holder
        await accept_referral(rt, holder.viewer, number, None)
    await browser.get("/inbox?tab=work")
    answer = await pressed(browser, "take", ticked(browser.html, *numbers[:2]))
    assert answer.status == 303
    await database.execute(
        "UPDATE cases SET apart = $1 WHERE number = $2",
        [person_key(people["colleague"].viewer.person_id)],
        numbers[0],
    )
    await database.execute(
        "UPDATE memberships SET ended_at = now() - interval '9 years' WHERE person_id = $1",
        people["gone"].viewer.person_id,
    )
    run = await database.fetchval("SELECT id FROM bulk_runs")
    answer = await browser.post(f"/inbox/bulk/{run}/undo")
    assert (await answer.text()).count('<th scope="row"><a href="/cases/') == 2
    held = await assignees(database, *numbers[:2])
    assert set(held.values()) == {me.username}


async def test_an_undone_gift_goes_back_to_its_giver_in_time_all_the_same(
    client, rt, people, numbers, database
):
    """Another body hands over warmly: the day of its return is not the press's to take."""
    to = (await a_person(rt, "guardian", bodies=TWO_BODIES)).viewer.username
    browser = await signed_in(client, people["guardian"])
    await database.execute("UPDATE referrals SET return_at = now() + interval '1 day'")
    await browser.get("/inbox?tab=new")
    await pressed(browser, "assign", ticked(browser.html, numbers[0]), to_person=to)
    run = await database.fetchval("SELECT id FROM bulk_runs")
    assert (await browser.post(f"/inbox/bulk/{run}/undo")).status == 303
    assert (await assignees(database, numbers[0]))[numbers[0]] is None
    assert await database.fetchval(
        "SELECT count(*) FROM referrals WHERE return_at IS NULL"
    ) == 0  # fmt: skip


async def test_a_view_and_an_address_hold_codes_alone(client, people, numbers, database):
    browser = await signed_in(client, people["guardian"])
    await browser.get("/inbox?tab=new")
    forged = {"category": "+7 701 765 45 18", "body": "Айгуль <b>", "district": "7" * 90}
    answer = await browser.post("/inbox/views", {"tab": "new", "name": "x", **forged})
    assert answer.status == 303
    assert await database.fetchval("SELECT asked FROM saved_views") == '{"tab": "new"}'
