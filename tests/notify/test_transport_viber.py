"""Viber: every answer is a 200, its `status` says how it went."""

import json

import pytest
from aiohttp.test_utils import TestServer

from hotline.notify.transport import Failed, Letter, Retry, Sent, Suppressed, Uncertain
from hotline.notify.transports import open_line
from hotline.notify.viber import ViberTransport
from tests.notify.stand_ins import Providers

LETTER = Letter(outbound_id=77, to="01234567890A=", text="Заявка принята", locale="ru")


@pytest.fixture
async def providers():
    found = Providers()
    found.answers["viber"] = (200, '{"status": 0, "message_token": 5000000000000000001}')
    async with TestServer(found.app) as server:
        found.url = str(server.make_url("")).rstrip("/")
        yield found


async def sent(url):
    async with open_line(1.0) as line:
        return await ViberTransport(f"{url}/viber/pa/", "445da6az").send(line, LETTER)


async def test_a_text_goes_out_under_a_name_that_says_nothing(providers):
    assert await sent(providers.url) == Sent("5000000000000000001")  # exact beyond 2**53
    [(path, _, headers, body)] = providers.seen
    assert path == "/viber/pa/send_message"
    assert headers["X-Viber-Auth-Token"] == "445da6az"
    said = json.loads(body)
    assert (said["receiver"], said["type"], said["text"]) == (
        LETTER.to,
        "text",
        LETTER.text,
    )
    assert said["sender"] == {"name": "Ответ"}
    assert said["tracking_data"] == "77"


def status(number, **more):
    return 200, json.dumps({"status": number, "status_message": "x", **more})


ANSWERS = [
    # what Viber says           answer                       result
    ("taken, no token", status(0), Sent()),
    ("a wrong token", status(2), Failed("token_expired")),
    ("bad data", status(3), Failed("viber_3")),
    ("not subscribed", status(6), Suppressed("not_subscribed")),
    ("our own account is blocked", status(7), Failed("viber_7")),
    ("too many", status(12), Retry(60.0, "viber_12")),
    ("a status of no shape", status("0"), Uncertain("bad_answer")),
    ("a status that is a truth", status(False), Uncertain("bad_answer")),
    ("none at all", (200, "{}"), Uncertain("bad_answer")),
    ("no JSON", (200, "ok"), Uncertain("bad_answer")),
    ("too many by status", (429, ""), Retry(5.0, "http_429")),
    ("it broke", (502, ""), Uncertain("http_502")),
    ("a redirect", (302, ""), Failed("http_302")),
    ("silence", 5.0, Uncertain("timeout")),
]


@pytest.mark.parametrize(
    ("name", "answer", "result"), ANSWERS, ids=[n for n, *_ in ANSWERS]
)
async def test_an_answer_of_viber_is_one_of_five_results(providers, name, answer, result):
    providers.answers["viber"] = answer
    assert await sent(providers.url) == result
    assert len(providers.seen) == 1
