"""POST /intake/calls: the life of a call told by any exchange."""

import io
import itertools
import json
from datetime import timedelta

import pytest

from hotline.actions.forget_person import forget_person
from hotline.actions.receive_contact import receive_contact
from hotline.cases.inbound import ContactPolicy, Identity, Inbound
from hotline.cases.terms import Channel
from hotline.intake.calls import Calls
from hotline.intake.replay import replay
from tests import builders
from tests.intake.doors import EOTINISH, NGO, NOW, as_json, opened, rows, signed

NUMBER = "+77000000021"


def event(name, second=0, call_id="c-1", **more):
    stamp = (NOW + timedelta(seconds=second)).isoformat()
    return as_json(type=f"call.{name}", call_id=call_id, at=stamp, **more)


async def post(client, body, secret=EOTINISH, clock=None):
    at = clock.now() if clock else NOW
    return await client.post(
        "/intake/calls", data=io.BytesIO(body), headers=signed(body, secret=secret, at=at)
    )


async def the_calls(database):
    return [dict(row) for row in await database.fetch("SELECT * FROM calls ORDER BY id")]


async def test_a_ringing_call_is_a_row_and_a_sealed_contact(client, rt, database):
    answer = await post(
        client, event("ringing", **{"from": NUMBER, "to": "111"}, lang="kk")
    )
    assert answer.status == 200
    [call] = await the_calls(database)
    [contact] = await rows(database)
    assert (call["state"], call["line"], call["language"]) == ("ringing", "111", "kk")
    assert call["contact_id"] == contact["id"]
    assert (contact["channel"], contact["kind"], contact["state"]) == (
        "phone",
        "call",
        "received",
    )
    assert (await opened(rt, database, contact))["who"]["identity"]["phone"] == NUMBER
    assert (await answer.json())["receipt"] == contact["receipt"]
    clocks = await database.fetch("SELECT name FROM clocks")
    assert "human_eyes" in {row["name"] for row in clocks}
    plain = json.dumps(
        [dict(row) for row in await database.fetch("SELECT * FROM call_events")]
        + await the_calls(database),
        default=str,
    )
    assert NUMBER.strip("+") not in plain
    assert "c-1" not in plain


LIFE = (
    event("ringing", 0, **{"from": NUMBER}),
    event("answered", 9, operator="101"),
    event("held", 20),
    event("ended", 60),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
async def test_any_order_of_arrival_ends_in_the_same_row(
    client, rt, clock, database, order
):
    clock.forward(timedelta(seconds=70))
    for number in (*order, *order):
        assert (await post(client, LIFE[number])).status == 200
    [call] = await the_calls(database)
    assert len(await rows(database)) == 1
    assert (call["state"], call["ended"], call["held_s"]) == ("closed", "hangup", 40)
    assert call["caller_hash"] is not None
    assert (call["answered_at"] - call["started_at"]).total_seconds() == 9


async def test_an_end_without_a_beginning_is_an_abandoned_call(client, database):
    assert (await post(client, event("ended"))).status == 200
    [call] = await the_calls(database)
    assert (call["state"], call["ended"]) == ("abandoned", "abandoned")
    assert len(await rows(database)) == 1


async def test_a_number_that_comes_late_is_sealed_with_the_contact(
    client, rt, clock, database
):
    clock.forward(timedelta(seconds=9))
    await post(client, event("ended", 8))
    await post(client, event("ringing", 0, **{"from": NUMBER}))
    [contact] = await rows(database)
    assert (await opened(rt, database, contact))["who"]["identity"]["phone"] == NUMBER
    kinds = await database.fetch("SELECT kind FROM contact_traces")
    assert [row["kind"] for row in kinds] == ["phone"]


async def test_who_presses_one_is_looked_at_at_once(client, database):
    await post(client, event("ringing"))
    await post(client, event("dtmf", 3, digit="1"))
    [contact] = await rows(database)
    assert (contact["urgency"], contact["danger"]) == (1, True)
    [due] = await database.fetch(
        "SELECT due_at - started_at AS span FROM clocks WHERE name = 'human_eyes'"
    )
    assert due["span"] <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("name", "first", "hours", "raised"),
    [
        ("again from one number", {"from": NUMBER}, 1, True),
        ("two days later", {"from": NUMBER}, 48, False),
        ("from another number", {"from": "+77000000022"}, 1, False),
        ("the number was hidden", {}, 1, False),
    ],
)
async def test_who_rings_again_without_a_sound_is_looked_at(
    client, clock, database, name, first, hours, raised
):
    for number, who in (("c-1", first), ("c-2", {"from": NUMBER})):
        begun = (clock.now() - NOW).total_seconds()
        await post(client, event("ringing", begun, number, **who), clock=clock)
        clock.forward(timedelta(seconds=25))
        await post(client, event("silent", begun + 25, number), clock=clock)
        clock.forward(timedelta(hours=hours))
    before, after = (row["danger"] for row in await rows(database))
    assert (before, after) == (False, raised), name


async def test_two_partners_may_use_the_same_call_id(client, rt, database):
    rules = rt.config.channels.partners
    assert "calls" not in rules["default"].may
    assert (await post(client, event("ringing"), secret=NGO)).status == 403
    assert await the_calls(database) == []


BAD = [
    ("truncated", event("ringing")[:-5], 400, 0),
    ("no UTF-8", b"\xff\xfe" + event("ringing"), 400, 0),
    ("nested deep", b"[" * 5000, 400, 0),
    ("no call id", as_json(type="call.ringing", at=NOW.isoformat()), 200, 1),
    ("call id is a list", as_json(type="call.ringing", call_id=[1]), 200, 1),
    ("a list", b"[]", 200, 1),
    ("no type", as_json(call_id="x"), 200, 1),
    ("a type we do not know", as_json(type="call.parked", call_id="x"), 200, 1),
    ("a moment that is none", as_json(type="call.ended", call_id="x", at="gestern"), 200, 1),
    ("a moment of the year 9999", as_json(type="call.ended", call_id="x", at="9999-12-31T23:59:59-14:00"), 200, 1),
    ("NUL in the number", as_json(type="call.ended", call_id="x", **{"from": "+7\0"}), 200, 1),
    ("half a pair", b'{"type":"call.ended","call_id":"x\\ud800","operator":"\\udc00"}', 200, 1),
    ("numbers everywhere", as_json(type="call.ended", call_id=7, at=1, operator=2, to=3), 200, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "status", "contacts"), BAD)
async def test_bad_input_is_kept_or_refused_and_never_an_error(
    client, database, name, body, status, contacts
):
    assert (await post(client, body)).status == status, name
    assert len(await rows(database)) == contacts


async def allowed(rt, **policy):
    rt.intake.start()
    await receive_contact(
        rt,
        Inbound(
            channel=Channel.PARTNER, account="ngo", external_id=f"p{policy}", text="Вопрос",
            raw=b"{}", identity=Identity(phone=NUMBER), policy=ContactPolicy(**policy),
        ),
    )  # fmt: skip


async def abandoned(client, clock, call_id="c-1", waited=30, **more):
    start = (clock.now() - NOW).total_seconds()
    clock.forward(timedelta(seconds=waited))
    who = {"from": NUMBER, **more}
    for one in (
        event("ringing", start, call_id, **who),
        event("ended", start + waited, call_id),
    ):
        assert (await post(client, one, clock=clock)).status == 200


async def open_callbacks(database):
    return await database.fetchval("SELECT count(*) FROM callbacks WHERE state = 'open'")


@pytest.mark.parametrize(
    ("name", "policies", "waited", "made"),
    [
        ("a safe way is recorded", [{"may_call": True}], 30, 1),
        ("nobody allowed it", [], 30, 0),
        ("allowed once, not later", [{"may_call": True}, {"may_write": True}], 30, 0),
        ("hung up at once", [{"may_call": True}], 2, 0),
    ],
)
async def test_a_call_back_needs_a_safe_way(
    client, rt, clock, database, name, policies, waited, made
):
    for policy in policies:
        await allowed(rt, **policy)
    await abandoned(client, clock, waited=waited)
    assert await open_callbacks(database) == made, name


async def test_a_caller_is_called_back_once_and_not_after_getting_through(
    client, rt, clock, database
):
    await allowed(rt, may_call=True)
    await abandoned(client, clock)
    await abandoned(client, clock, "c-2")
    assert await open_callbacks(database) == 1
    clock.forward(timedelta(seconds=60))
    start = (clock.now() - NOW).total_seconds()
    for one in ("ringing", "answered"):
        await post(client, event(one, start, "c-3", **{"from": NUMBER}), clock=clock)
    row = await database.fetchrow("SELECT state, reason FROM callbacks")
    assert tuple(row) == ("cancelled", "got_through")


async def test_an_anonymous_caller_is_counted_and_nothing_else(client, clock, rt, database):
    await abandoned(client, clock, **{"from": "Anonymous"})
    [call] = await the_calls(database)
    assert (call["state"], call["caller_hash"]) == ("abandoned", None)
    assert await open_callbacks(database) == 0


async def test_the_operator_is_found_by_extension_or_name(client, rt, database):
    somebody = await builders.a_person(rt, "operator", username="aigerim")
    await database.execute(
        "INSERT INTO presence (person_id, state, since, extension) VALUES ($1, 'ready', now(), '101')",
        somebody.viewer.person_id,
    )
    await post(client, event("ringing", operator="101"))
    await post(client, event("answered", 0, "c-2", operator="aigerim"))
    assert [(c["state"], c["operator_id"]) for c in await the_calls(database)] == [
        ("offered", somebody.viewer.person_id),
        ("connected", somebody.viewer.person_id),
    ]


async def test_a_call_that_could_not_be_read_is_parsed_again_after_a_fix(
    client, rt, database, monkeypatch
):
    body = event("ringing", **{"from": NUMBER})
    monkeypatch.setattr(Calls, "_event", lambda *_: None)  # the parser of yesterday
    assert (await post(client, body)).status == 200
    assert [row["state"] for row in await rows(database)] == ["unparsed"]
    monkeypatch.undo()
    await replay(rt, "phone", NOW - timedelta(hours=1))
    [contact] = await rows(database)
    assert (contact["kind"], contact["state"]) == ("call", "received")


async def test_of_a_forgotten_caller_no_number_finds_anything(client, rt, clock, database):
    await allowed(rt, may_call=True)
    await abandoned(client, clock)
    supervisor = await builders.a_person(rt, "supervisor")
    receipts = [row["receipt"] for row in await rows(database)]
    await forget_person(rt, supervisor.viewer, receipts)
    hashes = "SELECT count(caller_hash) FROM "
    assert await database.fetchval(hashes + "calls") == 0
    assert await database.fetchval(hashes + "callbacks") == 0
    assert await open_callbacks(database) == 0


async def test_a_call_without_words_is_not_lowered_by_triage(client, rt, database):
    await post(client, event("ringing"))
    await post(client, event("ended", 30))
    await builders.triage_all(rt)
    [contact] = await rows(database)
    assert (contact["state"], contact["urgency"]) == ("triaged", 3)


async def test_who_pressed_one_is_a_case_inside_111_when_triage_comes(client, rt, database):
    await post(client, event("ringing"))
    await post(client, event("dtmf", 3, digit="1"))
    await builders.triage_all(rt)
    assert [
        row["urgency"] for row in await database.fetch("SELECT urgency FROM cases")
    ] == [1]
    outside = "SELECT count(*) FROM referrals WHERE status = 'offered'"
    assert await database.fetchval(outside) == 0
