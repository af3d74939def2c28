"""Links and incidents on pages: forms without JavaScript, in Kazakh and Russian, for 111 only."""

import re

import pytest

from hotline.cases.inbound import Identity
from tests.builders import a_case, a_contact, everybody, triage_all
from tests.console.console_world import HTMX, signed_in
from tests.routing.wave import wave

ASKED = "Балабақшаға кезек қашан жетеді? Павлодар қаласы"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def pair(rt):
    one = await a_contact(rt, ASKED, identity=Identity(name="Қайрат Өмірзақов"))
    return one, await a_contact(rt, ASKED, identity=Identity(name="Kairat Umirzakov"))


@pytest.fixture
async def incident(rt, people, client):
    """The number of a suggested incident of 14 messages."""
    for text in wave(2, 21)[:14]:
        await a_contact(rt, text, identity=None, region_hint=None, triaged=False)
    await triage_all(rt)
    browser = await signed_in(client, people["operator"])
    await browser.get("/incidents")
    return re.search(r'href="/incidents/([0-9-]+)"', browser.html)[1]


async def test_a_link_is_made_and_undone_on_its_page(client, people, pair):
    browser = await signed_in(client, people["operator"])
    page = f"/contacts/{pair[0]}/links"
    await browser.get(f"/contacts/{pair[0]}")
    assert f'hx-get="{page}"' in browser.html
    await browser.get(page)
    assert 'data-state="suggested" data-level="strong"' in browser.html
    assert "имя звучит так же" in browser.html
    answer = await browser.post(f"{page}/link", {"other": pair[1]})
    assert (answer.status, answer.headers["Location"]) == (303, page)
    await browser.get(page)
    assert 'data-state="linked"' in browser.html
    await browser.post(f"{page}/undo", {"other": pair[1]})
    await browser.get(page)
    assert 'data-testid="link"' not in browser.html


async def test_the_part_of_a_contacts_page_holds_no_whole_page(client, people, pair):
    browser = await signed_in(client, people["operator"], lang="kk")
    await browser.get(f"/contacts/{pair[0]}/links", **HTMX)
    assert "<html" not in browser.html
    assert "аты-жөні бірдей естіледі" in browser.html


async def test_attaching_and_detaching_on_the_page(client, rt, people, pair):
    number = await a_case(rt, people["operator"], pair[0], subcategory="EDU.ACC")
    browser = await signed_in(client, people["operator"])
    page = f"/contacts/{pair[1]}/links"
    await browser.get(page)
    refused = await browser.post(f"{page}/attach", {"case": number})
    assert refused.status == 422
    assert "Сначала свяжите обращения." in await refused.text()
    await browser.post(f"{page}/link", {"other": pair[0]})
    await browser.get(page)
    assert 'data-testid="link-attach"' in browser.html
    assert (await browser.post(f"{page}/attach", {"case": number})).status == 303
    await browser.get(f"/cases/{number}")
    assert f'hx-get="{page}"' in browser.html
    await browser.get(page)
    assert 'data-testid="link-detach"' in browser.html
    assert (await browser.post(f"{page}/detach")).status == 303


async def test_an_incident_is_confirmed_looked_through_and_ended(
    client, people, incident, database
):
    browser = await signed_in(client, people["operator"])
    page = f"/incidents/{incident}"
    await browser.get(page)
    assert browser.html.count('data-testid="incident-member"') == 14
    refused = await browser.post(f"{page}/confirm", {"script_kk": "Бар", "script_ru": ""})
    assert refused.status == 422
    assert "Бар" in await refused.text()  # what was typed is not lost
    told = {"script_kk": "Жағдай белгілі", "script_ru": "О случае известно", "case": ""}
    assert (await browser.post(f"{page}/confirm", told)).status == 303
    seen = set()
    for _ in range(14):
        where = (await browser.get(f"{page}/next")).headers["Location"]
        seen.add(where)
        await browser.get(where)
        assert "О случае известно" in browser.html
        move = "close" if 'data-testid="member-close"' in browser.html else "confirm"
        sent = {"wrap_up": "information_given"} if move == "close" else {}
        answer = await browser.post(f"{where}/{move}", sent)
        assert answer.status == 303
    assert len(seen) == 14
    assert answer.headers["Location"] == page
    assert (await browser.post(f"{page}/close")).status == 303
    await browser.get("/incidents")
    assert incident not in browser.html


async def test_a_members_page_of_the_contact_shows_the_script(client, people, incident):
    browser = await signed_in(client, people["operator"], lang="kk")
    page = f"/incidents/{incident}"
    await browser.get(page)
    told = {"script_kk": "Жағдай белгілі", "script_ru": "О случае известно", "case": ""}
    await browser.post(f"{page}/confirm", told)
    receipt = re.search(rf'href="{page}/members/([0-9-]+)"', browser.html)[1]
    await browser.get(f"/contacts/{receipt}/links")
    assert "Жағдай белгілі" in browser.html


@pytest.mark.parametrize("who", ["commissioner", "guardian", "admin", "nobody's"])
async def test_pages_are_closed_outside_111(client, people, pair, incident, who):
    browser = await signed_in(client, people[who])
    for page in (f"/contacts/{pair[0]}/links", "/incidents", f"/incidents/{incident}"):
        answer = await browser.get(page)
        assert answer.status in (403, 404), page
        assert pair[1] not in browser.html
