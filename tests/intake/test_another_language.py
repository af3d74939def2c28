"""Another language in the middle of a public form: what is typed comes along, nothing is kept."""

import re

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.terms import Channel

TYPED = 'Не знаю, <b>что</b> "делать"\nвторая строка'
PIN = "012345"


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


def text_in(page):
    return re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1]


async def contacts(database):
    return await database.fetchval("SELECT count(*) FROM contacts")


async def test_the_form_keeps_every_field_and_is_sent_in_the_new_language(client, database):
    page = await (await client.get("/report?lang=ru")).text()
    fields = {
        "csrf": hidden(page, "csrf"), "form_id": hidden(page, "form_id"), "lang": "ru",
        "text": TYPED, "region": "71", "relation": "neighbour", "wish": "talk",
        "happens": "again", "name": "Роза", "phone": "87010000000", "anonymous": "1",
        "contact_ok": "same_channel", "website": "", "switch": "kk",
    }  # fmt: skip
    answer = await client.post("/report", data=fields)
    page = await answer.text()
    assert (answer.status, answer.headers["Content-Language"]) == (200, "kk")
    assert text_in(page) == (
        "Не знаю, &lt;b&gt;что&lt;/b&gt; &#34;делать&#34;\nвторая строка"
    )
    for kept in ('value="71" selected', 'value="neighbour" checked', 'value="talk" checked',
                 'value="again" checked', 'value="Роза"', 'value="87010000000"',
                 'name="anonymous" value="1" checked', 'value="same_channel" checked'):  # fmt: skip
        assert kept in page
    assert hidden(page, "form_id") == fields["form_id"]  # still the same sending
    assert "error-summary" not in page
    assert await contacts(database) == 0
    del fields["switch"]
    sent = await client.post(
        "/report", data={**fields, "lang": "kk", "csrf": hidden(page, "csrf")}
    )
    assert 'data-testid="receipt"' in await sent.text()
    assert await contacts(database) == 1


async def test_chosen_files_are_asked_for_again_and_a_strange_page_shows_nothing(client):
    page = await (await client.get("/report?lang=ru")).text()
    fields = {
        "csrf": hidden(page, "csrf"),
        "form_id": hidden(page, "form_id"),
        "text": TYPED,
    }
    shown = await client.post("/report", data={**fields, "files": "a.jpg", "switch": "en"})
    assert "choose your files again" in await shown.text()
    strange = await client.post(
        "/report",
        data={**fields, "switch": "en"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert strange.status == 403
    odd = await client.post("/report", data={**fields, "text": "", "switch": "../kk"})
    assert odd.status == 422  # no language of ours: an ordinary, empty form


@pytest.fixture
async def root(rt):
    return await receive_contact(
        rt, Inbound(Channel.WEB, "report", "f", "Начало", b"", pin=PIN, region_hint="71")
    )


async def test_the_thread_and_its_door_keep_what_is_typed(client, root, database):
    asked = {"receipt": root.receipt, "text": TYPED, "lang": "ru"}
    door = await (await client.post("/status", data={**asked, "switch": "kk"})).text()
    assert '<html lang="kk">' in door
    assert f'value="{root.receipt}"' in door
    assert "вторая строка" in text_in(door)
    thread = await (await client.post("/status", data={**asked, "pin": PIN})).text()
    fields = {name: hidden(thread, name) for name in ("thread", "form_id", "lang")}
    answer = await client.post(
        "/status/thread", data={**fields, "text": TYPED, "switch": "kk"}
    )
    page = await answer.text()
    assert '<html lang="kk">' in page
    assert "вторая строка" in text_in(page)
    assert await contacts(database) == 1


@pytest.mark.parametrize("path", ["/report", "/status"])
async def test_enter_in_a_field_sends_and_does_not_change_the_language(client, path):
    """A browser presses the first submit button of the form, wherever in the page it stands."""
    page = await (await client.get(path)).text()
    form = re.search(r'<form id="([\w-]+)"', page)[1]
    buttons = re.findall(
        rf'<button type="submit" form="{form}"[^>]*>|<button class="send"[^>]*>', page
    )
    assert "switch" not in buttons[0]
    assert sum("switch" in one for one in buttons) == 3
