"""A link to a password of who may do more than an operator: one has the link, another the code."""

import re
from datetime import timedelta

import pytest

from hotline.actions import keep_people
from hotline.actions.make_change import decide_change, look_at_change, make_change
from hotline.actions.own_security import own_security
from hotline.actions.password_link import code_of_link, link_owner, use_link
from hotline.actions.second_step import WrongCode
from hotline.actions.sign_in import WrongCredentials, session_of, sign_in
from hotline.errors import NotFound, RuleForbids
from tests.builders import PASSWORD, a_person, everybody
from tests.console.console_world import Browser, signed_in

NEW = "семь зелёных ворон"


@pytest.fixture
async def people(rt):
    return await everybody(rt)


async def agreed(rt, database, second):
    """Let a second person agree to the change that waits; return the code they are shown."""
    change = await database.fetchval("SELECT max(id) FROM changes WHERE state = 'waiting'")
    assert await decide_change(rt, second, change, agree=True) == "made"
    username, code = await code_of_link(rt, second, change)
    assert bool(username) == bool(code)
    assert await code_of_link(rt, second, change) == ("", ""), "it is shown once"
    return code


@pytest.mark.parametrize("role", ["supervisor", "admin", "commissioner"])
async def test_one_administrator_alone_cannot_become_who_may_do_more(
    rt, people, role, database
):
    admin, chief = people["admin"].viewer, people["supervisor"].viewer
    person = await a_person(rt, role, region="71")
    token = await keep_people.give_link(rt, admin, person.viewer.person_id)
    assert (await link_owner(rt, token)).waits
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW)
    assert await sign_in(rt, person.viewer.username, PASSWORD), "one alone shut them out"
    code = await agreed(rt, database, chief)
    with pytest.raises(WrongCredentials):
        await sign_in(rt, person.viewer.username, PASSWORD)
    with pytest.raises(WrongCode):
        await use_link(rt, token, NEW)
    await use_link(rt, token, NEW, code.lower())
    session = await sign_in(rt, person.viewer.username, NEW)
    told = (await own_security(rt, session)).link
    assert (told.maker, told.second) == (admin.display_name, chief.display_name)
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW, code)


COMES_IN = [
    ("operator", {"region": None, "bodies": {}}),
    ("commissioner", {"region": "71", "bodies": {"comm-71": "specialist"}}),
]
_PLAIN = {"languages": ["kk", "ru"], "share": 1.0}


@pytest.mark.parametrize(("role", "place"), COMES_IN)
async def test_who_is_to_see_content_comes_in_by_two(rt, people, role, place, database):
    admin, chief = people["admin"].viewer, people["supervisor"].viewer
    values = {**_PLAIN, **place, "role": role}
    person, first = await keep_people.hire(rt, admin, "new.one", "Новая", values)
    active = "SELECT active FROM people WHERE id = $1"
    assert await database.fetchval(active, person) is False
    code = await agreed(rt, database, chief)
    assert await database.fetchval(active, person) is True
    # Another link, made by one: it takes two as long as the first was not used.
    again = await keep_people.give_link(rt, admin, person)
    assert (await link_owner(rt, again)).waits
    for token in (first, again):
        with pytest.raises(NotFound):
            await use_link(rt, token, NEW, code)
    await use_link(rt, again, NEW, await agreed(rt, database, chief))
    assert await sign_in(rt, "new.one", NEW)
    # An office of another region opens other cases; less to see takes one.
    for changed, two in (
        ({"region": "39"}, role == "commissioner"),
        ({"active": False}, False),
    ):
        look = await look_at_change(rt, admin, "person", str(person), changed)
        assert look.two is two, changed


async def test_where_nobody_else_can_agree_one_is_enough_and_the_log_says_so(rt, database):
    admin = (await a_person(rt, "admin")).viewer
    values = {**_PLAIN, "role": "operator", "region": None, "bodies": {}}
    person, token = await keep_people.hire(rt, admin, "first.one", "Первая", values)
    await use_link(rt, token, NEW)
    assert await sign_in(rt, "first.one", NEW)
    told = await database.fetch(
        "SELECT data FROM case_events WHERE event = 'let_in_by_one'"
    )
    assert [f'"person_id": {person}' in row["data"] for row in told] == [True]
    chief = {**values, "role": "supervisor"}
    _, token = await keep_people.hire(rt, admin, "chief.one", "Вторая", chief)
    with pytest.raises(NotFound):  # power is given on the machine, or by two
        await link_owner(rt, token)
    assert await database.fetchval("SELECT count(*) FROM changes WHERE state = 'waiting'")


async def test_codes_of_a_link_are_guessed_a_few_times_and_then_it_ends(
    rt, people, database
):
    person = await a_person(rt, "supervisor")
    token = await keep_people.give_link(rt, people["admin"].viewer, person.viewer.person_id)
    code = await agreed(rt, database, people["supervisor"].viewer)
    for _ in range(rt.config.service.sign.tries):
        with pytest.raises(WrongCode):
            await use_link(rt, token, NEW, "AAAAA-AAAAA")
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW, code)


async def test_what_was_declined_or_is_ones_own_never_opens(rt, people, database, clock):
    admin, chief = people["admin"].viewer, people["supervisor"].viewer
    with pytest.raises(RuleForbids, match="for themselves"):
        await keep_people.give_link(rt, admin, admin.person_id)
    token = await keep_people.give_link(rt, admin, chief.person_id)
    change = await database.fetchval("SELECT max(id) FROM changes")
    with pytest.raises(RuleForbids, match="for themselves"):
        await decide_change(rt, chief, change, agree=True)
    assert await decide_change(rt, admin, change, agree=False) == "declined"
    assert await code_of_link(rt, admin, change) == ("", "")
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW)


async def test_a_link_of_an_operator_takes_one_and_holds_for_its_few_hours(
    rt, people, clock
):
    operator = people["operator"].viewer
    session = await sign_in(rt, operator.username, PASSWORD)
    token = await keep_people.give_link(rt, people["admin"].viewer, operator.person_id)
    assert await session_of(rt, session.token) is None
    clock.forward(timedelta(hours=rt.config.admin.new_password_hours, minutes=1))
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW)


async def test_a_link_that_one_gave_an_operator_opens_no_supervisor(
    client, rt, people, database
):
    admin, chief = people["admin"].viewer, people["supervisor"]
    person = people["operator"].viewer.person_id
    token = await keep_people.give_link(rt, admin, person)
    values = {"role": "supervisor"}
    look = await look_at_change(rt, admin, "person", str(person), values)
    await make_change(rt, admin, "person", str(person), values, seen=look.seen)
    assert await agreed(rt, database, chief.viewer) == "", "no link waited for a code"
    with pytest.raises(NotFound):
        await use_link(rt, token, NEW)
    await keep_people.give_link(rt, admin, chief.viewer.person_id)
    browser = await signed_in(client, chief)
    await browser.get("/admin/changes?state=waiting")
    assert "/decline" in browser.html
    assert "/agree" not in browser.html, "asked to agree to a change of oneself"


async def test_a_new_supervisor_comes_in_by_link_and_code_and_sees_who_let_them_in(
    client, rt, people, database
):
    admin = await signed_in(client, people["admin"], "ru")
    await admin.get("/admin/people/new")
    fields = {
        "username": "new.chief", "name": "Берик С.", "role": "supervisor",
        "speaks-kk": "yes", "share": "1",
    }  # fmt: skip
    text = await (await admin.post("/admin/people/new", fields)).text()
    link = re.search(r"/first-password/[\w-]+", text)[0]
    assert "Код второй человек сам скажет" in text
    chief = await signed_in(client, people["supervisor"], "ru")
    await chief.get("/admin/changes?state=waiting")
    path = re.search(r"/admin/changes/\d+/agree", chief.html)[0]
    shown = await (await chief.post(path)).text()
    code = re.search(r'data-testid="link-code">([\w-]+)<', shown)[1]
    await admin.get("/admin/changes")
    assert code not in admin.html
    stranger = Browser(client, "hotline_lang=ru")
    assert (await stranger.get(link)).status == 200
    assert 'name="code"' in stranger.html
    new = {"new": NEW, "again": NEW}
    for typed, status in (("", 422), (code, 303)):
        answer = await stranger.post(link, {**new, "code": typed}, csrf="")
        assert answer.status == status
    session = await sign_in(rt, "new.chief", NEW)
    mine = Browser(client, f"hotline_session={session.token}; hotline_lang=ru")
    await mine.get("/me/security")
    assert people["supervisor"].viewer.display_name in mine.html
    assert 'data-testid="link-used"' in mine.html
