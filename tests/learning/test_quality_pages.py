"""The pages "Triage quality" and "Second reading", as people meet them."""

import pytest

from hotline.actions.close_contact import close_contact
from tests.builders import a_contact
from tests.console.console_world import signed_in
from tests.learning.conftest import judged
from tests.learning.test_enable_and_roll_back import a_model

STORY = "Маған қорқынышты, тюльпанобус"


async def test_the_report_shows_languages_topics_and_the_missed(client, rt, clock, people):
    await judged(rt, clock, people["operator"], [("a", "INF.REF", 4)] * 3, language="kk")
    await judged(rt, clock, people["operator"], [("b", "VIO.PHY", 1)])
    browser = await signed_in(client, people["supervisor"])
    answer = await browser.get("/quality")
    assert answer.status == 200
    for hook in ("quality-all", "quality-kk", "quality-VIO.PHY", "kpi-missed", "kpi-false"):
        assert f'data-testid="{hook}"' in browser.html, hook
    assert "100 %" in browser.html


async def test_two_people_enable_on_the_page_and_one_goes_back(client, rt, people):
    supervisor, admin = people["supervisor"], people["admin"]
    version = await a_model(rt, supervisor, 1)
    browser = await signed_in(client, supervisor)
    await browser.get("/quality")
    assert f"/quality/models/{version}/propose" in browser.html
    assert (await browser.post(f"/quality/models/{version}/propose")).status == 303
    await browser.get("/quality")
    assert f"/quality/models/{version}/enable" not in browser.html  # they proposed it
    refused = await browser.post(f"/quality/models/{version}/enable")
    assert refused.status == 422
    assert "Включить должен другой человек." in await refused.text()
    other = await signed_in(client, admin)
    await other.get("/quality")
    assert (await other.post(f"/quality/models/{version}/enable")).status == 303
    await other.get("/quality")
    assert 'data-testid="to-shipped"' in other.html
    assert (await other.post("/quality/models/shipped/rollback")).status == 303
    await other.get("/quality")
    assert 'data-testid="to-shipped"' not in other.html


async def test_a_second_reading_on_the_page(client, rt, people):
    receipt = await a_contact(rt, STORY)
    await close_contact(rt, people["operator"].viewer, receipt, "thanks")
    browser = await signed_in(client, people["supervisor"])
    await browser.get("/quality")
    assert (await browser.post("/quality/draw", {"size": "10"})).status == 303
    await browser.get("/rereading")
    assert receipt in browser.html
    assert "тюльпанобус" not in browser.html  # words are opened one contact at a time
    await browser.get(f"/rereading/{receipt}")
    assert "тюльпанобус" in browser.html
    assert 'data-testid="verdict-0"' in browser.html
    assert (await browser.post(f"/rereading/{receipt}", {"urgency": "9"})).status == 422
    done = await browser.post(f"/rereading/{receipt}", {"urgency": "1"})
    assert (done.status, done.headers["Location"]) == (303, "/rereading")
    again = await browser.post(f"/rereading/{receipt}", {"urgency": "4"})
    assert again.status == 422
    await browser.get(f"/contacts/{receipt}")
    assert "тюльпанобус" in browser.html  # it is back at the desk


SIGHT = [
    ("/quality", "supervisor admin"),
    ("/rereading", "supervisor operator"),
]


@pytest.mark.parametrize(("path", "seers"), SIGHT)
@pytest.mark.parametrize("lang", ["kk", "ru"])
async def test_who_sees_the_pages(client, rt, people, path, seers, lang):
    for name in ("operator", "supervisor", "admin", "commissioner", "guardian"):
        browser = await signed_in(client, people[name], lang)
        answer = await browser.get(path)
        wanted = 200 if name in seers.split() else 404
        assert answer.status == wanted, (name, path)
        if wanted == 200:
            assert f'<html lang="{lang}"' in browser.html


async def test_an_administrator_draws_nothing(client, rt, people):
    browser = await signed_in(client, people["admin"])
    await browser.get("/quality")
    assert "/quality/draw" not in browser.html
    assert (await browser.post("/quality/draw", {"size": "1"})).status == 404
