"""Visits: planned, pressed, missed; who may know, and who is woken when nobody comes out."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actions.accept_referral import accept_referral
from hotline.actions.answer_page import answer_page
from hotline.actions.wake_duty import wake_duty
from hotline.actions.watch_visits import watch_visits
from hotline.cases.visit import OLDEST, missed_at, pressed_at
from tests.builders import a_call, a_person, everybody
from tests.conftest import START
from tests.console.console_world import signed_in

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SPANS = st.timedeltas(timedelta(days=-900), timedelta(days=900))


@given(wrong_by=SPANS, waited=SPANS, planned=st.timedeltas(timedelta(), OLDEST))
def test_a_press_counts_when_it_was_made_however_wrong_the_pages_clock_is(
    wrong_by, waited, planned
):
    sent = START + wrong_by
    told = sent - waited
    at = pressed_at(START, told, sent, not_before=START - planned)
    assert START - planned <= at <= START
    if timedelta() <= waited <= planned:
        assert at == START - waited


MISSED = [  # what, in, missed after the start
    ("never went in", None, 75),
    ("in time", 0, 75),
    ("an hour late", 60, 135),
    ("earlier than planned", -30, 75),
]


@pytest.mark.parametrize(("what", "went_in", "missed"), MISSED)
def test_when_somebody_is_missed(what, went_in, missed):
    in_at = None if went_in is None else START + went_in * MINUTE
    found = missed_at(START, START + HOUR, in_at, grace=15 * MINUTE)
    assert found == START + missed * MINUTE, what


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    found["head"] = await a_person(
        rt, "guardian", region="71", bodies=("guard-71", "uzpd-71")
    )
    return found


@pytest.fixture
async def number(rt, people, database):
    await database.execute(
        "UPDATE memberships SET position = 'head' WHERE person_id = $1",
        people["head"].viewer.person_id,
    )
    rt.forget_directory()
    number = await a_call(rt, people["operator"])
    await accept_referral(rt, people["guardian"].viewer, number, None)
    return number


async def planned(browser, case, **more):
    await browser.get("/visits")
    fields = {
        "number": case,
        "starts_at": "2026-11-20T10:30",
        "ends_at": "2026-11-20T11:30",
    }
    return await browser.post("/visits", {"once": browser.hidden("once"), **fields, **more})


async def a_visit(client, people, number, database):
    browser = await signed_in(client, people["guardian"])
    assert (await planned(browser, number)).status == 303
    return browser, await database.fetchval("SELECT max(id) FROM visits")


async def woken(database):
    rows = await database.fetch(
        "SELECT p.username, g.state, g.urgency FROM pages g"
        " LEFT JOIN people p ON p.id = g.person_id WHERE g.cause = 'visit' ORDER BY g.id"
    )
    return [(row[0], row[1]) for row in rows]


async def test_in_and_out_end_the_watch_and_nobody_is_woken(
    rt, client, clock, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    for kind in ("in", "out"):
        clock.forward(20 * MINUTE)
        sent = {"told": "1000", "sent": str(1000 + 5 * 60_000), "once": kind}
        for _ in range(2):  # a page that is not sure sends again
            answer = await browser.post(
                f"/visits/{visit}/{kind}", sent, Accept="application/json"
            )
            assert (answer.status, await answer.json()) == (200, {"heard": kind})
    row = await database.fetchrow("SELECT * FROM visits")
    assert row["in_at"] == START + 15 * MINUTE
    assert row["out_at"] == START + 35 * MINUTE
    presses = await database.fetch("SELECT * FROM visit_presses ORDER BY id")
    assert [(one["heard_at"] - one["at"]) for one in presses] == [5 * MINUTE] * 2
    assert {one["told_at"].year for one in presses} == {1970}
    clock.forward(5 * HOUR)
    assert await watch_visits(rt) == 0
    assert await woken(database) == []


async def test_nobody_comes_out_for_who_went_along(
    rt, client, clock, people, number, database
):
    """A companion's "out" ended the watch over the visitor, who was still inside."""
    browser = await signed_in(client, people["guardian"])
    boss = people["head"].viewer
    assert (await planned(browser, number, companion=boss.username)).status == 303
    visit = await database.fetchval("SELECT max(id) FROM visits")
    other = await signed_in(client, people["head"])
    await browser.post(f"/visits/{visit}/in", {})
    await other.post(f"/visits/{visit}/out", {})
    await other.get("/visits")
    assert "Вы вышли." in other.html
    clock.forward(3 * HOUR)
    assert await watch_visits(rt) == 1
    assert await woken(database) == [
        (boss.username, "waiting")
    ]  # who is out can be reached
    browser = await signed_in(client, people["guardian"])
    await browser.post(f"/visits/{visit}/out", {})
    assert await database.fetchval("SELECT out_at IS NOT NULL FROM visits")
    clock.forward(3 * HOUR)
    assert await watch_visits(rt) == 0


async def test_a_companion_who_went_in_is_watched_until_they_are_out_themselves(
    rt, client, clock, people, number, database
):
    browser = await signed_in(client, people["guardian"])
    boss = people["head"].viewer
    await planned(browser, number, companion=boss.username)
    visit = await database.fetchval("SELECT max(id) FROM visits")
    other = await signed_in(client, people["head"])
    await browser.post(f"/visits/{visit}/in", {})
    await browser.post(f"/visits/{visit}/out", {})
    assert await database.fetchval("SELECT out_at IS NOT NULL FROM visits")
    await other.post(f"/visits/{visit}/in", {})  # their page had no connection
    assert await database.fetchval("SELECT out_at IS NULL FROM visits")
    clock.forward(3 * HOUR)
    assert await watch_visits(rt) == 1
    assert boss.username not in [who for who, _ in await woken(database)]
    other = await signed_in(client, people["head"])
    await other.post(f"/visits/{visit}/out", {})
    assert await database.fetchval("SELECT out_at IS NOT NULL FROM visits")


async def test_who_does_not_come_out_is_missed_by_the_head_and_then_by_111(
    rt, client, clock, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    clock.forward(HOUR + 44 * MINUTE)
    assert await watch_visits(rt) == 0
    clock.forward(MINUTE)
    assert [await watch_visits(rt), await watch_visits(rt)] == [1, 0]
    head = people["head"].viewer.username
    assert await woken(database) == [(head, "waiting")]
    page = await browser.get("/visits")
    assert page.status == 200
    assert "Никто не нажал" in browser.html
    clock.forward(4 * MINUTE)
    await wake_duty(rt)
    clock.forward(4 * MINUTE)
    await wake_duty(rt)
    asked = [who for who, _ in await woken(database)]
    assert asked[0] == head
    assert asked[-1] is None  # the shift of 111
    assert people["guardian"].viewer.username not in asked
    await browser.post(f"/visits/{visit}/out")
    await wake_duty(rt)
    assert {state for _, state in await woken(database)} <= {"passed", "withdrawn"}


async def test_help_wakes_at_once_and_only_a_person_ends_it(
    rt, client, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    answer = await browser.post(f"/visits/{visit}/help", {})
    assert answer.status == 303
    await browser.post(f"/visits/{visit}/help", {})
    await browser.post(f"/visits/{visit}/out", {})
    await wake_duty(rt)
    head = people["head"].viewer
    assert await woken(database) == [(head.username, "waiting")]
    page = await database.fetchval("SELECT id FROM pages")
    await answer_page(rt, head, page)
    assert await woken(database) == [(head.username, "answered")]
    outside = "SELECT count(*) FROM notices WHERE kind = 'visit_help' AND audience NOT IN ('guard-71', 'uzpd-71', '111')"
    assert await database.fetchval(outside) == 0


async def test_who_is_woken_from_above_gets_no_link_to_what_they_may_not_open(
    client, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    await browser.post(f"/visits/{visit}/help", {})
    link = f'href="/cases/{number}"'
    head = await signed_in(client, people["head"])
    await head.get("/woken")
    assert link in head.html
    above = people["other guardian"]
    await database.execute("UPDATE pages SET person_id = $1", above.viewer.person_id)
    other = await signed_in(client, above)
    await other.get("/woken")
    assert (number in other.html, link in other.html) == (True, False)


WRONG = [  # fields, the field that is named
    ({"ends_at": "2026-11-20T10:30"}, "ends_at"),
    ({"ends_at": "2026-11-21T10:31"}, "ends_at"),
    ({"starts_at": "2026-11-19T10:00", "ends_at": "2026-11-19T11:00"}, "ends_at"),
    ({"starts_at": "x"}, "starts_at"),
    ({"starts_at": "2027-11-19T10:00", "ends_at": "2027-11-19T11:00"}, "starts_at"),
    ({"person": "operator"}, "person"),
    ({"number": "26-000000-0"}, "number"),
]


async def test_what_is_wrong_with_a_plan_is_said_at_its_field(
    client, people, number, database
):
    browser = await signed_in(client, people["guardian"])
    for fields, field in WRONG:
        answer = await planned(browser, number, **fields)
        text = await answer.text()
        assert answer.status == 422, fields
        assert re.search(rf'id="visit-{field}"[^>]*aria-invalid="true"', text), fields
    assert await database.fetchval("SELECT count(*) FROM visits") == 0


STRANGERS = ["other guardian", "commissioner", "family", "head"]


async def test_a_visit_is_for_its_visitor_and_known_to_its_body_alone(
    client, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    for name in STRANGERS:
        other = await signed_in(client, people[name])
        await other.get("/visits")
        assert (number in other.html) is (name == "head"), name
        for move in ("in", "out", "help", "cancel"):
            answer = await other.post(f"/visits/{visit}/{move}", {})
            assert answer.status == 404, (name, move)
        if name != "head":
            assert (await other.post(f"/visits/{visit}/place", {})).status == 404
    assert await database.fetchval("SELECT count(*) FROM visit_presses") == 0
    shown = await browser.post(f"/visits/{visit}/place", {})
    assert shown.status == 200
    assert await database.fetchval(
        "SELECT count(*) FROM case_events WHERE event = 'revealed'"
    ) == 1  # fmt: skip
    assert (await browser.post(f"/visits/{visit}/cancel", {})).status == 303
    assert await database.fetchval("SELECT watch_at FROM visits") is None


@pytest.mark.parametrize("kind", ["in", "help"])
async def test_who_went_in_before_the_visit_was_called_off_is_heard_and_watched(
    rt, client, clock, people, number, database, kind
):
    """The visitor had no connection; a colleague called the visit off meanwhile."""
    browser, visit = await a_visit(client, people, number, database)
    assert (await browser.post(f"/visits/{visit}/cancel", {})).status == 303
    clock.forward(5 * MINUTE)
    sent = {"told": "1000", "sent": "61000", "once": kind}
    answer = await browser.post(f"/visits/{visit}/{kind}", sent, Accept="application/json")
    assert answer.status == 200
    await browser.get("/visits")
    assert f'id="visit-{visit}"' in browser.html
    if kind == "in":
        assert await woken(database) == []
        clock.forward(2 * HOUR)
        assert await watch_visits(rt) == 1
    await wake_duty(rt)
    assert (await woken(database))[0][0] == people["head"].viewer.username


async def test_out_of_a_visit_that_was_called_off_wakes_nobody(
    rt, client, clock, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    await browser.post(f"/visits/{visit}/cancel", {})
    assert (await browser.post(f"/visits/{visit}/out", {})).status == 303
    clock.forward(5 * HOUR)
    assert await watch_visits(rt) == 0


async def test_who_goes_in_after_they_were_missed_is_missed_again(
    rt, client, clock, people, number, database
):
    """People were woken, the visitor said "later", went in later and never came out."""
    _, visit = await a_visit(client, people, number, database)
    clock.forward(2 * HOUR)
    assert await watch_visits(rt) == 1
    page = await database.fetchval("SELECT id FROM pages")
    await answer_page(rt, people["head"].viewer, page)
    browser = await signed_in(client, people["guardian"])
    await browser.post(f"/visits/{visit}/in", {})
    clock.forward(74 * MINUTE)
    assert await watch_visits(rt) == 0
    clock.forward(MINUTE)
    assert [await watch_visits(rt), await watch_visits(rt)] == [1, 0]
    assert [state for _, state in await woken(database)] == ["answered", "waiting"]


async def test_an_old_press_of_who_was_missed_since_wakes_nobody_anew(
    rt, client, clock, people, number, database
):
    _, visit = await a_visit(client, people, number, database)
    clock.forward(2 * HOUR)
    assert await watch_visits(rt) == 1
    browser = await signed_in(client, people["guardian"])
    sent = {"told": "1000", "sent": str(1000 + 90 * 60_000), "once": "old"}
    await browser.post(f"/visits/{visit}/in", sent)
    clock.forward(5 * HOUR)
    assert await watch_visits(rt) == 0


async def test_a_call_for_help_wakes_the_own_body_though_anothers_is_woken(
    rt, client, clock, people, number, database
):
    """Two bodies are at the same home; the guardians' chain runs when the police ask."""
    guardian, visit = await a_visit(client, people, number, database)
    police = await signed_in(client, people["police"])
    await accept_referral(rt, people["police"].viewer, number, None)
    assert (await planned(police, number)).status == 303
    theirs = await database.fetchval("SELECT max(id) FROM visits")
    boss = await a_person(rt, "body", region="71", bodies=("police-71",))
    await database.execute(
        "UPDATE memberships SET position = 'head' WHERE person_id = $1",
        boss.viewer.person_id,
    )
    rt.forget_directory()
    await guardian.post(f"/visits/{visit}/help", {})
    for _ in range(2):
        await police.post(f"/visits/{theirs}/help", {})
    asked = [who for who, _ in await woken(database)]
    assert asked == [people["head"].viewer.username, boss.viewer.username]


async def test_the_head_who_goes_there_next_week_is_woken_today(
    rt, client, people, number, database
):
    browser, visit = await a_visit(client, people, number, database)
    head = people["head"].viewer
    assert (
        await planned(
            browser, number, person=head.username,
            starts_at="2026-11-25T10:30", ends_at="2026-11-25T11:30",
        )
    ).status == 303  # fmt: skip
    await browser.post(f"/visits/{visit}/help", {})
    assert [who for who, _ in await woken(database)] == [head.username]


async def test_111_knows_at_once_that_help_was_asked_for(client, people, number, database):
    browser, visit = await a_visit(client, people, number, database)
    await browser.post(f"/visits/{visit}/help", {})
    told = await database.fetch("SELECT audience FROM notices WHERE kind = 'visit_help'")
    assert sorted(row[0] for row in told) == ["111", "uzpd-71"]


async def test_visits_that_nobody_ever_ended_hide_none_of_today(
    client, people, number, database
):
    """A year of forgotten "Out"s: more rows than a page holds."""
    browser, visit = await a_visit(client, people, number, database)
    await database.execute(
        "INSERT INTO visits (case_id, body_id, person_id, planned_by, planned_at, starts_at,"
        " ends_at, late_at, once) SELECT case_id, body_id, $1, $1, planned_at,"
        " starts_at - n * interval '1 day', ends_at - n * interval '1 day', planned_at,"
        " 'forgotten-' || n FROM visits, generate_series(1, 220) AS n",
        people["head"].viewer.person_id,
    )
    await browser.get("/visits")
    assert f'id="visit-{visit}"' in browser.html
    assert browser.html.count('data-testid="visit"') < 20
