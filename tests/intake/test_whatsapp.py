"""WhatsApp: the handshake, who sent it, and one body with many messages or none."""

import json
import time

import pytest

from hotline.cases.inbound import DeliveryReport
from hotline.cases.terms import OutboundKind, OutboundState
from hotline.errors import NotGenuine
from hotline.identity.viewer import INTAKE
from hotline.intake.channel import RawRequest
from hotline.intake.whatsapp import WhatsApp
from hotline.store import outbound
from tests.intake.doors import NOW, example, opened, rows, whatsapp
from tests.intake.whatsapp_bodies import CARD, OURS, body_of, change, parsed, said, text

# -- the handshake ----------------------------------------------------------------------
WORD = {
    "hub.mode": "subscribe",
    "hub.verify_token": "wa-verify",
    "hub.challenge": "<b>1158201444</b>",
}


async def test_the_handshake_is_answered_with_the_word_as_plain_text(client):
    answer = await client.get("/intake/whatsapp", params=WORD)
    assert (answer.status, answer.content_type) == (200, "text/plain")
    assert await answer.text() == "<b>1158201444</b>"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


NO_HANDSHAKE = [
    # what                changed
    ("another token", {"hub.verify_token": "wa-verifz"}),
    ("no token", {"hub.verify_token": None}),
    ("an empty token", {"hub.verify_token": ""}),
    ("half a pair", {"hub.verify_token": "\udce9"}),
    ("another mode", {"hub.mode": "unsubscribe"}),
    ("no mode", {"hub.mode": None}),
    ("no word", {"hub.challenge": None}),
]


@pytest.mark.parametrize(
    "changed", [c for _, c in NO_HANDSHAKE], ids=[n for n, _ in NO_HANDSHAKE]
)
async def test_who_does_not_know_our_token_gets_no_word_back(client, changed):
    asked = {name: word for name, word in {**WORD, **changed}.items() if word is not None}
    if asked.get("hub.verify_token") == "\udce9":
        del asked["hub.verify_token"]
        query = "&".join(f"{name}={word}" for name, word in asked.items())
        answer = await client.get(f"/intake/whatsapp?{query}&hub.verify_token=%E9")
    else:
        answer = await client.get("/intake/whatsapp", params=asked)
    assert answer.status == 403
    assert "1158201444" not in await answer.text()


async def test_neither_token_nor_word_reaches_a_log(client, capfd, caplog):
    for mode in ("subscribe", "unsubscribe", "unsubscribe"):
        await client.get("/intake/whatsapp", params={**WORD, "hub.mode": mode})
    said = capfd.readouterr()
    everything = said.out + said.err + caplog.text
    assert "request_answered" in everything
    assert "wa-verify" not in everything
    assert "1158201444" not in everything


# -- who sent it ------------------------------------------------------------------------
async def test_either_secret_opens_the_door_and_none_configured_closes_it(client):
    body = example("wa_text_kk.json")
    for secret in ("wa-secret-old", "wa-secret-new"):
        headers = whatsapp(body, secret)
        answer = await client.post("/intake/whatsapp", data=body, headers=headers)
        assert answer.status == 200
    raw = RawRequest("POST", whatsapp(body), {}, body, NOW)
    with pytest.raises(NotGenuine):
        WhatsApp((), (), (), json_depth=64).verify(raw)


# -- one body, many messages ------------------------------------------------------------
def test_every_entry_change_and_message_is_heard():
    two = body_of(change(text("a", id="1"), text("b", id="2")), change(text("c", id="3")))
    whole = json.loads(two)
    whole["entry"].append({"id": "x", "changes": [change(text("d", id="4"))]})
    found = parsed(json.dumps(whole).encode())
    assert [(one.external_id, one.text) for one in found] == [
        ("1", "a"),
        ("2", "b"),
        ("3", "c"),
        ("4", "d"),
    ]


def test_each_is_kept_with_what_is_its_own_and_nobody_elses():
    other = {"profile": {"name": "Басқа"}, "wa_id": "77000000012"}
    mine, theirs = text("менікі", id="1"), text("оныкі", id="2", **{"from": "77000000012"})
    status = {"id": "wamid.OUT", "status": "read", "recipient_id": "77000000019"}
    first, second, report = parsed(
        body_of(change(mine, theirs, cards=(CARD, other), statuses=[status]))
    )
    assert isinstance(report, DeliveryReport)
    assert (first.identity.name, second.identity.name) == ("Айгүл", "Басқа")
    for kept, alien in ((first, "77000000012"), (second, "77000000011")):
        assert alien.encode() not in kept.raw
        assert b"77000000019" not in kept.raw
        [again] = parsed(kept.raw)
        assert (again.external_id, again.text, again.identity) == (
            kept.external_id,
            kept.text,
            kept.identity,
        )


def test_the_writer_without_a_card_takes_nobody_elses_name():
    mine, theirs = text(id="1"), text(id="2", **{"from": "77000000012"})
    first, second = parsed(body_of(change(mine, theirs)))
    assert (first.identity.name, second.identity.name) == ("Айгүл", None)
    assert second.identity.phone == "+77000000012"


def test_a_foreign_number_beside_ours_stays_away():
    foreign = change(text("чужое", id="9"), number="999999999999999")
    [kept] = parsed(body_of(foreign, change(text("своё", id="1"))))
    assert kept.text == "своё"
    assert "чужое" not in kept.raw.decode()
    assert b"999999999999999" not in kept.raw


def test_while_no_number_is_configured_every_number_is_ours():
    anywhere = WhatsApp(("s",), (), (), json_depth=64)
    [kept] = parsed(body_of(change(text(), number="999999999999999")), anywhere)
    assert kept.account == "999999999999999"


def test_a_message_that_does_not_say_to_which_number_is_ours():
    [kept] = parsed(body_of(change(text(), metadata=None)))
    assert (kept.account, kept.text) == (OURS, "көмек")


# -- who wrote --------------------------------------------------------------------------
WRITERS = [
    # what               of the message                            card         sender      phone
    ("a number", {"from": "77000000011"}, CARD, "77000000011", "+77000000011"),
    ("an id alone", {"from_user_id": "KZ.13"}, {"user_id": "KZ.13"}, "KZ.13", None),
    ("an id as number", {"from": "KZ.13"}, {}, "KZ.13", None),
    ("a card alone", {}, {"user_id": "KZ.13"}, "KZ.13", None),
    ("a card's number", {}, CARD, "77000000011", "+77000000011"),
    ("nobody", {}, {}, None, None),
]


@pytest.mark.parametrize(
    ("fields", "card", "sender", "phone"),
    [row[1:] for row in WRITERS],
    ids=[row[0] for row in WRITERS],
)
def test_who_wrote_is_found_wherever_it_stands(fields, card, sender, phone):
    message = {"id": "wamid.A1", "type": "text", "text": {"body": "а"}, **fields}
    [kept] = parsed(body_of(change(message, cards=[card] if card else [])))
    assert (kept.sender, kept.identity.phone) == (sender, phone)
    assert kept.policy.may_write is (sender is not None)
    # An id of WhatsApp's holds the number it came from: without a writer it is not kept.
    assert (kept.external_id == "wamid.A1") is (sender is not None)


def test_a_group_is_no_private_thread_and_nobody_is_answered_there():
    [private], [group] = (
        parsed(body_of(change(text()))),
        parsed(body_of(change(text(group_id="G7")))),
    )
    assert group.text == "көмек"
    assert group.sender != private.sender
    assert not group.policy.may_write
    assert group.identity.extra["group"] == "G7"


# -- what cannot be read ----------------------------------------------------------------
OBJECT = {"object": "whatsapp_business_account"}
ENVELOPES = [
    # what                          body                                             contacts
    ("a list", [1], 1),
    ("a string", "көмек", 1),
    ("nothing", None, 1),
    ("an empty object", {}, 1),
    ("no entry", OBJECT, 1),
    ("entries that are none", {**OBJECT, "entry": {"a": 1}}, 1),
    ("no entries", {**OBJECT, "entry": []}, 0),
    ("an entry that is text", {**OBJECT, "entry": ["a"]}, 1),
    ("an entry without changes", {**OBJECT, "entry": [{}]}, 1),
    ("a change that is text", {**OBJECT, "entry": [{"changes": ["a"]}]}, 1),
    ("a change without a value", {**OBJECT, "entry": [{"changes": [{"field": "messages"}]}]}, 1),
    ("messages that are an object", {**OBJECT, "entry": [{"changes": [{"value": {"messages": {"a": 1}}}]}]}, 1),
    ("a message that is text", {**OBJECT, "entry": [{"changes": [{"value": {"messages": ["a"]}}]}]}, 1),
    ("a message that is empty", {**OBJECT, "entry": [{"changes": [{"value": {"messages": [{}]}}]}]}, 1),
    ("no messages", {**OBJECT, "entry": [{"changes": [{"value": {"messages": []}}]}]}, 0),
    ("another field", {**OBJECT, "entry": [{"changes": [{"field": "flows", "value": 7}]}]}, 0),
    ("another product", {"object": "instagram", "entry": [{"changes": ["a"]}]}, 0),
    ("another product, no entry", {"object": "instagram"}, 0),
    ("two that are broken", {**OBJECT, "entry": ["a", "b"]}, 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "count"), [row[1:] for row in ENVELOPES], ids=[row[0] for row in ENVELOPES]
)
def test_an_envelope_that_cannot_be_read_waits_for_a_person(value, count):
    found = parsed(json.dumps(value).encode())
    assert [kept.kind for kept in found] == ["unparsed"] * count
    for kept in found:
        [again] = parsed(kept.raw)
        assert (again.external_id, again.text) == (kept.external_id, kept.text)


async def test_danger_in_what_nobody_can_read_rings_before_the_answer(client, database):
    inner = [{"type": "text", "text": {"body": "Әкем ұрып жатыр, көмектесіңіздер"}}]
    for body in (
        json.dumps({"entry": {"messages": inner}}).encode(),
        body_of(change(said(type="hologram", hologram={"parts": inner}))),
    ):
        await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    found = await rows(database)
    assert [(row["kind"], row["danger"]) for row in found] == [("unparsed", True)] * 2


async def test_a_broken_message_takes_no_good_one_with_it(client, rt, database):
    body = body_of(change(text("бірінші", id="1"), "сынық", text("екінші", id="2")))
    for _ in range(2):
        headers = whatsapp(body)
        answer = await client.post("/intake/whatsapp", data=body, headers=headers)
        assert (answer.status, await answer.text()) == (200, "")
    found = await rows(database)
    told = {row["state"]: (await opened(rt, database, row))["text"] for row in found}
    assert len(found) == 3
    assert told["unparsed"] == "сынық"


def test_thousands_of_messages_and_cards_take_a_moment_and_no_minutes():
    cards = [{"wa_id": str(n), "profile": {"name": f"A{n}"}} for n in range(5000)]
    texts = [text(id=str(n), **{"from": str(n)}) for n in range(5000)]
    raw = body_of(change(*texts, cards=cards))
    began = time.process_time()
    found = parsed(raw)
    assert time.process_time() - began < 5  # seconds; each by each would be half a minute
    assert found[4999].identity.name == "A4999"


async def test_a_body_of_a_thousand_messages_is_a_thousand_contacts(client, database):
    # As many as Meta puts together at most; half of them in doubled form.
    ids = [f"wamid.{n}" for n in range(1000)]
    body = body_of(
        change(*(text(one, id=one) for one in ids)),
        change(*(text(one, id=one) for one in ids[::2])),
    )
    answer = await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    assert answer.status == 200
    assert await database.fetchval("SELECT count(*) FROM contacts") == 1000


# -- what became of messages of ours ----------------------------------------------------
async def test_a_report_moves_the_message_that_it_is_about(client, rt, database):
    body = example("wa_text_kk.json")
    await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    [contact] = await rows(database)
    async with rt.transaction(INTAKE) as tx:
        message = await outbound.put(
            tx,
            {
                "contact_id": contact["id"],
                "channel": "whatsapp",
                "account": contact["account"],
                "kind": OutboundKind.ACK,
                "locale": "kk",
                "state": OutboundState.UNCERTAIN,
            },
        )

    async def stands(status, **more):
        told = {"id": "wamid.OUT1", "status": status, "timestamp": "1790000100", **more}
        body = body_of(change(statuses=[told]))
        answer = await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
        assert (answer.status, await answer.text()) == (200, "")
        return await database.fetchval("SELECT state FROM outbound WHERE id = $1", message)

    # Before the provider's own id is known, it is found by ours.
    assert await stands("sent", biz_opaque_callback_data=str(message)) == "sent"
    assert await stands("read") == "read"
    assert await stands("delivered") == "read"  # late: it moves forward only
    assert len(await rows(database)) == 1


def test_a_failure_names_the_providers_code():
    [told] = parsed(example("wa_status_failed_24h.json"))
    assert (told.state, told.code) == (OutboundState.FAILED, "131047")


STRANGE_REPORTS = [
    # what                status
    ("no status", {"id": "w"}),
    ("an unknown one", {"id": "w", "status": "deleted"}),
    ("no id", {"status": "sent"}),
    ("NUL in the id", {"id": "a\0b", "status": "sent"}),
    ("a number of ours that is none", {"id": "w", "status": "sent", "biz_opaque_callback_data": "x" * 99}),
    ("a number beyond every row", {"id": "w", "status": "sent", "biz_opaque_callback_data": "9" * 30}),
    ("errors that are none", {"id": "w", "status": "failed", "errors": {"code": 1}}),
]  # fmt: skip


@pytest.mark.parametrize(
    "status", [s for _, s in STRANGE_REPORTS], ids=[n for n, _ in STRANGE_REPORTS]
)
async def test_a_strange_report_is_taken_and_forgotten(client, database, status):
    body = body_of(change(statuses=[status]))
    answer = await client.post("/intake/whatsapp", data=body, headers=whatsapp(body))
    assert answer.status == 200
    assert await rows(database) == []
