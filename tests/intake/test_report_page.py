"""The public form over HTTP, as a browser without JavaScript sends it."""

import asyncio
import io
import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from hotline.intake.web_form import external_id, pin_of, read_form
from hotline.web.form_token import FormTokens, from_elsewhere
from tests.builders import a_person
from tests.console.console_world import signed_in
from tests.intake.doors import NOW, opened, rows

TEXT = "Көмек керек, көршінің баласы жылап жатыр"


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page)[1]


def shown(page, testid):
    return re.search(f'data-testid="{testid}">([^<]*)<', page)[1]


@pytest.fixture
def blank(client):
    async def load(lang="kk"):
        page = await (await client.get(f"/report?lang={lang}")).text()
        return {
            "csrf": hidden(page, "csrf"), "form_id": hidden(page, "form_id"), "lang": lang,
            "region": "", "contact_ok": "none", "website": "", "text": TEXT,
        }  # fmt: skip

    return load


@pytest.fixture
def send(client):
    async def post(fields, **headers):
        body = urlencode(fields, errors="surrogatepass")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = io.BytesIO(body.encode())
        answer = await client.post("/report", data=sent, headers=kind | headers)
        return answer.status, await answer.text()

    return post


async def test_a_sent_form_shows_number_and_pin_and_is_sealed(
    blank, send, clock, rt, database
):
    fields = await blank()
    clock.forward(timedelta(seconds=30))
    status, page = await send({**fields, "region": "71", "relation": "neighbour"})
    [contact] = await rows(database)
    assert status == 200
    assert shown(page, "receipt") == contact["receipt"]
    assert re.fullmatch(r"\d{6}", shown(page, "pin"))
    assert ">112<" in page
    assert (contact["channel"], contact["region_hint"], contact["lang_hint"]) == (
        "web",
        "71",
        "kk",
    )
    inside = await opened(rt, database, contact)
    assert inside["text"] == TEXT
    assert inside["who"]["identity"]["relation"] == "neighbour"
    assert not contact["may_write"]
    event = await database.fetchval("SELECT data::text FROM case_events")
    assert "marks" not in event


async def test_fifty_clicks_are_one_contact_one_receipt_one_pin(blank, send, database):
    fields = await blank()
    answers = await asyncio.gather(*(send(fields) for _ in range(50)))
    assert {status for status, _ in answers} == {200}
    assert len({(shown(page, "receipt"), shown(page, "pin")) for _, page in answers}) == 1
    assert len(await rows(database)) == 1


async def test_other_words_after_going_back_are_a_second_contact(blank, send, database):
    fields = await blank()
    await send(fields)
    await send({**fields, "text": TEXT + ". Енді ұрып жатыр"})
    assert len(await rows(database)) == 2


@pytest.mark.parametrize("text", ["", "  \r\n "])
async def test_an_empty_text_comes_back_with_what_was_typed(blank, send, database, text):
    fields = await blank("ru")
    typed = {**fields, "text": text, "name": 'А"<b>', "region": "63", "relation": "child"}
    status, page = await send(typed)
    assert status == 422
    assert 'role="alert"' in page
    assert 'href="#text"' in page
    assert "А&#34;&lt;b&gt;" in page
    assert '<option value="63" selected' in page
    assert 'value="child" checked' in page
    assert hidden(page, "form_id") == fields["form_id"]
    assert await rows(database) == []


STRANGE = [
    ("NUL", "до\0после"),
    ("emoji", "🆘 👨‍👩‍👧"),
    ("half a pair", "обрыв \ud83d"),
    ("a script", "<script>alert(1)</script>"),
    ("one megabyte of Cyrillic", "ж" * 500_000),
    ("one megabyte of Latin", "a" * 1_000_000),
]


@pytest.mark.parametrize("text", [t for _, t in STRANGE], ids=[n for n, _ in STRANGE])
async def test_whatever_is_typed_is_stored_whole(blank, send, rt, database, text):
    status, _ = await send({**await blank(), "text": text})
    assert status == 200
    [contact] = await rows(database)
    kept = (await opened(rt, database, contact))["text"]
    # A form carries bytes; three bytes that are half a pair are no UTF-8.
    assert kept == text.replace("\ud83d", "\ufffd" * 3)


async def test_more_than_the_limit_is_a_clear_page(blank, send, database):
    status, page = await send(
        {**await blank("ru"), "text": "a" * 10_000_000}, **{"Accept-Language": "ru"}
    )
    assert status == 413
    assert "Текст слишком длинный" in page
    assert await rows(database) == []


async def test_an_anonymous_reporter_is_nowhere(blank, send, rt, database):
    fields = {**await blank(), "name": "Үлгі Мысалқызы", "phone": "+77000000031"}
    await send({**fields, "anonymous": "1"})
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert contact["anonymous"]
    assert inside["who"]["identity"] is None
    assert b"77000000031" not in inside["raw"]
    assert await database.fetchval("SELECT count(*) FROM contact_traces") == 0


async def test_a_program_is_stored_and_looked_at_later(blank, send, database):
    status, _ = await send({**await blank(), "website": "http://spam.example"})
    assert status == 200
    event = await database.fetchval("SELECT data::text FROM case_events")
    assert "honeypot" in event
    assert "too_fast" in event


async def test_an_unknown_region_does_not_stop_a_report(blank, send, database):
    assert (await send({**await blank(), "region": "99"}))[0] == 200
    assert (await rows(database))[0]["region_hint"] is None


async def test_yes_to_an_answer_lets_111_write_here(blank, send, database):
    await send({**await blank(), "contact_ok": "same_channel"})
    assert (await rows(database))[0]["may_write"]


async def test_while_the_store_is_away_the_words_stay_on_the_page(
    blank, send, rt, database, monkeypatch, tmp_path
):
    fields = await blank("ru")
    with monkeypatch.context() as away:
        away.setitem(rt.intake._options, "host", str(tmp_path))  # nobody listens there
        status, page = await send(fields)
    assert status == 503
    assert TEXT in page
    assert "Сейчас не получилось сохранить" in page
    assert await rows(database) == []
    assert (await send({**fields, "csrf": hidden(page, "csrf")}))[0] == 200
    assert len(await rows(database)) == 1


FORGED = [
    # what is wrong                    fields                               headers
    ("no token", {"csrf": ""}, {}),
    ("another form's token", {"form_id": str(uuid4())}, {}),
    ("a form id that is none", {"form_id": "x"}, {}),
    ("another site, says the browser", {}, {"Sec-Fetch-Site": "cross-site"}),
    ("another origin", {}, {"Origin": "https://evil.example"}),
    ("an origin that is no address", {}, {"Origin": "http://["}),
]


@pytest.mark.parametrize(("what", "change", "headers"), FORGED, ids=[f[0] for f in FORGED])
async def test_a_forged_form_is_not_stored_and_comes_back_filled(
    blank, send, database, what, change, headers
):
    status, page = await send({**await blank(), **change}, **headers)
    assert status == 403
    assert TEXT in page
    assert await rows(database) == []


async def test_after_a_day_the_page_asks_to_press_send_again(blank, send, clock, database):
    fields = await blank()
    clock.forward(timedelta(hours=25))
    status, page = await send(fields)
    assert status == 403
    status, page = await send({**fields, "csrf": hidden(page, "csrf")})
    assert status == 200
    assert len(await rows(database)) == 1


async def test_without_cookies_the_browsers_own_word_is_enough(
    client, blank, send, database
):
    fields = await blank()
    client.session.cookie_jar.clear()
    assert (await send(fields))[0] == 403
    assert (await send(fields, **{"Sec-Fetch-Site": "same-origin"}))[0] == 200


async def test_the_page_leaves_nothing_behind(client):
    answer = await client.get("/report")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age" not in cookie
    page = await answer.text()
    assert "style=" not in page
    assert re.search(r'(src|href)="https?://(?!www\.kazhydromet\.kz/)', page) is None


LANGUAGES = [
    # asked for in the address   accepted by the browser   page
    (None, "", "kk"),
    (None, "ru-RU,ru;q=0.9,en;q=0.5", "ru"),
    (None, "en;q=0.5,kk-KZ", "kk"),
    (None, "de, fr;q=0.5", "kk"),
    (None, "ru;q=abc,;;;,*", "kk"),
    ("ru", "kk", "ru"),
    ("xx", "en-US", "en"),
]


@pytest.mark.parametrize(("asked", "accept", "lang"), LANGUAGES)
async def test_the_page_is_in_the_readers_language(client, asked, accept, lang):
    answer = await client.get(
        "/report" + (f"?lang={asked}" if asked else ""), headers={"Accept-Language": accept}
    )
    assert f'<html lang="{lang}">' in await answer.text()


def test_the_same_sending_has_the_same_pin_and_another_has_its_own():
    form = read_form(urlencode({"form_id": str(uuid4()), "text": "a"}).encode())
    assert pin_of(b"k", external_id(form, b"e")) == pin_of(b"k", external_id(form, b"e"))
    other = read_form(urlencode({"form_id": form.form_id, "text": "b"}).encode())
    assert external_id(form, b"e") != external_id(other, b"e")


def test_a_token_holds_for_its_form_and_a_day():
    tokens = FormTokens(b"key")
    token, nonce = tokens.issue("f", NOW)
    assert tokens.read(token, "f", NOW).nonce == nonce
    assert tokens.read(token, "g", NOW) is None
    assert tokens.read(token[:-1] + ("0" if token[-1] != "0" else "1"), "f", NOW) is None
    assert tokens.read(token, "f", NOW + timedelta(hours=25)) is None
    assert FormTokens(b"other").read(token, "f", NOW) is None


def test_a_null_origin_is_our_own_page_under_no_referrer():
    assert not from_elsewhere({"Origin": "null"}, "h")
    assert not from_elsewhere({"Origin": "http://h"}, "h")
    assert from_elsewhere({"Origin": "http://h.evil"}, "h")
    assert from_elsewhere({"Origin": "null", "Sec-Fetch-Site": "same-site"}, "h")


@pytest.mark.parametrize(
    ("behind", "secure"), [("https", True), ("http", False), ("", False)]
)
async def test_behind_a_proxy_that_speaks_https_the_cookie_goes_by_nothing_else(
    client, behind, secure
):
    answer = await client.get("/report", headers={"X-Forwarded-Proto": behind})
    assert ("Secure" in answer.headers["Set-Cookie"]) is secure


@pytest.mark.parametrize(
    ("what", "asked", "kept"),
    [
        ("they want to talk and it goes on", ("talk", "again"), ("talk", "again")),
        ("they ask to come, now", ("come", "now"), ("come", "now")),
        ("nothing was chosen", ("", ""), (None, None)),
        ("a program sends what is no choice", ("<b>", "never"), (None, None)),
    ],
)
async def test_what_is_asked_for_is_kept_and_lowers_nothing(
    blank, send, database, what, asked, kept
):
    danger = "Отчим прямо сейчас бьёт ребёнка ножом"
    fields = await blank("ru")
    wish, happens = asked
    status, _ = await send({**fields, "text": danger, "wish": wish, "happens": happens})
    [contact] = await rows(database)
    assert status == 200
    assert (contact["wish"], contact["happens"]) == kept
    assert (contact["danger"], contact["urgency"]) == (True, 0), what


async def test_after_a_mistake_what_was_asked_for_is_still_chosen(blank, send):
    fields = await blank("ru")
    status, page = await send({**fields, "text": " ", "wish": "come", "happens": "now"})
    assert status == 422
    assert 'value="come" checked' in page
    assert 'value="now" checked' in page


async def test_what_is_asked_for_stands_on_the_contacts_page(
    blank, send, client, rt, database
):
    await send({**await blank("ru"), "wish": "come", "happens": "now"})
    [contact] = await rows(database)
    operator = await signed_in(client, await a_person(rt, "operator"))
    await operator.get(f"/contacts/{contact['receipt']}")
    assert "Просит приехать" in operator.html
    assert "Когда: Прямо сейчас" in operator.html
