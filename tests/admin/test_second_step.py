"""The second step: set up, asked, never taken twice; passwords, sessions, first links."""

import re
from datetime import timedelta

import pytest

from hotline.actions.make_change import decide_change, look_at_change, make_change
from hotline.actions.own_security import change_password
from hotline.actions.password_link import make_link
from hotline.actions.second_step import begin_enrolment, confirm_enrolment
from hotline.actions.sign_in import issue_token, sign_in, viewer_of_token
from hotline.identity.viewer import TRIAGE
from tests.builders import PASSWORD, a_person
from tests.console.console_world import Browser, signed_in

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


async def enrolled(rt, telephone, role="supervisor", **more):
    """Return a person with a second step, their telephone and their recovery codes."""
    person = await a_person(rt, role, **more)
    session = await sign_in(rt, person.viewer.username, PASSWORD)
    phone = telephone((await begin_enrolment(rt, person.viewer)).secret)
    _, codes = await confirm_enrolment(rt, session, phone.code)
    return person, phone, codes


async def after_password(client, person, **headers):
    client.session.cookie_jar.clear()
    answer = await client.post(
        "/login",
        data={"username": person.viewer.username, "password": PASSWORD},
        headers=headers,
        allow_redirects=False,
    )
    browser = Browser(client, f"hotline_session={answer.cookies['hotline_session'].value}")
    client.session.cookie_jar.clear()
    return answer, browser


async def type_code(browser, code):
    await browser.get("/login/step")
    answer = await browser.post("/login/step", {"code": code})
    if "hotline_session" in answer.cookies:
        browser.cookie = f"hotline_session={answer.cookies['hotline_session'].value}"
    browser.client.session.cookie_jar.clear()
    return answer


async def test_a_password_alone_opens_nothing_and_a_code_opens_once(
    client, rt, clock, telephone
):
    person, phone, _ = await enrolled(rt, telephone)
    clock.forward(timedelta(minutes=1))
    answer, browser = await after_password(client, person)
    assert answer.headers["Location"] == "/login/step"
    for path in ("/board", "/me/security", "/cases/26-000000-0"):
        assert (await browser.get(path)).status == 302, path
    assert (await browser.get("/live")).status == 401
    half = browser.cookie
    code = phone.code
    entered = await type_code(browser, code)
    assert (entered.status, entered.headers["Location"]) == (303, "/board")
    assert browser.cookie != half, "the session of before the code goes on"
    assert (await browser.get("/board")).status == 200
    assert (await Browser(client, half).get("/board")).status == 302
    _, again = await after_password(client, person)
    assert (await type_code(again, code)).status == 401, "a code was taken twice"
    clock.forward(timedelta(seconds=30))
    assert (await type_code(again, phone.code)).status == 303


async def test_wrong_codes_lock_as_wrong_passwords_do(client, rt, clock, telephone):
    person, phone, _ = await enrolled(rt, telephone)
    clock.forward(timedelta(minutes=1))
    _, browser = await after_password(client, person)
    for _ in range(rt.config.service.sign.tries):
        assert (await type_code(browser, "000000")).status == 401
    answer = await type_code(browser, phone.code)
    assert answer.status == 429
    assert "20.11.2026, 1" in await answer.text()
    clock.forward(timedelta(minutes=rt.config.service.sign.lock_minutes + 1))
    assert (await type_code(browser, phone.code)).status == 303


async def test_a_recovery_code_works_once_and_nothing_of_it_is_stored_open(
    client, rt, clock, telephone, database
):
    person, _, codes = await enrolled(rt, telephone)
    _, browser = await after_password(client, person)
    assert (await type_code(browser, codes[0].lower())).status == 303
    _, browser = await after_password(client, person)
    assert (await type_code(browser, codes[0])).status == 401
    kept = str([tuple(row) for row in await database.fetch("SELECT * FROM recovery_codes")])
    assert codes[1].replace("-", "") not in kept
    outcomes = await database.fetch("SELECT outcome FROM sign_ins ORDER BY id")
    assert [row[0] for row in outcomes][-4:] == [
        "factor_set", "recovery_used", "signed_in", "wrong_code"
    ]  # fmt: skip


async def test_after_the_days_of_grace_it_must_be_set_up_before_anything_opens(
    client, rt, clock, telephone
):
    person = await a_person(rt, "operator")
    answer, browser = await after_password(client, person)
    assert answer.headers["Location"] == "/desk"
    await browser.get("/me/security")
    clock.forward(timedelta(days=rt.config.admin.second_factor.grace_days, hours=1))
    answer, browser = await after_password(client, person)
    assert answer.headers["Location"] == "/login/step"
    assert (await browser.get("/desk")).status == 302
    await browser.get("/login/step")
    assert "<svg" in browser.html
    secret = re.search(r"second-key\">([A-Z2-7]+)<", browser.html)[1]
    answer = await type_code(browser, telephone(secret).code)
    assert answer.status == 200
    assert len(re.findall(r"<li><code>", await answer.text())) == 10
    assert (await browser.get("/desk")).status == 200


async def test_ones_sessions_are_seen_and_ended_and_a_new_password_ends_the_others(
    client, rt, clock, telephone
):
    person = await a_person(rt, "operator")
    _, other = await after_password(client, person, **{"User-Agent": CHROME})
    mine = await signed_in(client, person, "en")
    await mine.get("/me/security")
    assert "Chrome, Windows" in mine.html
    assert (await mine.post("/me/sessions/end")).status == 303
    assert (await other.get("/desk")).status == 302
    assert (await mine.get("/desk")).status == 200
    _, other = await after_password(client, person)
    changed = {"new": "жаңа сөз жоқ бұрын 7", "again": "жаңа сөз жоқ бұрын 7"}
    for old, new, status in (("wrong", changed, 422), (PASSWORD, changed, 303)):
        await mine.get("/me/security")
        answer = await mine.post("/me/password", {"old": old, **new})
        assert answer.status == status
    assert (await other.get("/desk")).status == 302
    assert (await mine.get("/desk")).status == 200


async def test_a_first_link_holds_once_and_for_its_hours(client, rt, clock):
    person = await a_person(rt, "operator", username="fresh")
    async with rt.transaction(TRIAGE) as tx:
        token = await make_link(rt, tx, person.viewer.person_id)
    browser = Browser(client, "hotline_lang=ru")
    path = f"/first-password/{token}"
    assert (await browser.get(path)).status == 200
    assert "fresh" in browser.html
    weak = {"new": "password123", "again": "password123"}
    assert (await browser.post(path, weak, csrf="")).status == 422
    good = {"new": "семь зелёных ворон", "again": "семь зелёных ворон"}
    assert (await browser.post(path, good, csrf="")).status == 303
    assert (await browser.get(path)).status == 404
    assert await sign_in(rt, "fresh", good["new"])
    async with rt.transaction(TRIAGE) as tx:
        token = await make_link(rt, tx, person.viewer.person_id)
    clock.forward(timedelta(hours=rt.config.admin.first_password_hours, minutes=1))
    assert (await browser.get(f"/first-password/{token}")).status == 404


@pytest.mark.parametrize("move", ["remove", "codes"])
async def test_the_factor_of_a_role_that_needs_one_is_not_turned_off(
    client, rt, clock, telephone, move
):
    person, phone, _ = await enrolled(rt, telephone)
    clock.forward(timedelta(minutes=1))
    _, browser = await after_password(client, person)
    await type_code(browser, phone.code)
    await browser.get("/me/security")
    answer = await browser.post(f"/me/second-factor/{move}", {"password": PASSWORD})
    assert answer.status == (422 if move == "remove" else 200)


async def test_a_token_ends_with_the_password_or_the_second_step_it_stood_beside(
    rt, telephone
):
    one = await a_person(rt, "operator")
    session = await sign_in(rt, one.viewer.username, PASSWORD)
    token = await issue_token(rt, one.viewer.username)
    await change_password(rt, session, PASSWORD, "a kettle on a quiet hill 47")
    assert await viewer_of_token(rt, token) is None

    other, _, _ = await enrolled(rt, telephone)
    token = await issue_token(rt, other.viewer.username)
    admin, second = await a_person(rt, "admin"), await a_person(rt, "admin")
    asked = ("factor", str(other.viewer.person_id), {"factor": False})
    look = await look_at_change(rt, admin.viewer, *asked)
    change = await make_change(rt, admin.viewer, *asked, seen=look.seen)
    await decide_change(rt, second.viewer, change, agree=True)
    assert await viewer_of_token(rt, token) is None


def secret_in(html):
    found = re.search(r"second-key\">([A-Z2-7]+)<", html)
    return found and found[1]


async def test_a_secret_is_shown_once_and_never_again_to_who_comes_later(
    client, rt, clock, telephone
):
    person = await a_person(rt, "operator")
    await after_password(client, person)
    clock.forward(timedelta(days=rt.config.admin.second_factor.grace_days, hours=1))
    _, stranger = await after_password(client, person)
    await stranger.get("/login/step")
    overseen = secret_in(stranger.html)
    clock.forward(timedelta(seconds=30))
    _, browser = await after_password(client, person)
    await browser.get("/login/step")
    mine = secret_in(browser.html)
    assert mine not in (None, overseen)
    await browser.get("/login/step")
    assert secret_in(browser.html) is None
    assert (await type_code(browser, telephone(overseen).code)).status == 401
    answer = await browser.post("/login/step", {"anew": "yes"})
    anew = secret_in(await answer.text())
    assert anew not in (None, mine, overseen)
    wrong = await type_code(browser, telephone(mine).code)
    assert (wrong.status, secret_in(await wrong.text())) == (401, None)
    assert (await type_code(browser, telephone(anew).code)).status == 200


async def test_the_second_step_ends_what_was_opened_without_it(
    client, rt, clock, telephone
):
    person = await a_person(rt, "operator")
    _, other = await after_password(client, person)
    mine = await signed_in(client, person)
    await mine.get("/me/security")
    begun = await mine.post("/me/second-factor/begin")
    code = telephone(secret_in(await begun.text())).code
    refused = await mine.post("/me/second-factor/confirm", {"code": "000000"})
    assert (refused.status, secret_in(await refused.text())) == (422, None)
    assert (await mine.post("/me/second-factor/confirm", {"code": code})).status == 200
    assert (await mine.get("/desk")).status == 200
    assert (await other.get("/desk")).status == 302


async def test_who_comes_to_another_role_signs_in_anew_and_by_its_rules(
    client, rt, telephone
):
    admin, second = await a_person(rt, "admin"), await a_person(rt, "admin")
    person = await a_person(rt, "operator")
    key, browser = str(person.viewer.person_id), await signed_in(client, person)
    token = await issue_token(rt, person.viewer.username)
    for role, by_two in (("guardian", False), ("supervisor", True)):
        values = {"role": role, "region": "71"}
        look = await look_at_change(rt, admin.viewer, "person", key, values)
        change = await make_change(rt, admin.viewer, "person", key, values, seen=look.seen)
        if by_two:
            assert (await browser.get("/inbox")).status == 200
            await decide_change(rt, second.viewer, change, agree=True)
        assert (await browser.get("/inbox")).status == 302, role
        assert await viewer_of_token(rt, token) is None
        token = await issue_token(rt, person.viewer.username)
        if not by_two:
            browser = await signed_in(client, person)
    answer, browser = await after_password(client, person)
    assert answer.headers["Location"] == "/login/step", "more rights, and days of grace"
