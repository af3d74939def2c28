"""Referrals and hand-offs on the case page: who will see what, and what finds a child."""

import re

import pytest

from tests.builders import DANGER, a_call, a_person, everybody
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


def told_form(html, body):
    """The form of what `body` is told: its purpose, text and tick as they stand there."""
    part = html.split(f'data-testid="extract-{body}"', 1)[1].split("</form>", 1)[0]
    purpose = re.search(r'<option value="(\w+)" selected', part)
    text = re.search(r"<textarea[^>]*>([^<]*)<", part)
    return purpose[1], text[1], 'name="narrative" value="yes" checked' in part


async def test_a_refused_edit_keeps_purpose_words_and_tick(client, rt, people):
    number = await a_call(rt, people["operator"], subcategory="VIO.SEX")
    browser = await page_of(client, people["operator"], number)
    asked = {
        "referral": referral_of(browser, "uzpd-71"),
        "purpose": "support_family",
        "extract": "Семья ждёт психолога",
        "narrative": "yes",
    }
    status, text = await send(browser, number, "extract", **asked)
    assert status == 422
    assert told_form(text, "uzpd-71") == ("support_family", "Семья ждёт психолога", True)
    assert told_form(browser.html, "uzpd-71")[0] == "protect_child"  # nothing was saved
    status, _ = await send(browser, number, "extract", **asked, anyway="yes")
    assert status == 303
    assert told_form(browser.html, "uzpd-71")[0] == "support_family"


async def test_a_stale_edit_of_what_a_body_is_told_shows_both(client, rt, people, number):
    browser = await page_of(client, people["operator"], number)
    chosen = referral_of(browser, "police-71")
    version = browser.hidden("version")
    words = {"referral": chosen, "extract": "Проверьте адрес"}
    assert (await send(browser, number, "extract", **words))[0] == 303
    mine = {"referral": chosen, "extract": "Опросите соседей", "narrative": "yes"}
    status, text = await send(browser, number, "extract", version=version, **mine)
    assert status == 409
    table = text.split('class="versions"', 1)[1].split("</table>", 1)[0]
    for told in ("Проверьте адрес", "Опросите соседей", "открыто", "закрыто"):
        assert told in table
    assert told_form(browser.html, "police-71")[1:] == ("Проверьте адрес", False)


async def test_a_colleague_to_whom_it_is_handed_says_no_and_the_case_stays(
    client, rt, people, number, database
):
    """Two colleagues of one name: the page offers it to the right one alone."""
    colleagues = [
        await a_person(rt, "guardian", bodies=("guard-71", "uzpd-71")) for _ in range(2)
    ]
    await database.execute(
        "UPDATE people SET display_name = 'Айгүл' WHERE id = ANY($1)",
        [one.viewer.person_id for one in colleagues],
    )
    giver = await page_of(client, people["guardian"], number)
    await send(giver, number, "accept", referral=giver.hidden("referral"))
    to = {"to_person": colleagues[0].viewer.username, "text": "Семья переехала"}
    assert (await send(giver, number, "transfer", **to))[0] == 303
    assert 'data-testid="decline-hand-over"' not in giver.html
    namesake = await page_of(client, colleagues[1], number)
    for offered in ("accept-hand-over", "decline-hand-over"):
        assert f'data-testid="{offered}"' not in namesake.html
    asked = await page_of(client, colleagues[0], number)
    for offered in ("accept-hand-over", "decline-hand-over"):
        assert f'data-testid="{offered}"' in asked.html
    assert 'id="return"' not in asked.html  # the case is not theirs to give back
    dialog = asked.html.split('id="decline"', 1)[1]
    chosen = re.search(r'name="referral" value="(\d+)"', dialog)[1]
    no = {"referral": chosen, "code": "too_little", "text": "Я в отпуске с понедельника"}
    assert (await send(asked, number, "decline", **no))[0] == 303
    row = await database.fetchrow("SELECT * FROM referrals WHERE id = $1", int(chosen))
    assert (row["status"], row["handed_to"], row["assignee_id"]) == (
        "accepted", None, people["guardian"].viewer.person_id,
    )  # fmt: skip


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


async def test_a_refused_word_of_who_accepted_keeps_the_rest_where_it_was_typed(
    client, people, number, database
):
    browser = await page_of(client, people["operator"], number)
    await send(browser, number, "emergency/102/called", number="102")
    status, text = await send(
        browser, number, "emergency/102/accepted", by=" ", reference="КУИ 4411"
    )
    assert status == 422
    assert 'id="ref-102" name="reference" autocomplete="off" value="КУИ 4411"' in text
    assert text.count('id="error-by"') == 1
    await database.execute(
        "UPDATE bodies SET has_login = false WHERE id IN ('police-71', 'uzpd-71')"
    )
    await browser.get(f"/cases/{number}")
    chosen = referral_of(browser, "police-71")
    told = {"referral": chosen, "name": "", "reference": "ЕРДР 77"}
    status, text = await send(browser, number, "phone-handover", **told)
    assert status == 422
    assert text.count('data-testid="by-voice-') == 2
    assert text.count('id="error-name"') == 1
    theirs = text.split('data-testid="by-voice-police-71"', 1)[1].split("</form>", 1)[0]
    assert 'id="error-name"' in theirs
    assert text.count("ЕРДР 77") == 1
    assert "ЕРДР 77" in theirs


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
