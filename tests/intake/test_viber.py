"""Viber: what each kind of event becomes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.inbound import DeliveryReport, Inbound, Location, Media, ThreadLeft
from hotline.errors import NotGenuine, RejectedInbound
from hotline.intake.channel import RawRequest
from hotline.intake.viber import Viber
from tests.intake.doors import NOW, example, rows, viber
from tests.intake.strange_json import json_values

CHANNEL = Viber(("s",), json_depth=64)
SENDER = {"id": "01234567890A=", "name": "Айгүл", "language": "kk-KZ", "country": "KZ"}


def parsed(**told):
    body = json.dumps({"event": "message", "message_token": 5, **told}).encode()
    return CHANNEL.parse(RawRequest("POST", {}, {}, body, NOW))


def one(**message):
    [found] = parsed(sender=SENDER, message=message)
    return found


LINK = "https://dl-media.viber.example/1.jpg"
SAID = [
    # what              message                                                 kind        text
    ("text", {"type": "text", "text": "көмек"}, "message", "көмек"),
    ("an empty text", {"type": "text", "text": ""}, "message", ""),
    ("a picture", {"type": "picture", "media": LINK, "text": "вот"}, "message", "вот"),
    ("a link", {"type": "url", "media": "https://example.org/x"}, "message", "https://example.org/x"),
    ("a sticker", {"type": "sticker", "sticker_id": 40133}, "message", ""),
    ("a place", {"type": "location", "location": {"lat": 43.2, "lon": 76.8}}, "message", ""),
    ("a place with an address", {"type": "location", "location": {"lat": 43.2, "lon": 76.8, "address": "Абай 3"}}, "message", "Абай 3"),
    ("a number for words", {"type": "text", "text": 5}, "unparsed", ""),
    ("a place nowhere", {"type": "location", "location": {"lat": "x"}}, "unparsed", ""),
    ("a picture of nothing", {"type": "picture", "text": "вот"}, "unparsed", "вот"),
    ("an unknown type", {"type": "hologram", "text": "помогите"}, "unparsed", "помогите"),
    ("no type", {"text": "помогите"}, "unparsed", "помогите"),
    ("buttons", {"type": "rich_media", "rich_media": {"Buttons": [{"Text": "помогите"}]}}, "unparsed", "помогите"),
    ("pictures, one broken", {"type": "picture", "media": [LINK, 5], "text": "вот"}, "unparsed", "вот"),
    ("no pictures", {"type": "picture", "media": [], "text": "вот"}, "unparsed", "вот"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "kind", "text"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_every_form_of_saying_something_is_one_contact(message, kind, text):
    kept = one(**message)
    assert (kept.kind, kept.text) == (kind, text)
    assert (kept.sender, kept.lang_hint) == ("01234567890A=", "kk")
    assert kept.policy.may_write


FILES = [
    # type        of it                                                 medium
    ("picture", {}, Media("image", LINK)),
    ("video", {"size": 10_000}, Media("video", LINK, None, None, 10_000)),
    ("file", {"file_name": "a/акт.pdf", "file_size": 9}, Media("file", LINK, None, "акт.pdf", 9)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "medium"), FILES, ids=[row[0] for row in FILES])
def test_a_file_is_named_for_a_worker_to_fetch(name, more, medium):
    assert one(type=name, media=LINK, **more).media == (medium,)


def test_several_files_of_one_message_are_fetched_each_once():
    other = LINK.replace("1.jpg", "2.jpg")
    kept = one(type="picture", media=[LINK, other, LINK], text="вот")
    assert (kept.kind, kept.text) == ("message", "вот")
    assert [medium.ref for medium in kept.media] == [LINK, other]


def test_a_place_is_kept_and_a_card_is_somebody_who_is_told_of():
    place = one(type="location", location={"lat": 43.2, "lon": 76.8})
    assert place.location == Location(43.2, 76.8)
    written = one(type="location", location={"lat": "43.2", "lon": "-76"})
    assert written.location == Location(43.2, -76.0)
    card = one(type="contact", contact={"name": "Сосед", "phone_number": "77000000014"})
    assert card.identity.phone is None
    assert card.identity.extra["reported"] == {"name": "Сосед", "phone": "77000000014"}


def test_a_token_beyond_what_a_float_holds_stays_exact():
    ids = set()
    for token in (5_000_000_000_000_000_001, 5_000_000_000_000_000_002):
        [kept] = parsed(sender=SENDER, message={"type": "text"}, message_token=token)
        assert kept.external_id == str(token)
        ids.add(kept.external_id)
    assert len(ids) == 2


EVENTS = [
    # event                  with                              what is heard
    ("delivered", {"user_id": "U"}, ("delivered", "5")),
    ("seen", {"user_id": "U"}, ("read", "5")),
    ("failed", {"user_id": "U", "desc": "failure"}, ("failed", "5")),
    ("unsubscribed", {"user_id": "U"}, True),
    ("subscribed", {"user": {"id": "U"}}, False),
    ("conversation_started", {"user": {"id": "U"}}, None),
    ("webhook", {}, None),
    ("client_status", {}, None),
    ("something_new", {}, None),
]


@pytest.mark.parametrize(("event", "more", "heard"), EVENTS, ids=[row[0] for row in EVENTS])
def test_an_event_that_is_no_message_is_a_report_or_nothing(event, more, heard):
    found = parsed(event=event, **more)
    if heard is None:
        assert found == []
        return
    [told] = found
    if isinstance(heard, bool):
        assert isinstance(told, ThreadLeft)
        assert (told.sender, told.left) == ("U", heard)
    else:
        assert isinstance(told, DeliveryReport)
        assert (told.state, told.provider_id) == heard


async def test_a_new_webhook_and_an_opened_chat_get_an_empty_200(client, database):
    for body in (
        example("viber_webhook_check.json"),
        b'{"event": "conversation_started", "user": {"id": "U"}}',
    ):
        answer = await client.post("/intake/viber", data=body, headers=viber(body))
        assert (answer.status, await answer.text()) == (200, "")
    assert await rows(database) == []


async def test_who_unsubscribes_shuts_the_thread_until_they_come_back(client, database):
    async def tell(event):
        body = json.dumps({"event": event, "user_id": "U", "user": {"id": "U"}}).encode()
        answer = await client.post("/intake/viber", data=body, headers=viber(body))
        assert answer.status == 200
        return await database.fetchval("SELECT count(*) FROM left_threads")

    assert await tell("unsubscribed") == 1
    assert await tell("unsubscribed") == 1
    assert await tell("subscribed") == 0


async def test_either_token_opens_the_door_and_none_configured_closes_it(client):
    body = example("viber_message.json")
    for token in ("viber-token-old", "viber-token-new"):
        answer = await client.post("/intake/viber", data=body, headers=viber(body, token))
        assert answer.status == 200
    with pytest.raises(NotGenuine):
        Viber((), json_depth=64).verify(RawRequest("POST", viber(body), {}, body, NOW))


field = st.sampled_from(
    ["type", "text", "media", "location", "contact", "lat", "name", "id"]
)
near = st.dictionaries(
    field, json_values | st.sampled_from(["text", "picture", "location"])
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "event": st.sampled_from(["message", "seen", "failed"]) | json_values,
            "message_token": json_values,
            "timestamp": json_values,
            "sender": near | json_values,
            "message": near | json_values,
        },
    )
    | json_values
)
def test_any_json_is_parsed_and_no_message_is_lost(value):
    body = json.dumps(value).encode()
    found = CHANNEL.parse(RawRequest("POST", {}, {}, body, NOW))
    kept = [one for one in found if isinstance(one, Inbound)]
    if isinstance(value, dict) and value.get("event") == "message":
        assert len(kept) == 1
    for message in kept:
        assert message.raw == body
        assert "\0" not in message.external_id


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body):
    with suppress(RejectedInbound):  # a clear answer; anything else fails this test
        CHANNEL.parse(RawRequest("POST", {}, {}, body, NOW))
