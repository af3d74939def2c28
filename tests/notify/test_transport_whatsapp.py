"""WhatsApp Cloud: a number, an id or a template; what each answer means."""

import json
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from hotline.notify.transport import Failed, Letter, Retry, Sent, Suppressed, Uncertain
from hotline.notify.transports import open_line
from hotline.notify.whatsapp import WhatsAppTransport
from tests.notify.stand_ins import Providers

LETTER = Letter(outbound_id=77, to="77000000012", text="Заявка принята", locale="ru")
TAKEN = (200, '{"messaging_product": "whatsapp", "messages": [{"id": "wamid.OUT1"}]}')


@pytest.fixture
async def providers():
    found = Providers()
    found.answers["wa"] = TAKEN
    async with TestServer(found.app) as server:
        found.url = str(server.make_url("")).rstrip("/")
        yield found


async def sent(url, letter=LETTER):
    transport = WhatsAppTransport(f"{url}/wa/v23.0/", "100000000000111", "EAA-token")
    async with open_line(1.0) as line:
        return await transport.send(line, letter)


async def test_a_text_goes_to_the_number_with_our_own_number_on_it(providers):
    assert await sent(providers.url) == Sent("wamid.OUT1")
    [(path, _, headers, body)] = providers.seen
    assert path == "/wa/v23.0/100000000000111/messages"
    assert headers["Authorization"] == "Bearer EAA-token"
    assert json.loads(body) == {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "77000000012",
        "biz_opaque_callback_data": "77", "type": "text",
        "text": {"preview_url": False, "body": "Заявка принята"},
    }  # fmt: skip


async def test_who_shows_no_number_is_written_to_by_their_id(providers):
    await sent(providers.url, replace(LETTER, to="KZ.13491208655302741918"))
    said = json.loads(providers.seen[0][3])
    assert (said["recipient"], "to" in said) == ("KZ.13491208655302741918", False)


async def test_outside_the_window_an_approved_template_goes_and_no_word_of_ours(providers):
    await sent(providers.url, replace(LETTER, template="may_we_write"))
    said = json.loads(providers.seen[0][3])
    assert said["type"] == "template"
    assert said["template"] == {"name": "may_we_write", "language": {"code": "ru"}}
    assert "Заявка" not in json.dumps(said, ensure_ascii=False)


@pytest.mark.parametrize("to", ["group:120:77000000012", "", "../x", "a b", "+"])
async def test_nothing_is_written_into_a_group_or_to_no_address(providers, to):
    assert await sent(providers.url, replace(LETTER, to=to)) == Failed("no_address")
    assert providers.seen == []


def error(status, code, **more):
    return status, json.dumps({"error": {"message": "x", "code": code, **more}})


ANSWERS = [
    # what WhatsApp says                answer                  result
    ("taken", TAKEN, Sent("wamid.OUT1")),
    ("24 hours are over", error(400, 131047), Failed("window_closed")),
    ("the same in a 200", error(200, 131047), Failed("window_closed")),
    ("not on WhatsApp", error(400, 131026), Failed("not_on_whatsapp")),
    ("too many for the number", error(429, 130429), Retry(60.0, "wa_130429")),
    ("too many for the account", error(400, 80007), Retry(60.0, "wa_80007")),
    ("too many to this person", error(400, 131056), Retry(60.0, "wa_131056")),
    ("too many, no words", (429, ""), Retry(5.0, "http_429")),
    ("the token ended", error(401, 190), Failed("token_expired")),
    ("the token ended, oddly told", error(400, 190), Failed("token_expired")),
    ("not authorised, no words", (401, ""), Failed("token_expired")),
    ("the person stopped us", error(400, 131050), Suppressed("wa_131050")),
    ("an unknown fault of ours", error(400, 132000), Failed("wa_132000")),
    ("a code of no shape", error(400, "bad"), Failed("refused")),
    ("an error of no shape", (200, '{"error": "bad"}'), Failed("refused")),
    ("a code of 5,000 digits", (400, '{"error": {"code": ' + "9" * 5000 + "}}"), Failed("http_400")),
    ("it broke and says so", error(500, 131000), Uncertain("http_500")),
    ("it broke", (500, "oops"), Uncertain("http_500")),
    ("it is away", (503, ""), Retry(30.0, "http_503")),
    ("a 200 without an id", (200, "{}"), Uncertain("bad_answer")),
    ("ids of no shape", (200, '{"messages": [{"id": {"a": 1}}]}'), Uncertain("bad_answer")),
    ("a list", (200, "[]"), Uncertain("bad_answer")),
    ("no JSON", (200, "<html>"), Uncertain("bad_answer")),
    ("a redirect", (302, ""), Failed("http_302")),
    ("silence", 5.0, Uncertain("timeout")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer", "result"), ANSWERS, ids=[n for n, *_ in ANSWERS]
)
async def test_an_answer_of_whatsapp_is_one_of_five_results(
    providers, name, answer, result
):
    providers.answers["wa"] = answer
    assert await sent(providers.url) == result
    assert len(providers.seen) == 1
