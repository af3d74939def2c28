"""Every number of the board opens the list that it counts, and equals it, file and API."""

import asyncio
import csv
import io
import random
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

from hotline.actions.accept_referral import accept_referral
from hotline.actions.export_figures import export_figures
from hotline.actions.hand_shift_over import hand_shift_over, take_shift
from hotline.actions.judge_clocks import judge_clocks
from hotline.actions.read_board import Wanted
from hotline.cases.apart import person_key
from tests.builders import DANGER, QUESTION, a_call, a_contact, everybody
from tests.console.console_world import signed_in
from tests.store.case_rows import fill

NUMBER = re.compile(r'data-figure="(\w+)" data-n="(\d+)" href="([^"]+)"')


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def a_random_past(rt, clock, database, people, seed):
    """Cases and contacts of some days, some of which complain of the supervisor."""
    dice = random.Random(seed)
    await fill(database, rt, 140, seed=seed)
    for _ in range(8):
        await a_contact(rt, dice.choice([DANGER, QUESTION]))
        clock.forward(timedelta(minutes=dice.randrange(1, 200)))
    numbers = [
        await a_call(rt, people["operator"], urgency=dice.randrange(4)) for _ in range(6)
    ]
    for number in numbers[:2]:
        await accept_referral(rt, people["guardian"].viewer, number, None)
    clock.forward(timedelta(hours=dice.randrange(1, 40)))
    while await judge_clocks(rt):
        pass
    key = [person_key(people["supervisor"].viewer.person_id)]
    for table in ("cases", "contacts"):
        await database.execute(f"UPDATE {table} SET apart = $1 WHERE id % 4 = 0", key)
    for state, minutes in (("answered", 1), ("abandoned", 3), ("short", 0), ("waits", 9)):
        ended = clock.now() if state != "waits" else None
        began = clock.now() - timedelta(minutes=minutes)
        await database.execute(
            "INSERT INTO calls (pbx, call_ref, state, started_at, answered_at, ended_at)"
            " VALUES ('measured', $1, 'closed', $2, $3, $4)",
            state, began, began if state == "answered" else None, ended,
        )  # fmt: skip


async def rows_of(browser, address):
    """Return the total that a list says, and how many rows all its pages have."""
    rows, total, pages = 0, None, 0
    while address:
        answer = await browser.get(address)
        assert answer.status == 200, address
        total = int(re.search(r'figure-total">(\d+)', browser.html)[1])
        rows += browser.html.count('data-testid="queue-item"')
        after = re.search(r'rel="next" href="([^"]+)"', browser.html)
        address, pages = unescape(after[1]) if after else "", pages + 1
    return total, rows


@pytest.mark.parametrize(
    ("name", "seed", "parts"),
    [("supervisor", 3, ("", "region=71")), ("operator", 11, ("period=week",))],
)
async def test_every_number_is_the_length_of_its_list_and_what_file_and_api_say(
    client, rt, clock, database, people, name, seed, parts
):
    """Of the supervisor a quarter of the cases and contacts complains."""
    await a_random_past(rt, clock, database, people, seed)
    browser = await signed_in(client, people[name])
    for part in parts:
        await walk(client, people[name], browser, part)


async def walk(client, somebody, browser, part):
    await browser.get(f"/board?{part}")
    shown = [(n, int(v), unescape(at)) for n, v, at in NUMBER.findall(browser.html)]
    assert len(shown) > 80
    told = await (
        await client.get(f"/api/v1/figures?{part}", headers=somebody.headers)
    ).json()
    file = await browser.client.get(
        f"/board.csv?{part}", headers={"Cookie": browser.cookie}
    )
    kept = dict(list(csv.reader(io.StringIO((await file.text()).lstrip("\ufeff"))))[1:])
    assert {name: str(n) for name, n in told["figures"].items()} == kept
    wrong, seen = [], set()
    for name, number, address in shown:
        if (address in seen) or (number == 0 and name == "came_in"):
            continue
        seen.add(address)
        total, rows = await rows_of(browser, address)
        api = await client.get(
            address.replace("/board/", "/api/v1/"), headers=somebody.headers
        )
        in_api = (await api.json())["total"]
        lines = await browser.client.get(
            address.replace(f"/{name}", f"/{name}.csv"), headers={"Cookie": browser.cookie}
        )
        in_file = len((await lines.text()).strip().splitlines()) - 1
        if not number == total == rows == in_api == in_file:
            wrong.append((address, number, total, rows, in_api, in_file))
        whole = (
            f"region={told['region']}" in address
            if told["region"]
            else "region" not in address
        )
        if whole and name in kept and name != "came_in":
            assert int(kept[name]) == number, name
    assert wrong == []


async def test_a_list_that_is_none_of_the_boards_is_not_there(client, people):
    browser = await signed_in(client, people["supervisor"])
    for address in ("/board/figures/nothing", "/board/figures/nothing.csv"):
        assert (await browser.get(address)).status == 404
    answer = await browser.get("/board/figures/came_in?day=9999-12-31&hour=77")
    assert answer.status == 200
    guardian = await signed_in(client, people["guardian"])
    assert (await guardian.get("/board/figures/open")).status == 404


async def test_a_shift_begins_with_who_took_it_over_and_a_region_has_its_own_calls(
    client, rt, clock, database, people
):
    began = clock.now()
    await a_contact(rt)  # its words say Pavlodar
    for hours, minutes in ((1, 0), (2, 0), (8, 30)):
        at = began + timedelta(hours=hours, minutes=minutes)
        await database.execute(
            "INSERT INTO calls (pbx, call_ref, contact_id, state, started_at, ended_at)"
            " VALUES ('x', $1, $2, 'closed', $3, $4)",
            f"gave-up-{hours}", await database.fetchval(
                "SELECT id FROM contacts WHERE $1 > 2", hours
            ), at, at + timedelta(minutes=2),
        )  # fmt: skip
    clock.forward(timedelta(hours=7))
    await hand_shift_over(rt, people["operator"].viewer, "")
    taken = await database.fetchval("SELECT id FROM handovers")
    await take_shift(rt, people["supervisor"].viewer, taken)
    clock.forward(timedelta(hours=3))
    browser = await signed_in(client, people["supervisor"])
    for part, n in (("", 1), ("period=day", 3), ("period=day&region=55", 1),
                    ("period=day&region=71", 0)):  # fmt: skip
        await browser.get(f"/board?{part}")
        (shown,) = {
            unescape(at)
            for name, told, at in NUMBER.findall(browser.html)
            if name == "calls_abandoned" and int(told) == n
        }
        assert await rows_of(browser, shown) == (n, n), part
    await browser.get("/board")
    assert "с 17:00" in browser.html  # when somebody signed, not half a day back


async def test_an_answer_is_of_one_moment_though_cases_change_while_it_is_read(
    client, rt, database, people
):
    """The table of what burns is read after its number; between the two a case is late."""
    await a_call(rt, people["operator"], urgency=2)
    get = client.get("/api/v1/figures", headers=people["supervisor"].headers)
    async with database.transaction():
        await database.execute("LOCK TABLE heartbeats")  # read between the two
        asked = asyncio.create_task(get)
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not await database.fetchval(waits):
            assert not asked.done()
            await asyncio.sleep(0)
        await database.execute("UPDATE cases SET due_at = due_at - interval '9 years'")
    told = await (await asked).json()
    assert len(told["at_risk"]) == told["figures"]["burning"] == 0


async def test_a_file_of_many_calls_reads_the_telephone_once(rt, database, clock, people):
    viewer, asked = people["supervisor"].viewer, Wanted(period="day")
    told = []
    for calls in (1, 1_200):  # pages of a list have 500
        await database.execute(
            "INSERT INTO calls (pbx, call_ref, state, started_at, ended_at)"
            " SELECT 'test', $1 || '-' || n, 'closed', $2, $2 FROM generate_series(1, $3) n",
            str(calls), clock.now() - timedelta(hours=2), calls,
        )  # fmt: skip
        read = []
        engine = rt.engine.sync_engine

        def note(*given, read=read):
            read.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            lines = await export_figures(rt, viewer, "calls_offered", asked)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        told.append((len(lines), len(read)))
    (few, statements), (many, as_few) = told
    assert (few, many) == (1, 1_201)
    assert as_few == statements
