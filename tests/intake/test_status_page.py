"""How a report stands: by number and PIN, slowly for whoever guesses."""

import asyncio
import re
from datetime import timedelta

import pytest

from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import Inbound
from hotline.cases.stage import stage
from hotline.cases.terms import Channel
from tests.intake.doors import rows

PIN = "012345"


@pytest.fixture
async def receipt(rt):
    inbound = Inbound(Channel.WEB, "report", "f", "Құпия мәтін", b"", pin=PIN)
    return (await receive_contact(rt, inbound)).receipt


@pytest.fixture
def ask(client):
    async def post(receipt, pin, lang="ru"):
        fields = {"receipt": receipt, "pin": pin, "lang": lang}
        answer = await client.post("/status", data=fields)
        return answer, await answer.text()

    return post


async def test_number_and_pin_show_the_state_and_the_thread(ask, receipt):
    answer, page = await ask(f" {receipt} ", "012 345")
    assert answer.status == 200
    assert "Оно у нас" in page
    assert "20.11.2026, 10:00" in page
    assert "Құпия мәтін" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


async def test_the_page_without_the_pin_shows_nothing(ask, client, receipt):
    _, refused = await ask(receipt, "999999")
    for page in (refused, await (await client.get("/status")).text()):
        assert "Құпия мәтін" not in page


@pytest.mark.parametrize("between", ["", " ", " - ", "\u2013", "\u2212"])
async def test_a_number_may_be_typed_without_its_dashes(ask, receipt, between):
    answer, page = await ask(receipt.replace("-", between), f" {PIN[:3]} {PIN[3:]}")
    assert answer.status == 200
    assert receipt in page


def without_form_id(asked):
    """Return answer and page but for what every page has anew."""
    return asked[0], re.sub(r'name="form_id" value="[^"]*"', "", asked[1])


async def test_an_unknown_number_answers_exactly_as_a_wrong_pin(ask, receipt, clock):
    for _ in range(8):
        known, page = without_form_id(await ask(receipt, "999999"))
        unknown, other = without_form_id(await ask("26-123456-7", "999999"))
        assert (known.status, page.replace(receipt, "")) == (
            unknown.status,
            other.replace("26-123456-7", ""),
        )
        clock.forward(timedelta(seconds=1))


async def test_wrong_pins_slow_down_and_never_lock_out(ask, receipt, clock):
    for _ in range(5):
        assert (await ask(receipt, "999999"))[0].status == 403
    answer, page = await ask(receipt, PIN)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) == 2
    assert "через 2 секунды" in page
    for _ in range(30):
        clock.forward(timedelta(seconds=60))
        assert (await ask(receipt, "999999"))[0].status == 403
    assert (await ask(receipt, PIN))[0].status == 429
    clock.forward(timedelta(seconds=60))
    assert (await ask(receipt, PIN))[0].status == 200
    assert (await ask(receipt, "999999"))[0].status == 403  # and the count began anew


async def test_guesses_at_once_are_counted_one_by_one(ask, receipt):
    answers = await asyncio.gather(*(ask(receipt, "999999") for _ in range(20)))
    statuses = sorted(answer.status for answer, _ in answers)
    assert statuses == [403] * 5 + [429] * 15


async def test_a_contact_without_a_pin_opens_to_nobody(ask, rt):
    kept = await receive_contact(rt, Inbound(Channel.TELEGRAM, "b", "1", "a", b""))
    for pin in ("", "None", "000000"):
        assert (await ask(kept.receipt, pin or "0"))[0].status == 403


BAD = [("", ""), ("26-000000-0", ""), ("", "1"), ("x" * 5000, "1"), ("\0", "\0")]


@pytest.mark.parametrize(("number", "pin"), BAD)
async def test_what_is_no_number_is_told_so(ask, database, number, pin):
    answer, page = await ask(number, pin)
    assert answer.status in (403, 413, 422)
    assert answer.status == 413 or 'role="alert"' in page
    assert await rows(database) == []


STAGES = [
    # contact       case               stage
    ("received", None, "received"),
    ("triaged", None, "received"),
    ("unparsed", None, "received"),
    ("spam", None, "received"),  # nobody is told that we took it for spam
    ("closed", None, "read"),
    ("attached", "triage", "in_work"),
    ("attached", "reopened", "in_work"),
    ("attached", "closed", "ended"),
]


@pytest.mark.parametrize(("state", "case", "said"), STAGES)
def test_stages_are_few_and_neutral(state, case, said):
    assert stage(state, case) == said
