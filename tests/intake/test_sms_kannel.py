"""Kannel's requests as smsbox makes them (seen on 1.4.5): every SMS is one contact."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.inbound import InboundKind
from hotline.cases.terms import OutboundState
from hotline.errors import RejectedInbound
from hotline.intake.channel import RawRequest
from hotline.intake.sms_kannel import KannelSms
from hotline.intake.sms_reports import KannelReports
from tests.conftest import SMS_SECRETS as SECRETS
from tests.intake.doors import example, opened, rows

DOOR = KannelSms(SECRETS)
AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
SEEN = (  # one request of a real smsbox
    b"k=sms-secret-new&from=%2B77000000012&to=111&id=6e4abdeb-216a-4b29-98de-fc9617f8714b"
    b"&smsc=fake1&ts=1795345514&coding=1&charset=8-BIT&udh=&text=%D0%9F%D0%BE%D0%BC+a+b%2Bc"
)


def get(query, **headers):
    return RawRequest(method="GET", headers=headers, query={}, body=query, at=AT)


def heard(query):
    [one] = DOOR.parse(get(query))
    return one


def asked(**fields):
    return urlencode(fields, quote_via=quote).encode()


async def test_what_a_real_smsbox_sends_is_one_contact_and_an_empty_answer(
    client, rt, database
):
    for _ in range(2):
        answer = await client.get(f"/intake/sms/kannel?{SEEN.decode()}")
        assert (answer.status, await answer.read()) == (200, b"")
    [contact] = await rows(database)
    assert (contact["channel"], contact["account"]) == ("sms", "kannel")
    assert contact["may_write"] is False  # silence: a phone may be watched
    inside = await opened(rt, database, contact)
    assert inside["text"] == "Пом a b+c"
    assert inside["who"]["identity"]["phone"] == "+77000000012"
    assert inside["raw"] == SEEN
    assert contact["occurred_at"] == datetime.fromtimestamp(1795345514, UTC)


async def test_the_example_of_the_contract_is_one_contact(client, rt, database):
    query = example("sms_kannel_utf16_query.txt").decode().strip()
    for _ in range(2):
        answer = await client.get(f"/intake/sms/kannel?k={SECRETS[0]}&{query}")
        assert answer.status == 200
    [contact] = await rows(database)
    assert (await opened(rt, database, contact))["text"] == "Көмек керек"


async def test_a_post_of_smsbox_is_kept_so_that_it_can_be_parsed_again(
    client, rt, database
):
    headers = {
        "X-Kannel-From": "+77000000012", "X-Kannel-To": "111", "X-Kannel-SMSC": "fake1",
        "X-Kannel-Time": "2026-11-22 11:05:14", "X-Kannel-Coding": "1",
        "Content-Type": "application/octet-stream",
    }  # fmt: skip
    url = f"/intake/sms/kannel?k={SECRETS[0]}&id=2e45"
    answer = await client.post(url, data="Пом & x=1".encode(), headers=headers)
    assert (answer.status, await answer.read()) == (200, b"")
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert inside["text"] == "Пом & x=1"
    assert SECRETS[0].encode() not in inside["raw"]
    again = heard(inside["raw"])
    assert (again.text, again.external_id) == ("Пом & x=1", "fake1:2e45")
    assert again.occurred_at == datetime(2026, 11, 22, 11, 5, 14, tzinfo=UTC)


async def test_a_posted_form_is_read_as_a_query_is(client, rt, database):
    form = asked(k=SECRETS[1], id="7", smsc="a") + b"&from=%2B77000000012&text=%CF%EE%EC"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/intake/sms/kannel", data=form, headers=kind)).status == 200
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert (inside["text"], inside["raw"]) == ("Пом", form)


SPLIT = [
    # what the body is     the body                       the words
    ("the words", b"SOS help me", "SOS help me"),
    ("words in Cyrillic", "Пом & 1=1".encode(), "Пом & 1=1"),
    ("a form of the words", b"text=%D0%9F%D0%BE%D0%BC", "Пом"),
]


@pytest.mark.parametrize(
    ("body", "words"), [row[1:] for row in SPLIT], ids=[row[0] for row in SPLIT]
)
async def test_who_wrote_may_stand_in_the_address_and_the_words_in_the_body(
    client, rt, database, body, words
):
    url = f"/intake/sms/kannel?k={SECRETS[0]}&from=%2B77000000012&id=9&smsc=a"
    for _ in range(2):
        answer = await client.post(url, data=body, headers={"Content-Type": "text/plain"})
        assert (answer.status, await answer.read()) == (200, b"")
    [contact] = await rows(database)
    inside = await opened(rt, database, contact)
    assert (inside["text"], contact["kind"]) == (words, "message")
    assert inside["who"]["identity"]["phone"] == "+77000000012"
    again = heard(inside["raw"])
    assert (again.text, again.external_id) == (words, "a:9")


FORGED = [
    # what is wrong                   the request
    ("no secret", b"from=1&text=a"),
    ("an empty secret", b"k=&from=1&text=a"),
    ("a wrong secret", b"k=sms-secret-old&text=a"),
    ("a secret with a tail", b"k=sms-secret-newx&text=a"),
    ("a secret in another field", b"from=sms-secret-new&text=a"),
    ("the wrong one first", b"k=wrong&k=sms-secret-new&text=a"),
    ("bytes that are no text", b"k=%FF%FE&text=a"),
    ("nothing at all", b""),
]


@pytest.mark.parametrize(("text", "query"), FORGED, ids=[name for name, _ in FORGED])
async def test_what_kannel_did_not_send_keeps_nothing(client, database, text, query):
    assert (await client.get(f"/intake/sms/kannel?{query.decode()}")).status == 401
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/intake/sms/kannel", data=query, headers=kind)
    assert answer.status == 401
    assert await rows(database) == []


@pytest.mark.parametrize("secret", ["wrong", SECRETS[0]])
async def test_what_no_sms_can_be_is_too_large_whoever_sends_it(client, database, secret):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    form = f"k={secret}&text=".encode() + b"%D0" * 200_000
    answer = await client.post("/intake/sms/kannel", data=form, headers=kind)
    assert answer.status == 413
    assert await rows(database) == []


async def test_the_secret_and_the_words_reach_no_log(client, capfd, caplog):
    await client.get(f"/intake/sms/kannel?{SEEN.decode()}")
    await client.get("/intake/sms/kannel?k=wrong-secret&from=%2B77000000012&text=sixwords")
    await client.get(f"/intake/sms/kannel/dlr?k={SECRETS[0]}&id=5&type=1")
    await client.get(f"/intake/sms/kannel?k={SECRETS[0]}")
    said = capfd.readouterr()
    everything = said.out + said.err + caplog.text
    assert "/intake/sms/kannel" in everything
    for secret in ("sms-secret", "wrong-secret", "77000000012", "sixwords", "Пом"):
        assert secret not in everything


LETTERS = [
    # what a person wrote         how it came                                  claims
    ("Көмек керек", quote("Көмек керек".encode()), "charset=UTF-8&coding=2"),
    ("Көмек керек", quote("Көмек керек".encode()), "charset=8-BIT&coding=1"),
    ("Көмек керек", quote("Көмек керек".encode()), "charset=windows-1251"),
    ("Көмек", quote("Көмек".encode("utf-16-be")), "charset=UTF-16BE&coding=2"),
    ("Көмек", quote("Көмек".encode("utf-16-be")), "charset=UTF-8&coding=2"),
    ("Көмек", "Көмек".encode("utf-16-be").hex(), "charset=UCS-2&coding=2"),
    ("Көмек", "Көмек".encode("utf-16-be").hex().upper(), "charset=UTF-8&coding=2"),
    ("Помогите", quote("Помогите".encode("cp1251")), "charset=UTF-8"),
    ("Помогите", quote("Помогите".encode("koi8-r")), "charset=ISO-8859-1"),
    ("әке ұрады", quote("әке ұрады".encode("kz1048")), "charset=windows-1251"),
    ("Көмек", quote(quote("Көмек".encode())), "charset=UTF-8"),
    ("100%", "100%25", ""),
    ("100% сразу", "100%+%D1%81%D1%80%D0%B0%D0%B7%D1%83", ""),
    ("a+b", "a%2Bb", ""),
    ("12345678", "12345678", "coding=0"),
    ("", "", "coding=0&charset=UTF-8"),
    ("Дом 🆘", quote("Дом 🆘".encode()), "coding=2"),
    ("Помогите", "Помогите".encode().hex(), "charset=UTF-8&coding=0"),
    ("他打我救命", quote("他打我救命".encode("utf-16-be")), "charset=UTF-16BE&coding=2"),
    ("ساعدوني", quote("ساعدوني".encode("utf-16-be")), "charset=UTF-16BE&coding=2"),
    ("Помогит", quote("Помогите".encode("utf-16-be")[:-1]), "charset=UTF-16BE&coding=2"),
    ("ПОМОГИТЕ", quote("ПОМОГИТЕ".encode("cp1251")), "charset=UTF-16BE&coding=2"),
    ("помогите", quote("помогите".encode("koi8-r")), "charset=UTF-16BE&coding=2"),
    ("face2face", "face2face", "coding=2"),
    ("cafebabe", "cafebabe", "coding=0"),
]


@pytest.mark.parametrize(("wrote", "came", "claims"), LETTERS)
def test_the_words_are_read_whatever_the_charset_claims(wrote, came, claims):
    one = heard(f"from=%2B77000000012&id=1&smsc=a&{claims}&text={came}".encode())
    assert (one.text, one.kind) == (wrote, InboundKind.MESSAGE)


SENDERS = [
    # who                       how it came          phone            handle
    ("a plain number", "%2B77000000012", "+77000000012", None),
    ("a plus read as a space", "+77000000012", "+77000000012", None),
    ("a plus escaped twice", "%252B77000000012", "+77000000012", None),
    ("no plus", "77000000012", "+77000000012", None),
    ("the long-distance eight", "87000000012", "+77000000012", None),
    ("a neighbour's country", "996555123456", "+996555123456", None),
    ("a name", "MCHS", None, "MCHS"),
    ("a name in Cyrillic", quote("Банк"), None, "Банк"),
    ("a short number", "1414", None, "1414"),
    ("nobody", "", None, None),
]


@pytest.mark.parametrize(("text", "came", "phone", "handle"), SENDERS)
def test_a_sender_is_a_number_that_can_be_called_or_a_name(text, came, phone, handle):
    one = heard(f"from={came}&id=1&smsc=a&text=x".encode())
    found = one.identity
    assert ((found and found.phone), (found and found.handle)) == (phone, handle)
    assert one.sender == (phone or handle)
    assert one.policy.may_write is False


KEYS = [
    # what came                         same as the first?
    (b"id=1&smsc=a&text=x", b"id=1&smsc=a&text=x", True),
    (b"id=1&smsc=a&text=x", b"id=1&smsc=b&text=x", False),
    (b"k=old&from=1&ts=5&text=x", b"k=new&from=1&ts=5&text=x", True),
    (b"from=1&ts=5&text=x", b"from=1&ts=6&text=x", False),
    (b"from=1&text=x", b"from=1&text=y", False),
]


@pytest.mark.parametrize(("one", "other", "same"), KEYS)
def test_one_sms_is_told_from_another(one, other, same):
    assert (heard(one).external_id == heard(other).external_id) is same


def test_the_same_words_without_any_id_are_a_new_call_for_help_a_minute_later():
    from datetime import timedelta

    raw = get(b"from=%2B77000000012&text=x")
    later = RawRequest("GET", {}, {}, raw.body, AT + timedelta(minutes=1))
    assert DOOR.parse(raw) == DOOR.parse(raw)
    assert DOOR.parse(raw)[0].external_id != DOOR.parse(later)[0].external_id


def test_a_strange_id_becomes_a_key_that_a_column_can_hold():
    for number in ("%00", "%ED%A0%BD", "x" * 5000, quote("й")):
        found = heard(f"id={number}&smsc=a&text=x".encode()).external_id
        assert found.isascii()
        assert len(found) <= 100
        assert "\0" not in found


MOMENTS = [
    # how it came              read as
    ("1795345514", datetime(2026, 11, 22, 11, 5, 14, tzinfo=UTC)),
    ("1795345514123", datetime(2026, 11, 22, 11, 5, 14, tzinfo=UTC)),
    ("2026-11-22+11:05", datetime(2026, 11, 22, 11, 5, tzinfo=UTC)),
    ("2026-11-22 11:05:14", datetime(2026, 11, 22, 11, 5, 14, tzinfo=UTC)),
    ("2026-13-22 11:05:14", None),
    ("yesterday", None),
    ("0", None),
    ("-5", None),
    ("9" * 30, None),
    ("", None),
]


@pytest.mark.parametrize(("came", "moment"), MOMENTS)
def test_a_moment_is_one_on_the_calendar_or_none(came, moment):
    assert (
        heard(asked(**{"from": "1", "id": "1", "ts": came, "text": "x"})).occurred_at
        == moment
    )


def test_parts_that_came_apart_follow_one_another():
    parts = [
        heard(f"from=%2B77000000012&id={n}&udh=%05%00%03%2A%02%0{n}&text=x".encode())
        for n in (2, 1)
    ]
    assert parts[0].follows == parts[1].follows != None  # noqa: E711
    assert len({part.external_id for part in parts}) == 2
    other = heard(b"from=%2B77000000013&id=3&udh=%05%00%03%2A%02%01&text=x")
    assert other.follows != parts[0].follows
    assert heard(b"from=%2B77000000012&id=4&udh=&text=x").follows is None


UNREADABLE = [
    # what came                                  what a person at 111 is shown of it
    (b"k=x&from=%2B77000000012&id=1", ""),
    (b"k=x&to=111", ""),
    (b"k=x&subject=%D0%BF%D0%BE%D0%BC%D0%BE%D0%B3%D0%B8%D1%82%D0%B5", "помогите"),
    (b"k=x&from=1414&id=1&coding=1&text=%00%01%02%03%04%05%FF%FE%06", None),
]


@pytest.mark.parametrize(("query", "shown"), UNREADABLE)
def test_what_is_ours_and_unreadable_waits_for_a_person(query, shown):
    one = heard(query)
    assert (one.kind, one.raw) == (InboundKind.UNPARSED, query)
    assert shown is None or shown in one.text


@pytest.mark.parametrize("query", [b"k=x", b"", b"k=x&\x00\x01", b"k=x\r\n", "й".encode()])
def test_what_is_no_form_is_refused(query):
    with pytest.raises(RejectedInbound):
        DOOR.parse(get(query))


def test_a_field_that_came_twice_loses_no_word():
    assert heard(b"from=1&id=1&text=one&text=two&text=one").text == "one\ntwo"


@given(st.binary(max_size=300), st.sampled_from(["", "8-BIT", "UTF-16BE", "koi8-r", "\0"]))
def test_any_bytes_as_words_are_one_message_with_all_that_came(data, charset):
    form = f"from=%2B77000000012&id=1&smsc=a&charset={quote(charset)}&text={quote(data)}"
    one = heard(form.encode())
    assert (one.external_id, one.raw) == ("a:1", form.encode())


@given(st.binary(max_size=300))
def test_any_bytes_as_a_form_are_a_contact_or_no_form(data):
    try:
        found = DOOR.parse(get(data))
    except RejectedInbound:
        return
    assert len(found) == 1
    assert found[0].external_id.isascii()


@given(st.text())
def test_any_text_in_utf8_is_kept_as_it_was_written(text):
    form = f"from=1&id=1&charset=8-BIT&text={quote(text.encode())}".encode()
    if len(text) > 1 and not text.startswith("\ufeff"):
        assert heard(form).text == text or any(letter < " " for letter in text)


async def bytes_on_the_line(client, line):
    """The status that a request line gets, sent as it stands."""
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


async def test_broken_escapes_and_bare_bytes_on_the_line_are_no_failure_of_ours(
    client, database
):
    start = b"GET /intake/sms/kannel?k=sms-secret-new&from=%2B77000000012&smsc=a&id="
    assert await bytes_on_the_line(client, start + b"1&text=%D0%9F%ZZ%D0%BE%") == 200
    assert await bytes_on_the_line(client, start + b"2&text=%00%01a;b=c&=&&=x") == 200
    bare = await bytes_on_the_line(client, start + "3&text=Пом".encode())
    assert bare in (200, 400)
    assert len(await rows(database)) == 2 + (bare == 200)


REPORTS = [
    # what became of it         type    state
    ("it was delivered", "1", OutboundState.DELIVERED),
    ("it failed", "2", OutboundState.FAILED),
    ("it waits", "4", OutboundState.SENT),
    ("the centre has it", "8", OutboundState.SENT),
    ("the centre refused it", "16", OutboundState.FAILED),
    ("delivered after all", "9", OutboundState.DELIVERED),
    ("nothing known", "0", None),
    ("no number", "x", None),
    ("an unknown bit", "32", None),
]


@pytest.mark.parametrize(("text", "told", "state"), REPORTS)
def test_a_report_says_what_became_of_our_message(text, told, state):
    found = KannelReports(SECRETS).parse(get(f"k=x&id=77&type={told}".encode()))
    assert [(one.our_id, one.state) for one in found] == ([(77, state)] if state else [])


@pytest.mark.parametrize("query", ["", "id=77", "type=1", "id=-1&type=1", "id=x&type=1"])
async def test_a_report_on_nothing_of_ours_is_taken_and_forgotten(client, database, query):
    answer = await client.get(f"/intake/sms/kannel/dlr?k={SECRETS[0]}&{query}")
    assert (answer.status, await answer.read()) == (200, b"")
    assert await rows(database) == []


async def test_a_forged_report_is_refused(client):
    answer = await client.get("/intake/sms/kannel/dlr?k=wrong&id=77&type=1")
    assert answer.status == 401
