"""Signing in: the cookie, the landing, lockout, and what strangers get."""

import asyncio
from datetime import timedelta

import pytest

from hotline.actions.keep_people import end_sessions
from tests.builders import PASSWORD, a_person, everybody
from tests.console.console_world import signed_in

LANDINGS = [
    ("operator", "/desk"),
    ("supervisor", "/board"),
    ("admin", "/admin"),
    ("commissioner", "/inbox"),
    ("guardian", "/inbox"),
    ("family", "/inbox"),
]


async def login(client, username, password, **fields):
    return await client.post(
        "/login",
        data={"username": username, "password": password, **fields},
        allow_redirects=False,
    )


@pytest.mark.parametrize(("role", "landing"), LANDINGS)
async def test_each_role_lands_on_its_own_page(client, rt, role, landing):
    person = await a_person(rt, role, region="71")
    answer = await login(client, person.viewer.username, PASSWORD)
    assert (answer.status, answer.headers["Location"]) == (303, landing)
    cookie = answer.cookies["hotline_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, rt):
    person = await a_person(rt, "operator", username="someone")
    pages = []
    for name, password in (("someone", "wrong"), ("no-such", PASSWORD)):
        answer = await login(client, name, password)
        pages.append((answer.status, (await answer.text()).replace(name, "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 401
    assert person.viewer.display_name not in pages[0][1]


async def test_too_many_tries_lock_and_the_page_says_until_when(client, rt, clock):
    await a_person(rt, "operator", username="tired")
    for _ in range(rt.config.service.sign.tries):
        await login(client, "tired", "wrong")
    answer = await login(client, "tired", PASSWORD)
    text = await answer.text()
    assert answer.status == 429
    assert "20.11.2026, 1" in text
    clock.forward(timedelta(minutes=rt.config.service.sign.lock_minutes + 1))
    assert (await login(client, "tired", PASSWORD)).status == 303


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil", "/login", "/\t/evil.example"],
)
async def test_a_login_never_leads_to_another_site(client, rt, wanted):
    await a_person(rt, "operator", username="led")
    answer = await login(client, "led", PASSWORD, next=wanted)
    assert answer.headers["Location"] == "/desk"


PAGES = ["/desk", "/inbox", "/board", "/admin", "/notices", "/cases/26-000000-0", "/"]


@pytest.mark.parametrize("path", PAGES)
async def test_without_a_session_every_page_leads_to_the_login(client, path):
    answer = await client.get(path, allow_redirects=False)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/login")


async def test_the_live_stream_needs_a_session(client):
    assert (await client.get("/live")).status == 401


async def test_a_page_hears_at_once_that_its_session_was_ended_elsewhere(client, rt):
    people = await everybody(rt)
    guardian, admin = people["guardian"], people["admin"].viewer
    browser, other = [
        await signed_in(client, people[who]) for who in ("guardian", "operator")
    ]
    cookies = {"Cookie": browser.cookie}, {"Cookie": other.cookie}
    async with (
        client.get("/live", headers=cookies[0]) as ended,
        client.get("/live", headers=cookies[1]) as goes_on,
    ):
        for stream in (ended, goes_on):
            await stream.content.readuntil(b"\n\n")
        await end_sessions(rt, admin, guardian.viewer.person_id, None)
        async with asyncio.timeout(5):  # long before a stream would look by itself
            assert b"event: session" in await ended.content.read()
        assert not goes_on.content.at_eof()


async def test_signing_out_ends_the_session_on_the_server(client, rt):
    browser = await signed_in(client, await a_person(rt, "operator"))
    answer = await browser.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert (await browser.get("/desk")).status == 302


FORMS = [
    ("no token", {"csrf": ""}, {}, 403),
    ("another token", {"csrf": "x" * 32}, {}, 403),
    ("from another site", {}, {"Sec-Fetch-Site": "cross-site"}, 403),
    ("from our own page", {}, {"Sec-Fetch-Site": "same-origin"}, 303),
]


@pytest.mark.parametrize(("name", "fields", "headers", "status"), FORMS)
async def test_a_form_must_be_ours(client, rt, name, fields, headers, status):
    browser = await signed_in(client, await a_person(rt, "operator"))
    answer = await browser.post("/notices", fields, csrf=fields.get("csrf"), **headers)
    assert answer.status == status


RIGHTS = [
    ("operator", {"/desk", "/inbox", "/board", "/notices"}),
    ("supervisor", {"/desk", "/inbox", "/board", "/notices"}),
    ("commissioner", {"/inbox", "/notices"}),
    ("guardian", {"/inbox", "/notices"}),
    ("admin", {"/admin"}),
]


@pytest.mark.parametrize(("role", "open_pages"), RIGHTS)
async def test_what_a_role_may_not_know_of_does_not_exist(client, rt, role, open_pages):
    browser = await signed_in(client, (await everybody(rt))[role])
    for path in ("/desk", "/inbox", "/board", "/notices", "/admin"):
        wanted = 200 if path in open_pages else 404
        assert (await browser.get(path)).status == wanted, path


async def test_language_and_theme_stand_on_the_page_from_the_first_byte(client):
    answer = await client.get(
        "/login", headers={"Cookie": "hotline_lang=kk; hotline_theme=dark"}
    )
    text = await answer.text()
    assert '<html lang="kk" data-theme="dark"' in text
    assert "Құпиясөз" in text


async def test_every_page_carries_the_strict_policy_and_nothing_inline(client, rt):
    browser = await signed_in(client, await a_person(rt, "operator"))
    for path in ("/login", "/desk", "/inbox", "/board"):
        answer = await browser.get(path)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert " style=" not in browser.html
        assert "<script>" not in browser.html
        assert " onclick=" not in browser.html
