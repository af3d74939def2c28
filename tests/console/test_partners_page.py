"""An administrator adds a partner's address, sees the secret once, and how each event went."""

import re

import pytest

from hotline.actions.close_contact import close_contact
from tests.builders import QUESTION, a_contact
from tests.console.console_world import signed_in
from tests.story import everybody


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def test_an_address_is_added_and_its_secret_shown_once(client, people):
    browser = await signed_in(client, people["admin"])
    await browser.get("/admin/partners")
    answer = await browser.post(
        "/admin/partners",
        {"partner": "eotinish", "address": "https://partner.example/hook"},
    )
    said = await answer.text()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{40,}", said)[0]
    await browser.get("/admin/partners")
    assert secret not in browser.html
    assert "https://partner.example/hook" in browser.html


async def test_a_wrong_address_stays_in_the_form_with_what_is_wrong(client, people):
    browser = await signed_in(client, people["admin"])
    await browser.get("/admin/partners")
    answer = await browser.post(
        "/admin/partners", {"partner": "eotinish", "address": "http://partner.example"}
    )
    said = await answer.text()
    assert answer.status == 422
    assert 'value="http://partner.example"' in said
    assert 'id="error-address"' in said


@pytest.mark.parametrize(("lang", "word"), [("kk", "Оқылды"), ("ru", "Прочитано")])
async def test_every_event_is_a_line(client, rt, people, lang, word):
    browser = await signed_in(client, people["admin"], lang)
    await browser.get("/admin/partners")
    await browser.post(
        "/admin/partners",
        {"partner": "eotinish", "address": "https://partner.example/hook"},
    )
    receipt = await a_contact(rt, QUESTION)
    await close_contact(rt, people["operator"].viewer, receipt, "thanks")
    await browser.get("/admin/partners")
    row = re.search(r"<tr data-event=.*?</tr>", browser.html, re.DOTALL)[0]
    assert receipt in row
    assert word in row


@pytest.mark.parametrize("who", ["supervisor", "operator", "guardian"])
async def test_nobody_else_sees_it(client, people, who):
    browser = await signed_in(client, people[who])
    assert (await browser.get("/admin/partners")).status in (403, 404)
