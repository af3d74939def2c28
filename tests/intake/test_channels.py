"""The contract of docs (contract, section 6) over every registered channel.

A new channel proves itself by a row in CHANNELS: how its provider signs, and one body.
"""

import asyncio
import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from hotline.actions.decide_channel import decide_channel, foreign
from hotline.actions.make_change import decide_change
from hotline.cases.inbound import Inbound
from hotline.intake.routes import channels
from hotline.web.metrics import REGISTRY
from tests.builders import a_person
from tests.intake.doors import (
    Provider,
    example,
    opened,
    rows,
    signed,
    telegram,
    viber,
    whatsapp,
)

SMS_SECRET = "sms-secret-new"


def telegram_text(text):
    message = {"message_id": 77, "chat": {"id": 5, "type": "private"}, "text": text}
    return json.dumps({"update_id": 1, "message": message}).encode()


def partner_text(text):
    return json.dumps({"external_id": "X-1", "text": text}).encode()


def call_noting(text):
    told = {"type": "call.parked", "call_id": "c-1", "from": "+77000000021", "note": text}
    return json.dumps(told).encode()


def whatsapp_text(text):
    body = json.loads(example("wa_text_kk.json"))
    body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = text
    return json.dumps(body).encode()


def viber_text(text):
    body = json.loads(example("viber_message.json"))
    body["message"]["text"] = text
    return json.dumps(body).encode()


def kannel_text(text):
    said = quote(text.encode("utf-8", "surrogatepass"))
    return (
        f"k={SMS_SECRET}&from=%2B77000000011&to=111&id=8d1c6a5e&smsc=fake1&ts=1790000000"
        f"&coding=2&charset=8-BIT&text={said}"
    ).encode()


def generic_text(text):
    form = example("sms_form_generic.txt").strip()
    said = quote(text.encode("utf-8", "surrogatepass"))
    start, _, rest = form.partition(b"&mes=")
    rest = rest.partition(b"&")[2]
    return f"k={SMS_SECRET}&".encode() + start + f"&mes={said}&".encode() + rest


def another_secret(form):
    return form.replace(SMS_SECRET.encode(), SMS_SECRET[:-1].encode() + b"x")


CHANNELS = [
    Provider(
        name="telegram",
        sign=telegram,
        body=example("tg_text_mixed.json"),
        text="Салем, мне 14 жаста, үйде ұрып жатыр, көмектесіңіздерші",
        write=telegram_text,
        proof="X-Telegram-Bot-Api-Secret-Token",
        signs_body=False,
        unreadable=b'{"update_id": 5, "message": {"text": "\xd0\xb1\xd1\x8c\xd1\x8e\xd1\x82"}}',
        elsewhere=example("tg_group_message.json"),
        status=example("tg_blocked_bot.json"),
    ),
    Provider(
        name="whatsapp",
        sign=whatsapp,
        body=example("wa_text_kk.json"),
        text="Көршінің баласы күнде жылайды, ұрып жатыр деп ойлаймын. Шымкент, Қаратау ауданы",
        write=whatsapp_text,
        proof="X-Hub-Signature-256",
        unreadable=b'{"object": "whatsapp_business_account", "entry": {"text": "?"}}',
        several=(
            example("wa_batch_two_entries.json"),
            ("бірінші", "екінші", "үшінші"),
        ),
        elsewhere=example("wa_other_number.json"),
        status=example("wa_status_delivered.json"),
    ),
    Provider(
        name="viber",
        sign=viber,
        body=example("viber_message.json"),
        text="Помогите, пожалуйста",
        write=viber_text,
        proof="X-Viber-Content-Signature",
        unreadable=b'{"event": "message", "message_token": 7, "message": ["?"]}',
        status=b'{"event": "delivered", "message_token": 7, "user_id": "01234567890A="}',
    ),
    Provider(
        name="partner",
        sign=signed,
        body=example("partner_appeal_created.raw.json"),
        text="Соседи третий день слышат крики ребёнка, мать пьёт. г. Кентау, ул. Примерная, 14",
        write=partner_text,
        proof="webhook-signature",
        receipt=True,
        unreadable=None,  # a partner can mend its body, and is told how
    ),
    Provider(
        name="calls",
        channel="phone",
        sign=signed,
        body=call_noting("").replace(b"call.parked", b"call.ringing"),
        text="",
        write=call_noting,
        proof="webhook-signature",
        can_say=lambda _: False,  # a call has no words
        unreadable=b'{"type": "call.ringing", "call_id": ["c-1"]}',
    ),
    Provider(
        name="sms/kannel",
        channel="sms",
        method="GET",
        sign=lambda _: {},
        body=f"k={SMS_SECRET}&".encode() + example("sms_kannel_utf16_query.txt").strip(),
        text="Көмек керек",
        write=kannel_text,
        proof=None,
        forge=another_secret,
        json=False,
        can_say=lambda text: len(text) < 1000,  # characters: longer SMS are none
        writes_big=False,
        unreadable=f"k={SMS_SECRET}&from=%2B77000000011&id=8d1c6a5e".encode(),
    ),
    Provider(
        name="sms/form/generic",
        channel="sms",
        sign=lambda _: {"Content-Type": "application/x-www-form-urlencoded"},
        body=f"k={SMS_SECRET}&".encode() + example("sms_form_generic.txt"),
        text="Помогите",
        write=generic_text,
        proof=None,
        forge=another_secret,
        json=False,
        can_say=lambda text: len(text) < 1000,
        unreadable=f"k={SMS_SECRET}&phone=77000000011&sms_id=7000001".encode(),
    ),
]


SECRETS = (  # words, names, numbers and ids in the bodies, and an id that holds a number
    "көмек", "Көмек", "Айгүл", "Кентау", "Мысалқызы", "крики", "ұрып", "Помогите",
    "77000000031", "77000000011", "700000011", "KZ.1349120000000001", "01234567890A=",
    "HBgLNzcwMDAwMDAwMTEV",
)  # fmt: skip
PROMISED = "SELECT count(*) FROM outbox WHERE job = 'triage_contact'"


@pytest.fixture(params=CHANNELS, ids=[provider.name for provider in CHANNELS])
def provider(request):
    return request.param


def of_those(fits):
    """Only the channels that `fits` are asked."""
    asked = [one for one in CHANNELS if fits(one)]
    assert asked
    return pytest.mark.parametrize(
        "provider", asked, ids=[one.name for one in asked], indirect=True
    )


@pytest.fixture
def post(client, provider):
    async def send(body, headers=None):
        return await provider.post(client, body, headers)

    return send


@pytest.fixture
def channel(rt, provider):
    [found] = [one for one in channels(rt) if one.name == provider.name]
    return found


def test_every_registered_channel_is_in_this_suite(rt):
    assert {channel.name for channel in channels(rt)} == {one.name for one in CHANNELS}


async def test_a_genuine_message_is_one_sealed_contact(post, provider, rt, database):
    assert (await post(provider.body)).status in (200, 202)
    [contact] = await rows(database)
    named = provider.channel or provider.name
    assert (contact["channel"], contact["state"]) == (named, "received")
    inside = await opened(rt, database, contact)
    assert inside["text"] == provider.text
    assert inside["raw"] == provider.body
    assert await database.fetchval(PROMISED) == 1
    assert (
        await database.fetchval("SELECT count(*) FROM clocks WHERE name='human_eyes'") == 1
    )
    assert await database.fetchval("SELECT count(*) FROM case_events") == 1


async def test_the_same_message_again_adds_nothing(post, provider, database):
    first, again = await post(provider.body), await post(provider.body)
    assert again.status == 200
    if provider.receipt:
        assert first.status == 202
        assert (await first.json()) == (await again.json())
    assert len(await rows(database)) == 1


async def test_fifty_at_once_are_one_contact_and_one_receipt(post, provider, database):
    answers = await asyncio.gather(*(post(provider.body) for _ in range(50)))
    assert {answer.status for answer in answers} <= {200, 202}
    [contact] = await rows(database)
    said = {await answer.text() for answer in answers}
    assert len(said) == 1
    if provider.receipt:
        assert contact["receipt"] in said.pop()
    # Who is answered with a receipt has been acknowledged: a clock of its own.
    clocks = 2 if provider.receipt else 1
    assert await database.fetchval(PROMISED) == 1
    wanted = {"clocks": clocks, "case_events": 1, "keyring.keys": 1}
    for table, rows_in_it in wanted.items():
        found = await database.fetchval(f"SELECT count(*) FROM {table}")
        assert found == rows_in_it, table


async def test_a_forged_proof_or_none_keeps_nothing(client, post, provider, database):
    assert (await provider.post_forged(client)).status in (401, 403)
    if provider.proof is not None:
        assert (await post(provider.body, {})).status == 401
        good = provider.sign(provider.body)
        if provider.signs_body:
            assert (await post(provider.body + b" ", good)).status == 401
    assert await rows(database) == []


HOSTILE = [
    # what is in the header
    ("empty", ""),
    ("not ASCII", "тайна"),
    ("Latin-1 bytes", "\udce9\udcff"),
    ("no comma", "v1"),
    ("two commas", "v1,AAAA,BBBB"),
    ("bad base64", "v1,%%%"),
    ("many signatures", "v1,AAAA " * 200),
    ("another version", "v2,AAAA"),
]


@of_those(lambda provider: provider.proof is not None)
@pytest.mark.parametrize("value", [v for _, v in HOSTILE], ids=[n for n, _ in HOSTILE])
async def test_hostile_headers_are_just_not_genuine(post, provider, database, value):
    good = provider.sign(provider.body)
    hostile = {**good, provider.proof: value}
    assert (await post(provider.body, hostile)).status == 401
    assert await rows(database) == []


BROKEN = [
    # what came with a good signature          body -> body                          code
    ("truncated", lambda body: body[: len(body) // 2], "not_json"),
    ("empty", lambda _: b"", "not_json"),
    ("not JSON", lambda _: b"hello", "not_json"),
    ("NaN", lambda _: b'{"a": NaN}', "not_json"),
    ("UTF-16", lambda body: body.decode().encode("utf-16"), "not_utf8"),
    ("not UTF-8", lambda _: b'{"text": "\xff\xfe"}', "not_utf8"),
    ("100,000 arrays deep", lambda _: b"[" * 100_000, "too_deep"),
    ("deep and closed", lambda _: b'{"a":' * 500 + b"1" + b"}" * 500, "too_deep"),
    (
        "a number of 5,000 digits",
        lambda _: b'{"update_id": ' + b"9" * 5000 + b"}",
        "not_json",
    ),
]


@of_those(lambda provider: provider.json)
@pytest.mark.parametrize(
    ("change", "code"), [(c, k) for _, c, k in BROKEN], ids=[name for name, _, _ in BROKEN]
)
async def test_genuine_but_broken_is_refused_and_counted(
    post, provider, database, change, code
):
    def counted():
        labels = {"channel": provider.name, "reason": code}
        return REGISTRY.get_sample_value("hotline_intake_refused_total", labels) or 0

    before = counted()
    answer = await post(change(provider.body))
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (400, code)
    assert answer.content_type == "application/problem+json"
    assert counted() == before + 1
    assert await rows(database) == []


async def test_ten_megabytes_are_too_large_announced_or_not(post, provider, database):
    if not provider.writes_big:
        pytest.skip("a query string ends sooner")
    huge = provider.write("я" * 10_000_000)
    assert (await post(huge)).status == 413

    async def in_parts():
        for start in range(0, len(huge), 65536):
            yield huge[start : start + 65536]

    answer = await post(in_parts(), provider.sign(b"{}"))
    assert (answer.status, (await answer.json())["code"]) == (413, "too_large")
    assert await rows(database) == []


STRANGE = [
    # what the person wrote
    ("nothing", ""),
    ("NUL", "до\x00после"),
    ("emoji", "👨‍👩‍👧‍👦 помогите 🆘"),
    ("half a surrogate pair", "обрыв \ud83d"),
    ("a right-to-left override", "\u202eтекст"),
    ("one megabyte", "ұрып жатыр " * 50_000),
]


@pytest.mark.parametrize("text", [t for _, t in STRANGE], ids=[n for n, _ in STRANGE])
async def test_strange_texts_are_kept_whole(post, provider, rt, database, text):
    if not provider.can_say(text):
        pytest.skip("the format does not hold this text")
    assert (await post(provider.write(text))).status in (200, 202)
    [contact] = await rows(database)
    assert (await opened(rt, database, contact))["text"] == text


async def test_what_was_kept_is_parsed_again_to_the_same(
    post, provider, channel, rt, database
):
    for body in (provider.body, provider.write("до\x00после"), provider.unreadable):
        if body is not None and (body is provider.body or provider.can_say("\0")):
            await post(body)
    contacts = await rows(database)
    assert contacts
    for contact in contacts:
        inside = await opened(rt, database, contact)
        [again] = provider.heard_again(channel, inside["raw"])
        assert keyed(rt, again) == contact["external_id"]
        assert (again.text, again.kind) == (inside["text"], contact["kind"])


async def test_every_message_of_one_body_is_a_contact_of_its_own(
    post, provider, channel, rt, database
):
    if provider.several is None:
        pytest.skip("this provider sends one message at a time")
    body, texts = provider.several
    for _ in range(2):
        assert (await post(body)).status in (200, 202)
    contacts = await rows(database)
    inside = [await opened(rt, database, contact) for contact in contacts]
    assert sorted(one["text"] for one in inside) == sorted(texts)
    for contact, one in zip(contacts, inside, strict=True):
        [again] = provider.heard_again(channel, one["raw"])
        assert (keyed(rt, again), again.text) == (contact["external_id"], one["text"])
        others = set(texts) - {one["text"]}
        assert not any(text.encode() in one["raw"] for text in others)


async def test_messages_come_in_any_order_and_in_parts(post, provider, rt, database):
    if provider.several is None:
        pytest.skip("this provider sends one message at a time")
    body, texts = provider.several
    await post(body)
    raws = [(await opened(rt, database, one))["raw"] for one in await rows(database)]
    for raw in reversed(raws):
        assert (await post(raw)).status == 200
    assert len(await rows(database)) == len(texts)


@pytest.mark.parametrize("which", ["elsewhere", "status"])
async def test_what_is_no_message_to_us_is_taken_and_not_kept(
    post, provider, database, which
):
    body = getattr(provider, which)
    if body is None:
        pytest.skip("this provider sends no such thing")
    for _ in range(2):
        answer = await post(body)
        assert (answer.status, await answer.text()) == (200, "")
    assert await rows(database) == []


async def test_a_foreign_messenger_that_is_off_keeps_nothing_and_says_so(
    client, post, provider, rt, clock, database
):
    rt.settings = replace(rt.settings, demo=False)
    is_foreign = provider.name in foreign(rt)
    answer = await post(provider.body)
    if not is_foreign:
        assert answer.status in (200, 202)
        return
    assert (answer.status, (await answer.json())["code"]) == (503, "channel_off")
    labels = {"channel": provider.name, "reason": "channel_off"}
    assert REGISTRY.get_sample_value("hotline_intake_refused_total", labels) >= 1
    assert int(answer.headers["Retry-After"]) > 0
    assert (await provider.post_forged(client)).status == 401
    assert await rows(database) == []
    admin, second = await a_person(rt, "admin"), await a_person(rt, "supervisor")
    await decide_channel(rt, admin.viewer, provider.name, enable=True, reason="Приказ № 7")
    assert (await post(provider.body)).status == 503, "one alone let words go abroad"
    change = await database.fetchval("SELECT max(id) FROM changes")
    await decide_change(rt, second.viewer, change, agree=True)
    assert (await post(provider.body)).status == 200
    assert len(await rows(database)) == 1


def keyed(rt, inbound):
    """The id under which a contact is found: keyed where somebody wrote it."""
    assert isinstance(inbound, Inbound)
    if inbound.sender is None:
        return inbound.external_id
    return rt.sealer.trace("external_id", inbound.external_id).hex()


async def test_what_is_ours_and_unreadable_waits_for_a_person(post, provider, rt, database):
    if provider.unreadable is None:
        pytest.skip("a partner gets 400 with the field at fault")
    for _ in range(2):
        assert (await post(provider.unreadable)).status == 200
    [contact] = await rows(database)
    assert (contact["state"], contact["kind"]) == ("unparsed", "unparsed")
    assert (await opened(rt, database, contact))["raw"] == provider.unreadable


async def test_while_the_store_is_away_the_sender_keeps_its_copy(
    post, provider, rt, monkeypatch, tmp_path
):
    monkeypatch.setitem(rt.intake._options, "host", str(tmp_path))  # nobody listens there
    answer = await post(provider.body)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert (await answer.json())["code"] == "unavailable"


async def test_no_plain_text_stands_in_the_database(post, provider, database):
    await post(provider.body)
    tables = await database.fetch(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname IN ('public', 'keyring')"
    )
    dump = ""
    for table in tables:
        name = f'{table["schemaname"]}."{table["tablename"]}"'
        for row in await database.fetch(f"SELECT t::text AS line FROM {name} t"):
            dump += row["line"]
    for secret in SECRETS:
        assert secret not in dump
        assert secret.encode().hex() not in dump  # bytea is shown in hex


async def test_no_word_or_number_reaches_a_log(client, post, provider, capfd, caplog):
    await post(provider.body)
    await provider.post_forged(client)
    await post(provider.body[:-2])
    said = capfd.readouterr()
    everything = said.out + said.err + caplog.text
    assert "request_answered" in everything
    for secret in SECRETS:
        assert secret not in everything
