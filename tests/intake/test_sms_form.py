"""A gateway that posts or gets a form: everything about it stands in the configuration."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import pytest

from hotline.cases.inbound import InboundKind
from hotline.config.channels import FormGateway, FormSignature, problems
from hotline.errors import NotGenuine, RejectedInbound
from hotline.intake.channel import Outcome, RawRequest
from hotline.intake.sms_form import FormSms
from tests.conftest import SMS_SECRETS
from tests.intake.doors import example, opened, rows

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RULES = FormGateway(
    account="gate", secret_field="psw", sender="phone", text="mes", id="sms_id", time="time",
    charset="windows-1251", answer="OK",
)  # fmt: skip
SIGNED = msgspec.structs.replace(
    RULES,
    secret_field="",
    signature=FormSignature(
        field="md5", hash="md5", of=["phone", "mes", "secret"], join=":"
    ),
)


def request(form, *, query=None, method="POST"):
    return RawRequest(method, {}, query or {}, form, AT)


def heard(form, rules=RULES):
    [one] = FormSms("gate", rules, SMS_SECRETS).parse(request(form))
    return one


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_example_is_one_contact_twice_posted(client, rt, database, method):
    form = example("sms_form_generic.txt")  # windows-1251
    for _ in range(2):
        if method == "POST":
            url = f"/intake/sms/form/generic?k={SMS_SECRETS[0]}"
            answer = await client.post(url, data=form, headers=FORM)
        else:
            query = f"k={SMS_SECRETS[0]}&{form.decode().strip()}"
            answer = await client.get(f"/intake/sms/form/generic?{query}")
        assert (answer.status, await answer.read()) == (200, b"")
    [contact] = await rows(database)
    assert (contact["channel"], contact["account"]) == ("sms", "generic")
    assert contact["may_write"] is False
    inside = await opened(rt, database, contact)
    assert inside["text"] == "Помогите"
    assert inside["who"]["identity"]["phone"] == "+77000000011"
    assert contact["occurred_at"] == datetime.fromtimestamp(1790000000, UTC)


FORGED = [
    # what is wrong            query                    form
    ("no secret", "", b"phone=1&mes=a&sms_id=1"),
    ("a wrong one", "?k=wrong", b"phone=1&mes=a&sms_id=1"),
    ("a wrong one in the form", "", b"k=wrong&phone=1&mes=a&sms_id=1"),
    ("an empty one", "?k=", b"phone=1&mes=a&sms_id=1"),
    ("the right one as words", "", f"phone=1&mes={SMS_SECRETS[0]}".encode()),
]


@pytest.mark.parametrize(("name", "query", "form"), FORGED, ids=[n for n, *_ in FORGED])
async def test_without_the_secret_nothing_is_kept(client, database, name, query, form):
    url = f"/intake/sms/form/generic{query}"
    assert (await client.post(url, data=form, headers=FORM)).status == 401
    assert await rows(database) == []


async def test_a_gateway_that_nobody_configured_has_no_door(client):
    url = f"/intake/sms/form/another?k={SMS_SECRETS[0]}"
    assert (await client.post(url, data=b"phone=1", headers=FORM)).status == 404


def test_nothing_is_genuine_while_there_is_no_secret():
    door = FormSms("gate", RULES, ())
    for form in (b"psw=&mes=a", b"mes=a", b"psw=x&mes=a"):
        with pytest.raises(NotGenuine):
            door.verify(request(form))


def test_the_answer_is_the_text_that_the_gateway_waits_for():
    assert FormSms("gate", RULES, ()).ack(Outcome()).body == b"OK"


def signed(phone, text, secret, hash_name="md5"):
    made = hashlib.new(hash_name, b":".join([phone, text, secret.encode()])).hexdigest()
    return f"phone={quote(phone)}&mes={quote(text)}&md5={made}".encode()


def test_a_signature_is_made_over_the_fields_as_they_came():
    door = FormSms("gate", SIGNED, SMS_SECRETS)
    words = "Помогите: срочно".encode("cp1251")
    for secret in SMS_SECRETS:
        form = signed(b"+77000000011", words, secret)
        door.verify(request(form))
        start, _, made = form.rpartition(b"=")
        door.verify(request(start + b"=" + made.upper()))
    good = signed(b"+77000000011", words, SMS_SECRETS[0])
    forged = [
        good[:-1] + (b"0" if good[-1:] != b"0" else b"1"),
        good.replace(b"11&", b"12&"),
        signed(b"+77000000011", words, "another"),
        good.partition(b"&md5")[0],
        b"",
    ]
    for form in forged:
        with pytest.raises(NotGenuine):
            door.verify(request(form))


READ = [
    # what came                                         words       kind
    (b"phone=1414&mes=&sms_id=1", "", InboundKind.MESSAGE),
    (b"phone=1414&sms_id=1", None, InboundKind.UNPARSED),
    (b"sms_id=1", None, InboundKind.UNPARSED),
    (b"something=%CF%EE%EC%EE%E3%E8%F2%E5", None, InboundKind.UNPARSED),
    (b"mes=%D0%9F%D0%BE%D0%BC", "Пом", InboundKind.MESSAGE),
    (b"mes=%EA%E0%EA&mes=%D2%D3%D2", "как\nТУТ", InboundKind.MESSAGE),
]


@pytest.mark.parametrize(("form", "words", "kind"), READ)
def test_whatever_comes_under_the_secret_is_a_contact(form, words, kind):
    one = heard(b"psw=x&" + form)
    assert one.kind is kind
    assert words is None or one.text == words


@pytest.mark.parametrize("form", [b"psw=x", b"", b"psw=x&\x00", "й".encode()])
def test_what_is_no_form_is_refused(form):
    with pytest.raises(RejectedInbound):
        heard(form)


def test_the_same_id_is_one_sms_and_no_id_is_told_by_its_words_and_time():
    assert heard(b"psw=a&sms_id=7&mes=x").external_id == "7"
    first = heard(b"psw=a&phone=1&mes=x&time=5")
    assert first.external_id == heard(b"psw=b&phone=1&mes=x&time=5").external_id
    assert first.external_id != heard(b"psw=a&phone=1&mes=x&time=6").external_id


WRONG = [
    # what is wrong                    changed                               named
    ("anybody could post", {"secret_field": ""}, "secret_field"),
    ("Kannel's account", {"account": "kannel"}, "account"),
    ("letters that are none", {"charset": "klingon"}, "charset"),
    (
        "a hash that anybody makes",
        {"signature": FormSignature(field="s", hash="md5", of=["mes"])},
        "signature.of",
    ),
]


@pytest.mark.parametrize(("name", "changed", "named"), WRONG, ids=[n for n, *_ in WRONG])
def test_a_gateway_that_cannot_work_is_refused_at_the_start(config, name, changed, named):
    rules = msgspec.structs.replace(RULES, **changed)
    bad = msgspec.structs.replace(config.channels, sms_gateways={"gate": rules})
    [found] = problems(bad)
    assert f"`sms_gateways.gate.{named}`" in found


def test_a_name_that_is_no_part_of_an_address_is_refused(config):
    bad = msgspec.structs.replace(config.channels, sms_gateways={"a/b": RULES})
    assert "a/b" in problems(bad)[0]


def test_two_gateways_do_not_share_an_account(config):
    both = {"a": RULES, "b": replace_account(RULES)}
    assert problems(msgspec.structs.replace(config.channels, sms_gateways=both)) == []
    same = {"a": RULES, "b": RULES}
    assert len(problems(msgspec.structs.replace(config.channels, sms_gateways=same))) == 2


def replace_account(rules):
    return msgspec.structs.replace(rules, account="other")
