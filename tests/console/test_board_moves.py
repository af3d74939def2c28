"""What a supervisor does from the board: many cases at once, the undo, the alarm."""

import re
from datetime import timedelta

import pytest

from hotline.actions.accept_referral import accept_referral
from hotline.actions.record_work import add_note
from tests.builders import DANGER, a_call, a_contact, a_person, everybody, row_id
from tests.console.console_world import HTMX, signed_in

WHY = "Никто не отвечает третий час"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def board(client, people):
    return await signed_in(client, people["supervisor"])


def picked(html):
    return re.findall(r'name="case" value="([^"]+)"', html)


async def press(browser, cases, move, **more):
    """Press a button of the bar as a form without htmx sends it."""
    sent = [("csrf", browser.hidden("csrf")), ("once", browser.hidden("once"))]
    sent += [("case", one) for one in cases]
    sent += [
        ("move", move),
        *({"reason": WHY, "urgency": "1", "kind": "COMM"} | more).items(),
    ]
    return await browser.client.post(
        "/board/bulk", data=sent, headers={"Cookie": browser.cookie}, allow_redirects=False
    )


async def of_case(database, number, column):
    return await database.fetchval(f"SELECT {column} FROM cases WHERE number = $1", number)


async def test_raised_together_each_by_its_version_and_taken_back(
    client, rt, clock, database, people
):
    numbers = [await a_call(rt, people["operator"], urgency=level) for level in (2, 3, 1)]
    clock.forward(timedelta(days=20))
    board = await signed_in(client, people["supervisor"])
    cases = sorted(picked(board.html), key=lambda one: numbers.index(one.split(":")[0]))
    assert len(cases) == 3
    await add_note(rt, people["operator"].viewer, numbers[1], "Звонили ещё раз")  # moved on
    answer = await press(board, cases, "raise")
    told = await answer.text()
    assert answer.status == 200
    refused = told.split("bulk-result")[1].split("</table>")[0]
    assert refused.count('scope="row"') == 2  # one moved on, one was as urgent
    assert "Срочность уже не ниже." in told
    assert [await of_case(database, one, "urgency") for one in numbers] == [1, 3, 1]
    again = await press(board, cases, "raise")  # the same press, heard twice
    assert (await again.text()) == told
    assert await database.fetchval("SELECT count(*) FROM bulk_runs") == 1
    undo = re.search(r"/board/bulk/\d+/undo", told)[0]
    await board.get("/board")
    assert (await board.post(undo)).status == 303
    assert await of_case(database, numbers[0], "urgency") == 2
    assert (await board.post(undo)).status == 404


async def test_nothing_is_lowered_that_was_touched_since_it_was_raised(
    client, rt, clock, database, people
):
    number = await a_call(rt, people["operator"], urgency=3)
    clock.forward(timedelta(days=20))
    board = await signed_in(client, people["supervisor"])
    answer = await press(board, picked(board.html), "raise")
    assert answer.status == 303
    await accept_referral(rt, people["guardian"].viewer, number, None)
    run = await database.fetchval("SELECT id FROM bulk_runs")
    answer = await board.post(f"/board/bulk/{run}/undo", csrf=board.hidden("csrf"))
    assert answer.status == 200
    assert await of_case(database, number, "urgency") == 1
    assert (
        await board.post("/board/bulk/99/undo", csrf=board.hidden("csrf"))
    ).status == 404


async def test_the_next_step_of_the_ladder_is_told_now_and_not_again(
    rt, clock, database, people, board
):
    number = await a_call(rt, people["operator"], urgency=1)
    case_id = row_id(rt, number)
    steps = "SELECT count(*) FROM escalations WHERE case_id = $1"
    before = await database.fetchval(steps, case_id)
    clock.forward(timedelta(minutes=1))
    seen, told = set(), []
    for _ in range(8):
        version = await of_case(database, number, "version")
        board.html = board.html.replace(board.hidden("once"), f"once-{version}")
        answer = await press(board, [f"{number}:{version}"], "escalate")
        if answer.status != 303:
            told.append(await answer.text())
            break
        seen.add(await database.fetchval(steps, case_id))
    assert seen
    assert min(seen) == before + 1
    assert "Всем на лестнице уже сообщено." in told[0]
    row = "SELECT name, step, count(*) FROM escalations e JOIN clocks c ON c.id = e.clock_id GROUP BY clock_id, name, step HAVING count(*) > 1"
    assert await database.fetch(row) == []
    await board.get(f"/cases/{number}")
    assert WHY in board.html


async def test_passed_on_to_the_body_of_the_cases_own_place(
    client, rt, clock, database, people
):
    number = await a_call(rt, people["operator"], urgency=2)
    clock.forward(timedelta(days=2))
    board = await signed_in(client, people["supervisor"])
    answer = await press(board, picked(board.html), "pass_on", kind="FSC")
    assert answer.status == 303
    lead = await database.fetchval(
        "SELECT body_id FROM referrals r JOIN cases k ON k.id = r.case_id WHERE k.number = $1"
        " AND lead AND r.status = 'offered'",
        number,
    )
    assert lead == "fsc-71"
    board.html = board.html.replace(board.hidden("once"), "another")
    answer = await press(
        board,
        [f"{number}:{await of_case(database, number, 'version')}"],
        "pass_on",
        kind="FSC",
    )
    assert "Для этого места такого органа нет." in await answer.text()


@pytest.mark.parametrize(
    ("what", "cases", "move", "more"),
    [
        ("no case", [], "raise", {}),
        ("no reason", ["26-000000-0:1"], "raise", {"reason": " "}),
        ("no such move", ["26-000000-0:1"], "close", {}),
        ("no such level", ["26-000000-0:1"], "raise", {"urgency": "9"}),
        ("no such kind", ["26-000000-0:1"], "pass_on", {"kind": "111"}),
        ("no version", ["26-000000-0:x"], "raise", {}),
        ("no person", ["26-000000-0:1"], "person", {"person": " "}),
    ],
)
async def test_a_press_that_says_too_little_does_nothing(
    database, board, what, cases, move, more
):
    answer = await press(board, cases, move, **more)
    assert answer.status == 422, what
    assert await database.fetchval("SELECT count(*) FROM bulk_runs") == 0


async def test_what_a_viewer_may_not_know_of_is_answered_as_not_there(
    rt, database, people, board
):
    number = await a_call(rt, people["operator"], urgency=2)
    key = f"p:{people['supervisor'].viewer.person_id}"
    await database.execute(
        "UPDATE cases SET apart = $1", sorted(people["supervisor"].viewer.keys) or [key]
    )
    answer = await press(board, [f"{number}:1"], "raise")
    assert f'href="/cases/{number}"' not in await answer.text()
    assert await of_case(database, number, "urgency") == 2


async def test_an_emergency_that_nobody_took_rings_until_somebody_sees_to_it(
    rt, clock, database, people, board
):
    number = await a_call(rt, people["operator"], urgency=0)
    await a_contact(rt, DANGER)
    await board.get("/board")
    assert 'data-ringing="0"' in board.html
    clock.forward(timedelta(minutes=6))
    await board.get("/board")
    ringing = int(re.search(r'data-ringing="(\d+)"', board.html)[1])
    assert ringing >= 1
    answer = await board.post("/board/alarm", **HTMX)
    assert answer.status == 204
    await board.get("/board")
    assert 'data-ringing="0"' in board.html
    assert people["supervisor"].viewer.display_name in board.html
    clock.forward(timedelta(minutes=16))
    await board.get("/board")
    assert f'data-ringing="{ringing}"' in board.html
    await accept_referral(rt, people["guardian"].viewer, number, None)
    await board.get("/board")
    assert f'data-ringing="{ringing - 1}"' in board.html


async def test_the_sound_is_muted_in_this_browser_alone(board):
    answer = await board.post("/board/sound", {"muted": "yes"})
    cookie = answer.cookies["hotline_muted"]
    assert (cookie.value, cookie["httponly"], cookie["path"]) == ("yes", True, "/board")
    board.cookie += "; hotline_muted=yes"
    await board.get("/board")
    assert 'data-muted="yes"' in board.html


async def test_given_to_the_next_person_of_the_body_until_nobody_is_left(
    client, rt, clock, database, people
):
    second = await a_person(rt, "guardian", region="71", bodies=("guard-71", "uzpd-71"))
    number = await a_call(rt, people["operator"], urgency=2)
    await accept_referral(rt, people["guardian"].viewer, number, None)
    clock.forward(timedelta(minutes=5))
    board = await signed_in(client, people["supervisor"])

    async def give():
        version = await of_case(database, number, "version")
        board.html = board.html.replace(board.hidden("once"), f"give-{version}")
        return await press(board, [f"{number}:{version}"], "colleague")

    assert (await give()).status == 303
    assert await of_case(database, number, "assignee_id") == second.viewer.person_id
    last = await (await give()).text()
    assert "В органе больше некому взять." in last
    assert await of_case(database, number, "assignee_id") == second.viewer.person_id
    await board.get(f"/cases/{number}")
    assert "111 передал другому" in board.html


async def test_an_emergency_that_nobody_saw_ring_goes_on_ringing(rt, clock, people, board):
    """Between the page and the press a second one began: it was seen by nobody."""
    await a_call(rt, people["operator"], urgency=0)
    clock.forward(timedelta(minutes=6))
    await board.get("/board")
    pressed = {"csrf": board.hidden("csrf"), "seen": board.hidden("seen")}
    assert 'data-ringing="1"' in board.html
    await a_call(rt, people["operator"], urgency=0)
    clock.forward(timedelta(minutes=6))
    assert (await board.post("/board/alarm", pressed)).status == 303
    await board.get("/board")
    assert 'data-ringing="1"' in board.html
