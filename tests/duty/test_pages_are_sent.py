"""Sending: by the person's ways in order; durable, at least once, nothing of an address kept."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from hotline.actions.answer_page import answer_by_code
from hotline.actions.declare_conflict import declare_conflict
from hotline.actions.send_pages import send_pages
from hotline.actions.steps.accused import About
from tests.builders import a_case
from tests.notify.stand_ins import Providers

PHONE, CHAT = "+77010000011", "4711"


@pytest.fixture
async def providers(night):
    stand_in = Providers()
    async with TestServer(stand_in.app) as server:
        url = str(server.make_url("")).rstrip("/")
        night.rt.settings = replace(
            night.rt.settings, kannel_url=f"{url}/sms", kannel_user="u", kannel_password="p",
            telegram_api=f"{url}/tg", telegram_token="1:a", public_url="https://111.example",
        )  # fmt: skip
        yield stand_in


async def grave(night):
    await night.on_duty("uzpd-71", "guardian", "second guardian")
    await night.reached_by("guardian", ("sms", PHONE), ("telegram", CHAT))
    return await a_case(night.rt, night.people["operator"], urgency=0)


async def ways(night):
    return await night.database.fetchval(
        "SELECT ways FROM pages WHERE person_id = $1", night.who("guardian").person_id
    )


async def test_a_page_goes_out_says_nothing_of_the_case_and_is_answered_by_its_link(
    night, providers, client
):
    number = await grave(night)
    await night.send()
    text = next(
        query["text"] for path, query, *_ in providers.seen if path.startswith("/sms")
    )
    assert number in text
    case = await night.case(number)
    assert not [word for word in ("Физическ", "VIO", case["subcategory"]) if word in text]
    link = text.partition("https://111.example")[2]
    shown = await client.get(link)
    assert shown.status == 200
    assert number not in await shown.text()
    before = await night.woken(number)
    assert ("uzpd-71", "guardian", "sent") in before  # looking at the link answered nothing
    assert (await client.post(link)).status == 200
    assert ("uzpd-71", "guardian", "answered") in await night.woken(number)
    assert (await client.get("/page/zzzzzzzzzz")).status == 404
    assert (await client.post("/page/zzzzzzzzzz")).status == 404


async def test_a_form_of_another_site_answers_nothing(night, providers, client):
    number = await grave(night)
    await night.send()
    text = next(
        query["text"] for path, query, *_ in providers.seen if path.startswith("/sms")
    )
    link = text.partition("https://111.example")[2]
    answer = await client.post(link, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert ("uzpd-71", "guardian", "sent") in await night.woken(number)


async def test_a_way_that_fails_gives_way_to_the_next(night, providers):
    providers.answers["sms"] = (500, "down")
    await grave(night)
    await night.send()
    assert await ways(night) == ["sms:http_500", "telegram:sent"]


async def test_whom_no_provider_takes_is_passed_over_within_a_sweep(night, providers):
    providers.answers = {"sms": (500, "down"), "tg": (403, "blocked")}
    number = await grave(night)
    await night.send()
    await night.night_goes_on()
    states = {page[1]: page[2] for page in await night.woken(number)}
    assert states["guardian"] == "passed"
    assert "second guardian" in states


async def test_an_address_is_in_no_row_and_no_log(night, providers):
    providers.answers["sms"] = (500, PHONE)
    with capture_logs() as logged:
        await grave(night)
        await night.send()
    assert PHONE not in str(logged)
    rows = await night.database.fetch("SELECT data::text FROM case_events")
    pages = await night.database.fetch("SELECT p::text FROM pages p")
    assert PHONE[1:] not in str(rows) + str(pages)
    assert CHAT not in str([row["data"] for row in rows if "duty" in row["data"]])


async def test_a_worker_that_dies_before_its_commit_sends_the_same_code_again(
    night, providers
):
    number = await grave(night)
    rows = [
        r["id"]
        for r in await night.database.fetch("SELECT id FROM outbox WHERE job = 'wake_duty'")
    ]
    await send_pages(night.rt, rows)
    await night.database.execute("UPDATE pages SET state = 'waiting', sent_at = NULL")
    await night.database.execute("UPDATE outbox SET done_at = NULL WHERE job = 'wake_duty'")
    await send_pages(night.rt, rows)
    await send_pages(night.rt, rows)  # a third run finds nothing open
    texts = [query["text"] for path, query, *_ in providers.seen if path.startswith("/sms")]
    assert len(texts) == 2
    assert len(set(texts)) == 1
    assert await answer_by_code(night.rt, texts[0].rpartition("/")[2])
    assert ("uzpd-71", "guardian", "answered") in await night.woken(number)


@pytest.mark.parametrize("declared", ["by 111", "by rows alone"])
async def test_who_is_complained_of_before_the_message_goes_out_gets_none(
    night, providers, declared
):
    number = await grave(night)
    await night.reached_by("second guardian", ("sms", "+77010000022"))
    if declared == "by 111":
        about = [About("person", "guardian")]
        await declare_conflict(night.rt, night.who("operator"), number, about)
    else:
        await night.database.execute(
            "INSERT INTO complaints (case_id, kind, person_id, at)"
            " SELECT id, 'person', $2, now() FROM cases WHERE number = $1",
            number, night.who("guardian").person_id,
        )  # fmt: skip
    await night.send()
    assert providers.seen == []
    await night.night_goes_on()
    assert {query["to"] for _, query, *_ in providers.seen} == {"+77010000022"}
    assert ("uzpd-71", "second guardian", "sent") in await night.woken(number)
