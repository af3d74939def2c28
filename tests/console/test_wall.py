"""The wall of 111 by itself: it stays on for months, and there is nothing in it but sums."""

import re
from datetime import timedelta

import pytest

from hotline.cases.apart import person_key
from tests.builders import DANGER, a_call, a_contact, a_person, everybody
from tests.console.console_world import HTMX, signed_in
from tests.console.test_board import figure

WALL = "/board?wall=1"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def kept_on(client, somebody, lang="ru"):
    """Return a browser that was made a wall by `somebody`, with the wall's cookie alone."""
    browser = await signed_in(client, somebody, lang)
    await browser.get(WALL)
    answer = await browser.post("/board/walls")
    assert (answer.status, answer.headers["Location"]) == (303, WALL)
    cookie = answer.cookies["hotline_wall"]
    client.session.cookie_jar.clear()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert int(cookie["max-age"]) > 90 * 24 * 3600
    signed_out = await browser.get("/board")  # nobody is left signed in before the hall
    assert signed_out.headers["Location"].startswith("/login")
    browser.cookie = f"hotline_wall={cookie.value}; hotline_lang={lang}"
    return browser


async def test_the_wall_stays_on_through_nights_and_leads_nowhere(
    client, rt, clock, people
):
    number = await a_call(rt, people["operator"], urgency=0)
    receipt = await a_contact(rt, DANGER)
    wall = await kept_on(client, people["supervisor"])
    for hours in (0, 3, 40, 24 * 60):
        clock.forward(timedelta(hours=hours))
        for path, headers in ((WALL, {}), (f"{WALL}&part=1", HTMX)):
            answer = await wall.get(path, **headers)
            assert answer.status == 200, (hours, path)
            assert figure(wall.html, "open") == 2
            assert number not in wall.html
            assert receipt not in wall.html
            for word in ("<a ", "<form", 'name="csrf"', "/cases/", "/board/figures/"):
                assert word not in wall.html, word
            for one in people.values():
                assert one.viewer.display_name not in wall.html
                assert one.viewer.username not in wall.html


async def test_nothing_but_the_wall_opens_for_it(client, rt, people):
    """Every address answers it as it answers who is not signed in at all."""
    number = await a_call(rt, people["operator"], urgency=0)
    wall = await kept_on(client, people["supervisor"])
    walked = 0
    for resource in client.server.app.router.resources():
        path = re.sub(r"{\w+}", number, resource.canonical)
        for route in resource:
            if route.method not in ("GET", "POST") or path == "/live":
                continue
            for more in ("", "?wall=1"):
                if (route.method, path, more) == ("GET", "/board", "?wall=1"):
                    continue
                told = []
                for cookie in (wall.cookie, "hotline_lang=ru"):
                    answer = await client.request(
                        route.method, path + more, headers={"Cookie": cookie},
                        allow_redirects=False,
                    )  # fmt: skip
                    told.append((answer.status, answer.headers.get("Location")))
                assert told[0] == told[1], (route.method, path + more)
                walked += 1
    assert walked > 300
    assert (await wall.get("/live")).status == 401


async def test_the_walls_sums_leave_out_what_complains_of_anybody_at_111(
    client, rt, database, people
):
    """Who reads it beside their own board could else tell that a case is kept from them."""
    numbers = [await a_call(rt, people["operator"], urgency=0) for _ in range(3)]
    wall = await kept_on(client, people["supervisor"])
    other = await a_person(rt, "operator")
    for number, one in zip(numbers, (other, people["guardian"]), strict=False):
        await database.execute(
            "UPDATE cases SET apart = $1 WHERE number = $2",
            [person_key(one.viewer.person_id)], number,
        )  # fmt: skip
    await wall.get(WALL)
    assert figure(wall.html, "open") == 2


async def test_the_wall_hears_that_something_changed_and_never_of_which_case(
    client, rt, people
):
    wall = await kept_on(client, people["supervisor"])
    async with client.get("/live?wall=1", headers={"Cookie": wall.cookie}) as answer:
        assert answer.status == 200
        number = await a_call(rt, people["operator"], urgency=0)
        heard = ""
        async for line in answer.content:
            heard += line.decode()
            if "event: case" in heard and heard.endswith("}\n"):
                break
    assert number not in heard
    assert re.search(r"event: case\ndata: {}\n", heard)


async def test_a_supervisor_sees_which_walls_there_are_and_ends_one(
    client, rt, clock, people
):
    wall = await kept_on(client, people["supervisor"])
    browser = await signed_in(client, people["supervisor"])
    await browser.get("/board/walls")
    assert people["supervisor"].viewer.display_name in browser.html
    end = re.search(r'action="(/board/walls/\d+/end)"', browser.html)[1]
    operator = await signed_in(client, people["operator"])
    for path in ("/board/walls", end):
        assert (await operator.post(path, csrf=operator.hidden("csrf"))).status == 404
    assert (await wall.get(WALL)).status == 200
    assert (await browser.post(end, csrf="x")).status == 403
    assert (await browser.post(end)).status == 303
    assert (await wall.get(WALL)).headers["Location"].startswith("/login")
    assert (await wall.get(f"{WALL}&part=1", **HTMX)).status == 401
    assert (await browser.post(end)).status == 404


async def test_a_wall_ends_with_its_time_and_with_who_made_it(
    client, rt, clock, database, people
):
    second = await a_person(rt, "supervisor")
    walls = [await kept_on(client, one) for one in (people["supervisor"], second)]
    await database.execute(
        "UPDATE people SET active = false WHERE id = $1", second.viewer.person_id
    )
    assert [(await wall.get(WALL)).status for wall in walls] == [200, 302]
    clock.forward(timedelta(days=181))
    assert (await walls[0].get(WALL)).status == 302
