"""A commissioner's own work over HTTP: begun, answered or not, followed up, ended."""

import re
from asyncio import gather
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.actions.begin_oversight import Begun, begin_oversight
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.steps.accused import About
from hotline.actions.watch_oversight import watch_oversight
from hotline.cases.oversight import OversightKind, OversightTab, Standing, steps_of, tab_of
from tests.builders import DANGER, a_call, a_person, everybody
from tests.conftest import ALMATY, START
from tests.console.console_world import signed_in

ASKED = {
    "kind": "request", "addressee": "Акимат города", "matter": "Сколько мест в приюте?",
    "body": "", "case": "", "follows": "", "answer_by": "", "follow_up": "",
}  # fmt: skip
MATTER = "Сколько мест в приюте?"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def ombudsman(client, rt, people):
    found = await signed_in(client, people["commissioner"])
    await found.get("/oversight/new")
    return found


async def begun(browser, **said):
    await browser.get("/oversight/new")
    fields = {**ASKED, "once": browser.hidden("once"), **said}
    answer = await browser.post("/oversight", fields)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def step(browser, address, name, **said):
    await browser.get(address)
    return await browser.post(
        f"{address}/{name}", {"version": browser.hidden("version"), **said}
    )


def tab(browser, name):
    return int(
        re.search(rf'oversight-tab-{name}"[^>]*>[^<]*<span[^>]*>(\d+)', browser.html)[1]
    )


async def test_an_answer_is_due_after_five_working_days_and_its_working_is_shown(
    ombudsman, database
):
    address = await begun(ombudsman)
    due = await database.fetchval("SELECT due_at FROM oversight_acts")
    # Friday 20 November: five working days on is the end of Friday 27 November.
    assert due.astimezone(ALMATY).date().isoformat() == "2026-11-27"
    await ombudsman.get(address)
    assert "Как это посчитано" in ombudsman.html or "working-lines" in ombudsman.html
    assert MATTER in ombudsman.html


async def test_the_same_form_twice_is_one_request(ombudsman, database):
    await ombudsman.get("/oversight/new")
    fields = {**ASKED, "once": ombudsman.hidden("once")}
    first = await ombudsman.post("/oversight", fields)
    second = await ombudsman.post("/oversight", fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert await database.fetchval("SELECT count(*) FROM oversight_acts") == 1


async def test_a_late_answer_is_told_once_and_then_written_down(
    ombudsman, client, people, rt, clock, database
):
    address = await begun(ombudsman)
    assert await watch_oversight(rt) == 0
    clock.forward(timedelta(days=8))
    assert await watch_oversight(rt) == 1
    assert await watch_oversight(rt) == 0
    told = await database.fetch("SELECT kind, audience FROM notices")
    assert [tuple(row) for row in told] == [("oversight_overdue", "comm-71")]
    ombudsman = await signed_in(client, people["commissioner"])  # days later
    await ombudsman.get("/oversight?tab=overdue")
    assert tab(ombudsman, "overdue") == 1
    assert MATTER in ombudsman.html
    answer = await step(ombudsman, address, "answer", text="Двадцать мест")
    assert answer.status == 303
    await ombudsman.get("/oversight")
    assert (tab(ombudsman, "overdue"), tab(ombudsman, "open")) == (0, 1)
    [late] = await database.fetch("SELECT answered_at > due_at AS late FROM oversight_acts")
    assert late["late"]


async def test_a_visit_leads_to_a_recommendation_that_is_followed_up(
    ombudsman, client, people, rt, clock, database
):
    visit = await begun(ombudsman, kind="visit", addressee="Детский дом", matter="Холодно")
    ended = await step(
        ombudsman, visit, "end", outcome="faults_found", text="Нет отопления"
    )
    assert ended.status == 303
    day = (START + timedelta(days=20)).date().isoformat()
    advice = await begun(
        ombudsman, kind="recommendation", matter="Починить отопление",
        follows=visit.rsplit("/", 1)[1], follow_up=day,
    )  # fmt: skip
    await ombudsman.get(visit)
    assert advice in ombudsman.html
    await step(ombudsman, advice, "answer", text="Сделаем")
    clock.forward(timedelta(days=21))
    assert await watch_oversight(rt) == 1
    assert await database.fetchval("SELECT kind FROM notices") == "oversight_follow_up"
    ombudsman = await signed_in(client, people["commissioner"])  # weeks later
    await ombudsman.get("/oversight?tab=follow-up")
    assert "Починить отопление" in ombudsman.html


@pytest.mark.parametrize(
    ("what", "said", "field"),
    [
        ("nobody is asked", {"addressee": " "}, "addressee"),
        ("nothing is asked", {"matter": ""}, "matter"),
        ("10,001 characters", {"matter": "я" * 10_001}, "matter"),
        ("a day that has passed", {"answer_by": "2026-11-19"}, "answer_by"),
        ("a day in ten years", {"answer_by": "2036-11-19"}, "answer_by"),
        ("no day at all", {"follow_up": "<b>"}, "follow_up"),
        ("a body that there is not", {"body": "nobody"}, "body"),
        ("a case that there is not", {"case": "26-000000-0"}, "case"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    ombudsman, database, what, said, field
):
    fields = {**ASKED, "once": ombudsman.hidden("once"), **said}
    answer = await ombudsman.post("/oversight", fields)
    page = await answer.text()
    assert answer.status == 422, what
    assert f'href="#{field}"' in page
    assert said.get("matter", MATTER)[:50] in page
    assert await database.fetchval("SELECT count(*) FROM oversight_acts") == 0


async def test_two_who_write_at_once_lose_nothing(ombudsman):
    address = await begun(ombudsman)
    await ombudsman.get(address)
    stale = {"version": ombudsman.hidden("version"), "text": "Вторая заметка"}
    assert (await step(ombudsman, address, "note", text="Первая заметка")).status == 303
    answer = await ombudsman.post(f"{address}/note", stale)
    page = await answer.text()
    assert answer.status == 409
    assert "Первая заметка" in page
    assert "Вторая заметка" in page
    dialog = page.split('data-testid="conflict-dialog"')[1]
    ombudsman.html = dialog  # keep mine: the dialog's own form
    mine = {name: ombudsman.hidden(name) for name in ("version", "text")}
    again = await ombudsman.post(f"{address}/note", mine, csrf=ombudsman.hidden("csrf"))
    assert again.status == 303
    await ombudsman.get(address)
    assert "Вторая заметка" in ombudsman.html


async def test_words_are_sealed_and_script_stays_text(ombudsman, database):
    address = await begun(ombudsman, matter="<script>alert(1)</script>")
    await ombudsman.get(address)
    assert "<script>alert" not in ombudsman.html
    assert "&lt;script&gt;" in ombudsman.html
    row = dict(await database.fetchrow("SELECT * FROM oversight_acts"))
    assert b"alert" not in b"".join(v for v in row.values() if isinstance(v, bytes))


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("supervisor", True),
        ("other commissioner", False),
        ("guardian", False),
        ("operator", False),
        ("admin", False),
    ],
)
async def test_only_the_region_and_the_supervisors_of_111_know_of_it(
    ombudsman, client, people, who, reads
):
    address = await begun(ombudsman)
    other = await signed_in(client, people[who])
    answer = await other.get(address)
    assert (answer.status == 200) is reads
    assert (MATTER in other.html) is reads
    listed = await other.get("/oversight?tab=waiting")
    assert (MATTER in other.html) is reads
    assert listed.status == 200 if "commissioner" in who or reads else 404
    done = await other.post(f"{address}/note", {"version": "1", "text": "x"}, csrf="")
    assert done.status in (403, 404)


async def test_work_on_a_case_that_complains_of_its_reader_is_none_of_theirs(
    ombudsman, rt, client, people
):
    operator = people["operator"]
    number = await a_call(
        rt, operator, DANGER, subcategory="VIO.PHY", urgency=1, region="71"
    )
    address = await begun(ombudsman, case=number)
    supervisor = await signed_in(client, people["supervisor"])
    assert (await supervisor.get(address)).status == 200
    accused = [About("person", people["commissioner"].viewer.username)]
    await declare_conflict(rt, operator.viewer, number, accused)
    assert (await ombudsman.get(address)).status == 404
    await ombudsman.get("/oversight")
    assert MATTER not in ombudsman.html
    assert (await supervisor.get(address)).status == 200


MOMENTS = st.one_of(
    st.none(), st.integers(-40, 40).map(lambda days: START + timedelta(days=days)),
)  # fmt: skip


@given(st.sampled_from(OversightKind), MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_every_work_stands_on_one_list_and_what_is_over_goes_no_further(
    kind, due, answered, look, ended
):
    one = Standing(kind, due, answered, look, ended)
    assert tab_of(one, START) in set(OversightTab)
    assert (tab_of(one, START) is OversightTab.ENDED) == (ended is not None)
    assert (steps_of(one) == ()) == (ended is not None)
    if due and due <= START and answered is None and ended is None:
        assert tab_of(one, START) is OversightTab.OVERDUE


async def test_the_lists_count_what_the_rule_says(ombudsman, database, people):
    """Every mix of past, future and missing moments, judged by the rule and by SQL."""
    moments = (None, START - timedelta(days=1), START + timedelta(days=1))
    expected = dict.fromkeys(OversightTab, 0)
    mixes = [
        (d, a, f, e)
        for d in moments
        for a in moments[:2]
        for f in moments
        for e in moments[:2]
    ]
    person = people["commissioner"].viewer.person_id
    for n, (due, answered, look, ended) in enumerate(mixes):
        await database.execute(
            "INSERT INTO oversight_acts (id, kind, region, person_id, opened_at, due_at,"
            " answered_at, follow_up_at, ended_at, outcome, sealed_addressee, sealed_matter,"
            " once) VALUES ($1, 'request', '71', $2, $3, $4, $5, $6, $7, $8, '', '', $9)",
            26 * 10**9 + 5_000 + n, person, START - timedelta(days=2), due, answered, look, ended,
            "answered" if ended else None, f"mix-{n}",
        )  # fmt: skip
        expected[
            tab_of(Standing(OversightKind.REQUEST, due, answered, look, ended), START)
        ] += 1
    await ombudsman.get("/oversight")
    assert {name: tab(ombudsman, name) for name in OversightTab} == expected


async def test_a_day_to_look_again_does_not_silence_the_late_answer_nor_tell_it_anew(
    ombudsman, client, people, rt, clock, database
):
    """Looked at before the answer is due; then the answer does not come."""
    day = (START + timedelta(days=3)).date().isoformat()
    address = await begun(ombudsman, follow_up=day)
    clock.forward(timedelta(days=4))
    assert await watch_oversight(rt) == 1
    assert await watch_oversight(rt) == 0
    clock.forward(timedelta(days=4))
    assert await watch_oversight(rt) == 1
    assert await watch_oversight(rt) == 0
    expected = ["oversight_follow_up", "oversight_overdue"]
    told = await database.fetch("SELECT kind FROM notices ORDER BY id")
    assert [row[0] for row in told] == expected
    ombudsman = await signed_in(client, people["commissioner"])
    again = (START + timedelta(days=12)).date().isoformat()
    assert (await step(ombudsman, address, "follow-up", day=again)).status == 303
    clock.forward(timedelta(days=6))  # still no answer, which is no news
    await database.execute("UPDATE notices SET seen_at = now()")
    assert await watch_oversight(rt) == 1
    told = await database.fetch("SELECT kind FROM notices ORDER BY id")
    assert [row[0] for row in told] == [*expected, "oversight_follow_up"]


async def test_notices_of_own_work_are_for_those_commissioners_who_may_know_of_it(
    ombudsman, rt, client, clock, people, database
):
    """Not for whom its case complains of, nor for others of a body that they also belong to."""
    operator = people["operator"]
    number = await a_call(
        rt, operator, DANGER, subcategory="VIO.PHY", urgency=1, region="71"
    )
    await begun(ombudsman, case=number)
    second = await a_person(rt, "commissioner", region="71", bodies=("comm-71", "fsc-71"))
    accused = [About("person", people["commissioner"].viewer.username)]
    await declare_conflict(rt, operator.viewer, number, accused)
    clock.forward(timedelta(days=8))
    await database.execute("UPDATE notices SET seen_at = now()")
    assert await watch_oversight(rt) == 1
    told = "SELECT person_id FROM notices WHERE kind = 'oversight_overdue'"
    assert [row[0] for row in await database.fetch(told)] == [second.viewer.person_id]


async def test_work_that_follows_from_hidden_work_is_hidden_with_it(
    ombudsman, rt, client, people
):
    """The second letter names no case; it is of the same matter all the same."""
    operator = people["operator"]
    number = await a_call(
        rt, operator, DANGER, subcategory="VIO.PHY", urgency=1, region="71"
    )
    first = await begun(ombudsman, case=number)
    later = await begun(ombudsman, follows=first.rsplit("/", 1)[1])
    assert (await ombudsman.get(later)).status == 200
    accused = [About("person", people["commissioner"].viewer.username)]
    await declare_conflict(rt, operator.viewer, number, accused)
    assert [(await ombudsman.get(one)).status for one in (first, later)] == [404, 404]


async def test_a_form_that_is_pressed_twice_at_once_is_one_request(rt, people, database):
    asked = Begun(OversightKind.REQUEST, "Акимат", MATTER, once="the-same")
    me = people["commissioner"].viewer
    numbers = await gather(*(begin_oversight(rt, me, asked) for _ in range(4)))
    assert len(set(numbers)) == 1
    assert await database.fetchval("SELECT count(*) FROM oversight_acts") == 1
