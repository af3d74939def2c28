"""Referrals and hand-offs on the case page: who will see what, and what finds a child."""

import re

import pytest

from tests.builders import DANGER, a_call, everybody
from tests.console.console_world import signed_in


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
async def number(rt, people):
    return await a_call(rt, people["operator"], urgency=1)


async def page_of(client, somebody, number):
    browser = await signed_in(client, somebody)
    await browser.get(f"/cases/{number}")
    return browser


async def send(browser, case, move, **fields):
    sent = {"version": browser.hidden("version"), **fields}
    answer = await browser.post(f"/cases/{case}/{move}", sent)
    text = await answer.text()
    await browser.get(f"/cases/{case}")
    return answer.status, text


def referral_of(browser, body):
    part = browser.html.split(f'data-body="{body}"', 1)[1]
    return re.search(r'name="referral" value="(\d+)"', part)[1]


async def test_the_operator_sees_who_will_see_what_and_nobody_else_does(
    client, people, number
):
    browser = await page_of(client, people["operator"], number)
    panel = browser.html.split('data-testid="who-sees-what"', 1)[1]
    for told in ("police-71", "extract-"):
        assert told in panel
    for who in ("guardian", "police", "commissioner"):
        other = await page_of(client, people[who], number)
        assert "who-sees-what" not in other.html


async def test_a_body_is_added_edited_and_shown_on_the_page(client, people, number):
    browser = await page_of(client, people["operator"], number)
    status, _ = await send(browser, number, "add_referral", body="fsc-71")
    assert status == 303
    chosen = referral_of(browser, "fsc-71")
    exposing = {"referral": chosen, "extract": "Звонить 8 701 765 45 18"}
    status, text = await send(browser, number, "extract", **exposing)
    assert status == 422
    assert 'name="anyway"' in text
    assert "8 701 765 45 18" in text  # what was typed is kept
    status, _ = await send(browser, number, "extract", **exposing, anyway="yes")
    assert status == 303
    family = await signed_in(client, people["family"])
    assert (await family.get(f"/cases/{number}")).status == 404
    status, _ = await send(browser, number, "release", referral=chosen)
    assert status == 303
    await family.get(f"/cases/{number}")
    assert "8 701 765 45 18" in family.html


async def test_the_wrong_body_passes_it_on_from_the_page(client, people, number):
    browser = await page_of(client, people["guardian"], number)
    assert 'id="wrong_body"' in browser.html
    status, text = await send(browser, number, "wrong_body", text="нет")
    assert status == 422
    assert 'id="error-text"' in text
    sent = {"version": browser.hidden("version"), "text": "Семья живёт в другом районе"}
    answer = await browser.post(f"/cases/{number}/wrong_body", sent)
    assert answer.status == 303


async def test_every_call_of_a_hand_off_is_written_on_the_page(client, people, number):
    browser = await page_of(client, people["operator"], number)
    assert 'data-state="required"' in browser.html
    status, _ = await send(browser, number, "emergency/102/called", number="102")
    assert status == 303
    assert 'data-state="called"' in browser.html
    assert "chip-crit" in browser.html
    fields = {"number": "102", "result": "wrong_region"}
    await send(browser, number, "emergency/102/attempts", **fields)
    assert 'data-state="required"' in browser.html
    status, text = await send(browser, number, "emergency/102/called", number="дежурный")
    assert status == 422
    assert 'aria-invalid="true"' in text
    status, _ = await send(browser, number, "emergency/102/accepted", by="Ким, 7731")
    assert 'data-state="accepted"' in browser.html


async def test_the_questions_for_a_child_are_there_in_both_languages(client, rt, people):
    number = await a_call(rt, people["operator"], DANGER, urgency=0, region=None)
    browser = await page_of(client, people["operator"], number)
    script = browser.html.split('data-testid="find-the-child"', 1)[1]
    assert script.startswith(" open")  # the place is unknown
    for line in rt.config.emergency.find_the_child:
        assert line.kk in script
        assert line.ru in script


async def test_duty_desks_are_kept_on_a_page(client, people):
    browser = await signed_in(client, people["admin"])
    await browser.get("/emergency-numbers")
    given = {
        "service": "102",
        "region": "39",
        "number": "8 7142 50-01-02",
        "valid_from": "2026-11-01",
        "source": "письмо департамента",
    }
    assert (await browser.post("/emergency-numbers", given)).status == 303
    await browser.get("/emergency-numbers")
    assert "87142500102" in browser.html
    again = await browser.post("/emergency-numbers", given)
    assert again.status == 422
    assert 'id="error-valid_from"' in await again.text()
    ended = re.search(r"/emergency-numbers/(\d+)/end", browser.html)[0]
    assert (await browser.post(ended, {})).status == 303
    other = await signed_in(client, people["operator"])
    assert (await other.get("/emergency-numbers")).status in (403, 404)
