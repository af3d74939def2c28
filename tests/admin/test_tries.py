"""Guessing: passwords, codes, names; and a desk that strangers cannot lock out."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from hotline.actions.own_security import change_password
from hotline.actions.second_step import WrongCode
from hotline.actions.sign_in import LockedOut, _hash_of, sign_in
from hotline.identity.tries import locked_for
from tests.builders import PASSWORD, a_person

LOCKS = [
    # what               failures  minutes
    ("none yet", 0, None),
    ("four", 4, None),
    ("the fifth locks", 5, 5),
    ("then four are free", 9, None),
    ("the tenth twice as long", 10, 10),
    ("the fifteenth again", 15, 20),
    ("never over an hour", 500, 60),
]


@pytest.mark.parametrize(("what", "failures", "minutes"), LOCKS)
def test_each_lock_is_twice_as_long_up_to_an_hour(what, failures, minutes):
    wanted = None if minutes is None else timedelta(minutes=minutes)
    assert locked_for(failures, 5, 5) == wanted


async def enter(client, name, password, cookie=""):
    client.session.cookie_jar.clear()
    answer = await client.post(
        "/login",
        data={"username": name, "password": password},
        headers={"Cookie": cookie} if cookie else {},
        allow_redirects=False,
    )
    client.session.cookie_jar.clear()
    return answer


async def test_strangers_lock_a_name_for_strangers_and_the_desk_goes_on(client, rt):
    await a_person(rt, "operator", username="aigul")
    answer = await enter(client, "aigul", PASSWORD)
    kept = answer.cookies["hotline_browser"]
    assert (kept["path"], kept["httponly"], kept["samesite"]) == ("/login", True, "Strict")
    desk = f"hotline_browser={kept.value}"
    for _ in range(rt.config.service.sign.tries):
        assert (await enter(client, "aigul", "guess")).status == 401
    assert (await enter(client, "aigul", PASSWORD)).status == 429
    assert (await enter(client, "aigul", PASSWORD, desk)).status == 303
    assert (await enter(client, "aigul", PASSWORD)).status == 429, "strangers were let off"
    for _ in range(rt.config.service.sign.tries):
        assert (await enter(client, "aigul", "guess", desk)).status == 401
    assert (await enter(client, "aigul", PASSWORD, desk)).status == 429
    await a_person(rt, "operator", username="zhanar")
    forged = "hotline_browser=" + "x" * 32
    for _ in range(rt.config.service.sign.tries):
        await enter(client, "zhanar", "guess", forged)
    assert (await enter(client, "zhanar", PASSWORD, "hotline_browser=y")).status == 429


async def test_a_name_that_nobody_has_locks_like_every_other(client, rt, clock, database):
    await a_person(rt, "operator", username="there")
    seen = {}
    for name in ("there", "nobody-of-us"):
        seen[name] = [
            (await enter(client, name, "guess")).status
            for _ in range(rt.config.service.sign.tries + 2)
        ]
    assert seen["there"] == seen["nobody-of-us"] == [401] * 5 + [429] * 2
    kept = str(await database.fetch("SELECT to_jsonb(m) FROM sign_in_marks m"))
    assert "nobody-of-us" not in kept
    clock.forward(timedelta(days=2))
    await enter(client, "another", "guess")
    assert await database.fetchval("SELECT count(*) FROM sign_in_marks") == 1


async def test_who_found_an_open_desk_does_not_guess_the_password_on(rt):
    person = await a_person(rt, "operator", username="away")
    session = await sign_in(rt, "away", PASSWORD)
    for _ in range(rt.config.service.sign.tries):
        with pytest.raises(WrongCode):
            await change_password(rt, session, "guess", "семь зелёных ворон")
    with pytest.raises(LockedOut):
        await change_password(rt, session, PASSWORD, "семь зелёных ворон")
    assert person.viewer.username == "away"


@pytest.mark.parametrize("row", [None, SimpleNamespace(password_hash="none")])
def test_who_is_nobody_or_has_no_password_yet_is_answered_as_slowly_as_all(row):
    assert _hash_of(row).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
