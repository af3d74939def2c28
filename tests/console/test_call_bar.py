"""The operator's call bar: their own calls, masked; the form of a call; writing it up."""

import json
import re
from datetime import timedelta

import pytest

from hotline.actions.set_presence import settle_presence
from hotline.cases.apart import person_key
from hotline.cases.terms import PersonId, Role
from hotline.console.live import may_know
from hotline.identity.viewer import Viewer
from hotline.store.transaction import Nudge
from tests.builders import a_call, a_contact, a_person, everybody, triage_all
from tests.console.console_world import HTMX, signed_in
from tests.console.phone_world import CALLER, MASKED, Exchange

STORY = "Сосед каждый вечер кричит на детей, младшая сидит на лестнице"


@pytest.fixture
async def people(rt):
    found = await everybody(rt)
    return found | {"colleague": await a_person(rt, "operator")}


@pytest.fixture
def exchange(client, clock):
    return Exchange(client, clock)


@pytest.fixture
async def operator(client, people):
    return await signed_in(client, people["operator"])


def name(people, who="operator"):
    return people[who].viewer.username


async def the_bar(browser):
    assert (await browser.get("/call-bar", **HTMX)).status == 200
    return browser.html


async def call_id_of(database):
    return await database.fetchval("SELECT max(id) FROM calls")


async def taken(browser, database):
    """Take the newest call as the desk's script does; return the answer."""
    number = await call_id_of(database)
    answer = await browser.post(
        f"/calls/{number}/take", csrf=browser.csrf, Accept="application/json"
    )
    return await answer.json() if answer.status == 200 else answer.status


@pytest.fixture
async def ready(operator):
    operator.csrf = operator.hidden("csrf")
    return operator


async def test_a_ringing_call_is_on_the_bar_of_its_operator_and_of_nobody_else(
    client, people, exchange, ready
):
    await exchange.rings(operator=name(people))
    html = await the_bar(ready)
    assert 'data-testid="call-bar"' in html
    assert MASKED in html
    assert CALLER not in html
    assert "data-call-take" not in html  # ringing opens no form
    for who in ("colleague", "supervisor"):
        other = await signed_in(client, people[who])
        assert "call-bar" not in await the_bar(other)


async def test_who_may_not_log_calls_has_no_bar(client, people):
    for who in ("guardian", "admin"):
        browser = await signed_in(client, people[who])
        assert (await browser.get("/call-bar")).status == 404


async def test_a_taken_call_has_a_running_timer_and_a_form_with_number_line_and_time(
    people, exchange, ready, database, clock
):
    await exchange.rings(operator=name(people))
    clock.forward(timedelta(seconds=7))
    await exchange.is_answered(name(people))
    clock.forward(timedelta(seconds=63))
    html = await the_bar(ready)
    assert re.search(r'data-testid="call-timer"[^>]*data-since="[^"]+">01:03<', html)
    first = await taken(ready, database)
    assert first["fresh"]
    assert await taken(ready, database) == {"id": first["id"], "fresh": False}
    await ready.get(f"/desk?draft={first['id']}&call=1")
    assert f'value="{CALLER}"' in ready.html
    assert "Звонок в 10:00, линия 111" in ready.html
    assert re.search(r'<textarea id="narrative"[^>]* autofocus', ready.html)


async def test_a_colleague_cannot_open_the_form_of_a_call_that_is_not_theirs(
    client, people, exchange, database
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    other = await signed_in(client, people["colleague"])
    other.csrf = other.hidden("csrf")
    assert (await taken(other, database))["id"] is None
    number = await call_id_of(database)
    for path in ("take", "wrap-up", "more"):
        answer = await other.post(f"/calls/{number}/{path}", {"wrap_up": "silent"})
        assert answer.status == 404
    assert await database.fetchval("SELECT count(*) FROM drafts") == 0


async def test_before_a_call_is_taken_only_numbers_tell_of_earlier_ones(
    rt, people, exchange, ready
):
    receipt = await a_contact(rt)  # the same number, no case
    number = await a_call(rt, people["operator"])
    await exchange.rings(operator=name(people))
    html = await the_bar(ready)
    assert "раньше: 2, открытых дел: 1" in html
    assert receipt not in html
    assert number not in html
    assert "/contacts/" not in html


async def test_what_complains_of_the_operator_is_not_counted_for_them(
    rt, people, exchange, ready, database
):
    await a_call(rt, people["operator"])
    mine = person_key(people["operator"].viewer.person_id)
    await database.execute("UPDATE contacts SET apart = ARRAY[$1]", mine)
    await database.execute("UPDATE cases SET apart = ARRAY[$1]", mine)
    await exchange.rings(operator=name(people))
    assert "Первый звонок с этого номера" in await the_bar(ready)


async def test_the_case_of_a_call_joins_the_contact_that_the_call_made(
    people, exchange, ready, database, rt
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    draft = (await taken(ready, database))["id"]
    await ready.get(f"/desk?draft={draft}")
    form = {
        "text": STORY, "subcategory": "VIO.PHY", "urgency": "2", "region": "71",
        "phone": CALLER, "name": "Әлия", "call_id": str(await call_id_of(database)),
        "draft_id": draft, "once": "form-1",
    }  # fmt: skip
    answers = [await ready.post("/desk/route", form, csrf=ready.csrf) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    contacts = await database.fetch("SELECT * FROM contacts")
    assert len(contacts) == 1
    assert contacts[0]["channel"] == "phone"
    assert await database.fetchval("SELECT count(*) FROM cases") == 1
    assert await database.fetchval("SELECT count(*) FROM drafts") == 0
    assert contacts[0]["state"] == "attached"
    assert contacts[0]["seen_at"]
    assert (
        await database.fetchval("SELECT state FROM clocks WHERE name = 'human_eyes'")
        == "met"
    )
    html = await the_bar(ready)
    assert "data-call-take" not in html
    assert "Дело" in html
    wrapped = await database.fetchval(
        "SELECT wrapped FROM keyring.keys WHERE owner_id = $1", contacts[0]["id"]
    )
    key = rt.sealer.open_key(contacts[0]["id"], wrapped)
    assert key.open_text("narrative", contacts[0]["sealed_narrative"]) == STORY
    who = json.loads(key.open_text("identity", contacts[0]["sealed_identity"]))["identity"]
    assert (who["name"], who["phone"]) == ("Әлия", CALLER)


async def test_triage_reads_the_words_of_a_call_that_it_had_read_empty(
    people, exchange, ready, database, rt
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    await triage_all(rt)
    form = {
        "text": STORY, "subcategory": "VIO.PHY", "urgency": "2", "region": "71",
        "call_id": str(await call_id_of(database)), "once": "form-2",
    }  # fmt: skip
    assert (await ready.post("/desk/route", form, csrf=ready.csrf)).status == 303
    await triage_all(rt)
    row = await database.fetchrow("SELECT * FROM contacts")
    assert row["triaged_at"]
    assert row["state"] == "attached"
    assert json.loads(row["triage"])["category"] != "INF"


async def test_a_second_text_for_one_call_is_a_contact_of_its_own_and_never_lost(
    people, exchange, ready, database
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    number = str(await call_id_of(database))
    for nth, text in enumerate((STORY, "И ещё об одном ребёнке: его бьёт отчим")):
        form = {
            "text": text, "subcategory": "VIO.PHY", "urgency": "2", "region": "71",
            "call_id": number, "once": f"form-{nth}",
        }  # fmt: skip
        assert (await ready.post("/desk/route", form, csrf=ready.csrf)).status == 303
    assert await database.fetchval("SELECT count(*) FROM contacts") == 2
    assert await database.fetchval("SELECT count(*) FROM cases") == 2


async def test_a_call_that_is_not_the_viewers_is_logged_apart_from_it(
    client, people, exchange, database
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    other = await signed_in(client, people["colleague"])
    form = {
        "text": STORY, "subcategory": "VIO.PHY", "urgency": "2", "region": "71",
        "call_id": str(await call_id_of(database)), "once": "x",
    }  # fmt: skip
    assert (await other.post("/desk/route", form)).status == 303
    call = await database.fetchrow("SELECT * FROM calls")
    row = await database.fetchrow(
        "SELECT * FROM contacts WHERE id = $1", call["contact_id"]
    )
    assert row["case_id"] is None


async def test_a_hang_up_leaves_a_grey_bar_with_the_length_and_time_to_write_up(
    people, exchange, ready, clock, database, rt
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    clock.forward(timedelta(minutes=6, seconds=2))
    await exchange.says("ended")
    html = await the_bar(ready)
    assert "Разговор окончен, 06:02" in html
    assert "call-over" in html
    assert re.search(r'data-until="[^"]+">01:30<', html)
    number = await call_id_of(database)
    answer = await ready.post(f"/calls/{number}/more", csrf=ready.csrf, **HTMX)
    assert re.search(r'data-until="[^"]+">03:00<', await answer.text())
    clock.forward(timedelta(seconds=179))
    await settle_presence(rt)
    assert await database.fetchval("SELECT state FROM presence") == "wrap_up"
    clock.forward(timedelta(seconds=2))
    await settle_presence(rt)
    assert await database.fetchval("SELECT state FROM presence") == "ready"


async def test_a_call_that_is_no_case_ends_with_a_code_and_its_form_goes_with_it(
    people, exchange, ready, clock, database
):
    await exchange.rings(operator=name(people))
    await exchange.is_answered(name(people))
    draft = await taken(ready, database)
    await ready.post(
        "/desk/draft",
        {
            "draft_id": draft["id"],
            "text": "Спрашивает расписание",
            "call_id": str(await call_id_of(database)),
        },
        csrf=ready.csrf,
    )
    await exchange.says("ended")
    number = await call_id_of(database)
    path = f"/calls/{number}/wrap-up"
    wrong = await ready.post(path, {"wrap_up": "gossip"}, csrf=ready.csrf, **HTMX)
    assert wrong.status == 422
    assert "Выберите, чем" in await wrong.text()
    done = await ready.post(path, {"wrap_up": "information_given"}, csrf=ready.csrf, **HTMX)
    assert done.status == 200
    assert "call-bar" not in await done.text()
    contact = await database.fetchrow("SELECT * FROM contacts")
    assert (contact["state"], contact["wrap_up"]) == ("closed", "information_given")
    assert len(contact["sealed_narrative"]) > 40  # the words of the form
    assert await database.fetchval("SELECT count(*) FROM drafts") == 0
    assert await database.fetchval("SELECT state FROM calls") == "closed"
    assert await database.fetchval("SELECT state FROM presence") == "ready"


async def test_two_calls_are_two_bars_and_two_forms(people, exchange, ready, database):
    await exchange.rings("c1", operator=name(people))
    await exchange.is_answered(name(people), "c1")
    first = await taken(ready, database)
    await exchange.rings("c2", operator=name(people))
    await exchange.is_answered(name(people), "c2")
    second = await taken(ready, database)
    assert first["id"] != second["id"]
    assert (await the_bar(ready)).count('data-testid="call-bar"') == 2
    await ready.get(f"/desk?draft={second['id']}")
    assert ready.html.count('data-testid="draft-tab"') == 2


async def test_a_hidden_number_is_said_to_be_hidden(people, exchange, ready, database):
    await exchange.rings(operator=name(people), **{"from": "anonymous"})
    await exchange.is_answered(name(people))
    assert "Номер скрыт" in await the_bar(ready)
    draft = await taken(ready, database)
    await ready.get(f"/desk?draft={draft['id']}")
    assert 'name="anonymous" value="yes" checked' in ready.html


def test_a_nudge_for_one_person_reaches_nobody_else(people_by_role):
    mine, others = people_by_role
    nudge = json.loads(Nudge("call", person_id=mine.person_id).payload())
    assert may_know(mine, nudge)
    assert not any(may_know(one, nudge) for one in others)


@pytest.fixture
def people_by_role():
    def somebody(number, role):
        return Viewer(PersonId(number), f"u{number}", "U", role, None, frozenset())

    roles = [Role.OPERATOR, *Role]
    mine, *others = [somebody(number, role) for number, role in enumerate(roles, 1)]
    return mine, others
