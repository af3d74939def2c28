"""A partner is told when its report moves on: signed, again when refused, never the words."""

import asyncio
import json
import socket
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec import structs
from standardwebhooks import Webhook

from hotline.actions.close_contact import close_contact
from hotline.actions.deliver_hooks import deliver_one, promise_due, waiting
from hotline.actions.manage_hooks import add_hook, list_hooks, rotate_hook, send_again
from hotline.cases.stage import stage
from hotline.cases.terms import CaseStatus, ContactState, JobName
from hotline.config.channels import problems
from hotline.errors import NotAllowed, RuleForbids
from tests.builders import QUESTION, a_contact, owed
from tests.story import everybody


class Receiver:
    """A partner's server; answers what it is told to."""

    def __init__(self):
        self.heard, self.answers = [], []

    async def hear(self, request):
        self.heard.append((dict(request.headers), await request.read()))
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        return web.Response(status=status, headers=headers)


@pytest.fixture
async def receiver():
    return Receiver()


@pytest.fixture
async def address(receiver):
    app = web.Application()
    app.router.add_post("/hook", receiver.hear)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook"))


@pytest.fixture
async def people(rt):
    return await everybody(rt)


@pytest.fixture
def admin(people):
    return people["admin"].viewer


@pytest.fixture
async def secret(rt, admin, address):
    return await add_hook(rt, admin, "eotinish", address)


async def relay(rt, database):
    """What the outward worker does with all that is promised."""
    ids = [
        row["id"]
        for row in await database.fetch(
            "SELECT id FROM outbox WHERE job = 'deliver_hook' AND done_at IS NULL ORDER BY id"
        )
    ]
    return [await deliver_one(rt, row_id) for row_id in await waiting(rt, ids)]


async def a_closed_report(rt, people):
    receipt = await a_contact(rt, QUESTION)
    await close_contact(rt, people["operator"].viewer, receipt, "information_given")
    return receipt


async def test_the_partner_hears_that_its_report_was_read(
    rt, database, people, secret, receiver
):
    receipt = await a_closed_report(rt, people)
    assert await relay(rt, database) == ["sent"]
    [(headers, body)] = receiver.heard
    clock = headers["webhook-timestamp"]
    assert (
        Webhook(secret).sign(headers["webhook-id"], rt.clock.now(), body.decode())
        == (headers["webhook-signature"])
    )
    assert int(clock) == int(rt.clock.now().timestamp())
    told = json.loads(body)
    assert told["type"] == "report.moved"
    assert told["data"] == {
        "receipt": receipt,
        "external_id": told["data"]["external_id"],
        "state": "closed",
        "stage": "read",
    }
    assert QUESTION[:8] not in body.decode()


async def test_a_whole_case_is_told_stage_by_stage_and_nothing_twice(
    rt, database, people, secret, receiver, clock
):
    from tests.story import Story

    story = Story(rt, clock, database, people)
    await story.message()  # danger: a case inside 111 at once
    await relay(rt, database)
    stages = [json.loads(body)["data"]["stage"] for _, body in receiver.heard]
    assert stages == ["in_work"]
    assert await relay(rt, database) == []


async def test_refused_it_comes_again_later_with_the_same_name_and_bytes(
    rt, database, people, secret, receiver, clock
):
    receiver.answers = [(500, {}), (503, {"Retry-After": "900"}), (200, {})]
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["queued"]
    assert await promise_due(rt) == 0
    clock.forward(timedelta(seconds=6))
    assert await promise_due(rt) == 1
    assert await promise_due(rt) == 0  # promised already
    assert await relay(rt, database) == ["queued"]
    clock.forward(timedelta(minutes=6))
    assert await promise_due(rt) == 0  # the partner asked for a quarter of an hour
    clock.forward(timedelta(minutes=10))
    assert await promise_due(rt) == 1
    assert await relay(rt, database) == ["sent"]
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert len({body for _, body in receiver.heard}) == 1


async def test_after_the_last_try_it_is_given_up_and_a_person_may_send_it_again(
    rt, database, people, secret, admin, receiver, clock
):
    receiver.answers = [(500, {})] * 20
    await a_closed_report(rt, people)
    said = await relay(rt, database)
    while said == ["queued"]:
        clock.forward(timedelta(days=2))
        await promise_due(rt)
        said = await relay(rt, database)
    assert said == ["dead"]
    tries = len(receiver.heard)
    [hook] = await list_hooks(rt, admin)
    [event] = hook.log
    assert (event.state, event.attempts, event.status) == ("dead", tries, 500)
    receiver.answers = []
    await send_again(rt, admin, event.id)
    await promise_due(rt)
    assert await relay(rt, database) == ["sent"]


async def test_410_switches_the_hook_off_and_nothing_more_is_sent(
    rt, database, people, secret, admin, receiver
):
    receiver.answers = [(410, {})]
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["dead"]
    [hook] = await list_hooks(rt, admin)
    assert (hook.state, hook.reason) == ("disabled", "gone")
    await a_closed_report(rt, people)
    assert await relay(rt, database) == []
    assert len(receiver.heard) == 1


async def test_a_redirect_is_not_followed(rt, database, people, secret, receiver):
    receiver.answers = [(302, {"Location": "http://127.0.0.1:1/elsewhere"})]
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["queued"]
    assert len(receiver.heard) == 1


async def test_a_partner_that_is_away_is_tried_again(rt, database, people, admin, clock):
    await add_hook(rt, admin, "eotinish", "http://127.0.0.1:9/hook")
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["queued"]
    [hook] = await list_hooks(rt, admin)
    assert hook.log[0].reason == "ClientConnectorError"


INSIDE = [
    ("this machine", "https://127.0.0.1:{port}/hook", "private_address"),
    ("this machine in other words", "https://127.1:{port}/hook", "bad_address"),
    ("this machine by its name", "https://localhost:{port}/hook", "private_address"),
    ("a network of ours", "https://10.11.12.13/hook", "private_address"),
    ("what the machine itself is told", "https://169.254.169.254/hook", "private_address"),
    ("IPv4 within IPv6", "https://[::ffff:127.0.0.1]:{port}/hook", "private_address"),
]


@pytest.mark.parametrize(
    ("where", "code"), [i[1:] for i in INSIDE], ids=[i[0] for i in INSIDE]
)
async def test_outside_a_demo_no_hook_reaches_into_our_own_network(
    rt, database, people, admin, receiver, address, where, code
):
    rt.settings = replace(rt.settings, demo=False)
    port = address.rpartition(":")[2].partition("/")[0]
    await add_hook(rt, admin, "eotinish", where.format(port=port))
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["queued"]
    [hook] = await list_hooks(rt, admin)
    assert hook.log[0].reason == code
    assert receiver.heard == []


async def test_a_name_that_leads_inside_by_now_is_not_followed(
    rt, database, people, admin, receiver, monkeypatch
):
    async def inside(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

    rt.settings = replace(rt.settings, demo=False)
    await add_hook(rt, admin, "eotinish", "https://partner.example/hook")
    await a_closed_report(rt, people)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", inside)
    [ready] = (await waiting(rt, await owed(rt, JobName.DELIVER_HOOK))).keys()
    post = partial(deliver_one, rt, ready)
    assert await post() == "queued"
    monkeypatch.undo()
    [hook] = await list_hooks(rt, admin)
    assert hook.log[0].reason == "private_address"


async def test_a_partner_within_our_network_is_reached_where_configuration_says_so(
    rt, database, people, admin, receiver, address
):
    rt.settings = replace(rt.settings, demo=False)
    with pytest.raises(RuleForbids):
        await add_hook(rt, admin, "eotinish", address)
    rules = rt.config.channels
    ours = structs.replace(
        rules.of_partner("eotinish"), hook_origins=[address.removesuffix("/hook")]
    )
    partners = {**rules.partners, "eotinish": ours}
    rt.config = replace(rt.config, channels=structs.replace(rules, partners=partners))
    await add_hook(rt, admin, "eotinish", address)
    await a_closed_report(rt, people)
    assert await relay(rt, database) == ["sent"]
    assert len(receiver.heard) == 1


async def test_while_a_partner_changes_over_both_secrets_sign(
    rt, database, people, secret, admin, receiver
):
    [hook] = await list_hooks(rt, admin)
    newer = await rotate_hook(rt, admin, hook.id)
    await a_closed_report(rt, people)
    await relay(rt, database)
    [(headers, body)] = receiver.heard
    signed = {
        Webhook(one).sign(headers["webhook-id"], rt.clock.now(), body.decode())
        for one in (secret, newer)
    }
    assert set(headers["webhook-signature"].split(" ")) == signed


async def test_another_partner_s_reports_are_not_told(
    rt, database, people, secret, receiver
):
    receipt = await a_contact(rt, QUESTION)
    await database.execute("UPDATE contacts SET account = 'ngo'")
    await close_contact(rt, people["operator"].viewer, receipt, "information_given")
    assert await relay(rt, database) == []
    assert receiver.heard == []


async def test_address_and_secret_stand_in_no_table_in_plain_words(
    rt, database, people, secret, address
):
    await a_closed_report(rt, people)
    dump = ""
    for table in ("hooks", "deliveries", "case_events", "outbox"):
        for row in await database.fetch(f"SELECT t::text AS line FROM {table} t"):
            dump += row["line"]
    for told in (address, secret, secret.removeprefix("whsec_")):
        assert told not in dump
        assert told.encode().hex() not in dump


BAD = [
    # what an administrator typed          address
    ("plain http", "http://partner.example/hook"),
    ("a user and a password", "https://a:b@partner.example/hook"),
    ("no host", "https:///hook"),
    ("another scheme", "ftp://partner.example/"),
    ("no address", "hello"),
    ("a broken bracket", "https://[::1"),
    ("a port that is none", "https://partner.example:x/"),
    ("a book", "https://partner.example/" + "x" * 600),
]


@pytest.mark.parametrize("typed", [a for _, a in BAD], ids=[n for n, _ in BAD])
async def test_an_address_that_is_none_is_refused(rt, admin, typed):
    with pytest.raises(RuleForbids) as refused:
        await add_hook(rt, admin, "eotinish", typed)
    assert refused.value.code == "bad_address"


async def test_only_partners_with_that_right_and_only_administrators(rt, people, admin):
    with pytest.raises(RuleForbids, match="may have no hooks"):
        await add_hook(rt, admin, "ngo", "https://ngo.example/hook")
    with pytest.raises(NotAllowed):
        await add_hook(rt, people["supervisor"].viewer, "eotinish", "https://x.example/")


async def test_sql_and_python_name_the_same_stages(database):
    for state in ContactState:
        for status in (None, *CaseStatus):
            said = await database.fetchval("SELECT report_stage($1, $2)", state, status)
            assert said == stage(state, status), (state, status)


@pytest.mark.parametrize(
    "origin", ["hook.example", "*", "https://10.1.2.3/hook", "ftp://a"]
)
def test_a_place_of_ours_that_is_none_is_found_at_start(config, origin):
    ours = structs.replace(config.channels.partners["default"], hook_origins=[origin])
    [told] = problems(structs.replace(config.channels, partners={"default": ours}))
    assert "`partners.default.hook_origins`" in told
