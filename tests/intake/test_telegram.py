"""Telegram: what each kind of update becomes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.inbound import Inbound, Location, Media, ThreadLeft
from hotline.errors import RejectedInbound
from hotline.intake.channel import RawRequest
from hotline.intake.telegram import Telegram
from tests.intake.doors import NOW, as_json, example, opened, rows, telegram
from tests.intake.strange_json import json_values

CHANNEL = Telegram(("s",), "bot", json_depth=64)
LADA = {"id": 700000011, "is_bot": False, "first_name": "Айгүл", "language_code": "kk"}
PRIVATE = {"id": 700000011, "first_name": "Айгүл", "type": "private"}

EXAMPLES = [
    # file                        what it is                       contacts   text
    ("tg_text_mixed.json", "a message", 1, "Салем, мне 14 жаста, үйде ұрып жатыр, көмектесіңіздерші"),
    ("tg_edited.json", "an edit", 1, "Салем, мне 14 жаста, үйде ұрып жатыр. Ақтөбе"),
    ("tg_voice.json", "a voice message", 1, ""),
    ("tg_location.json", "a place", 1, ""),
    ("tg_photo_album_1.json", "a photo with words", 1, "фото 1"),
    ("tg_photo_album_2.json", "a photo without words", 1, ""),
    ("tg_contact_own.json", "their own number", 1, ""),
    ("tg_contact_other.json", "somebody else's number", 1, ""),
    ("tg_sender_deactivated.json", "no sender", 1, "без from"),
    ("tg_start.json", "the app's first /start", 0, None),
    ("tg_group_message.json", "a group", 0, None),
    ("tg_callback_query.json", "a button", 0, None),
    ("tg_blocked_bot.json", "the bot was blocked", 0, None),
    ("tg_empty_update.json", "an update of no kind", 0, None),
]  # fmt: skip


def parsed(body):
    return CHANNEL.parse(RawRequest("POST", {}, {}, body, NOW))


def message(**fields):
    known = {"message_id": 9, "from": LADA, "chat": PRIVATE, "date": 1790000000}
    return as_json(update_id=1, message={**known, **fields})


@pytest.mark.parametrize(
    ("file", "what", "count", "text"), EXAMPLES, ids=[what for _, what, _, _ in EXAMPLES]
)
async def test_every_example_gives_its_rows_once(
    client, rt, database, file, what, count, text
):
    body = example(file)
    for _ in range(2):
        answer = await client.post("/intake/telegram", data=body, headers=telegram(body))
        assert (answer.status, await answer.text()) == (200, "")
    found = await rows(database)
    assert len(found) == count, what
    for contact in found:
        assert (await opened(rt, database, contact))["text"] == text
        assert contact["may_write"]


async def test_all_examples_together_give_nine_contacts_in_one_thread(client, database):
    for file, _, _, _ in EXAMPLES:
        body = example(file)
        await client.post("/intake/telegram", data=body, headers=telegram(body))
    found = await rows(database)
    assert len(found) == 9
    assert len({contact["thread_hash"] for contact in found}) == 1


async def test_a_child_being_beaten_is_danger_before_the_answer(client, database):
    body = example("tg_text_mixed.json")
    await client.post("/intake/telegram", data=body, headers=telegram(body))
    [contact] = await rows(database)
    assert contact["danger"]
    assert await database.fetchval("SELECT queue FROM outbox") == "urgent"


async def test_either_secret_opens_the_door_and_none_configured_closes_it(client, database):
    body = example("tg_text_mixed.json")
    old = telegram(body, "tg-secret-old")
    assert (await client.post("/intake/telegram", data=body, headers=old)).status == 200
    from hotline.errors import NotGenuine

    with pytest.raises(NotGenuine):
        Telegram((), "bot", json_depth=64).verify(RawRequest("POST", {}, {}, b"", NOW))


def test_an_edit_is_its_own_contact_beside_the_message():
    [first], [edit] = (
        parsed(example("tg_text_mixed.json")),
        parsed(example("tg_edited.json")),
    )
    assert (first.external_id, edit.external_id) == (
        "700000011:2",
        "700000011:2:1790000099",
    )
    assert (first.sender, edit.sender, edit.kind) == ("700000011", "700000011", "edit")


def test_ones_own_number_is_the_writers_phone_and_anothers_is_a_reported_person():
    [own], [other] = (
        parsed(example("tg_contact_own.json")),
        parsed(example("tg_contact_other.json")),
    )
    assert own.identity.phone == "+77000000011"
    assert other.identity.phone is None
    assert other.identity.extra["reported"] == {"name": "Сосед", "phone": "77000000014"}


FILES = [
    # field          of it                                                    kind      mime          name
    ("voice", {"mime_type": "audio/ogg"}, "voice", "audio/ogg", None),
    ("audio", {"mime_type": "audio/mpeg", "file_name": "a.mp3"}, "audio", "audio/mpeg", "a.mp3"),
    ("video", {"mime_type": "video/mp4"}, "video", "video/mp4", None),
    ("video_note", {}, "video", None, None),
    ("sticker", {"emoji": "😢"}, "sticker", None, None),
    ("document", {"file_name": "../../\u0430кт.pdf", "mime_type": "\0"}, "file", None, "акт.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "more", "kind", "mime", "name"), FILES)
def test_a_file_is_named_for_a_worker_to_fetch(field, more, kind, mime, name):
    [kept] = parsed(message(**{field: {"file_id": "F1", "file_size": 7, **more}}))
    assert kept.media == (Media(kind, "F1", mime, name, 7),)


def test_of_a_photo_the_largest_is_fetched_and_an_animation_once():
    [photo] = parsed(example("tg_photo_album_1.json"))
    assert photo.media == (Media("image", "AgAC2", "image/jpeg", None, 60100),)
    same = {"file_id": "G1", "mime_type": "video/mp4"}
    [moving] = parsed(message(animation=same, document=same))
    assert moving.media == (Media("video", "G1", "video/mp4"),)


def test_an_album_goes_together_and_an_edit_with_its_original():
    [one], [two] = (
        parsed(example("tg_photo_album_1.json")),
        parsed(example("tg_photo_album_2.json")),
    )
    assert one.follows == two.follows == "album:14000000000001"
    assert one.external_id != two.external_id
    [first], [edit] = (
        parsed(example("tg_text_mixed.json")),
        parsed(example("tg_edited.json")),
    )
    assert (first.follows, edit.follows) == (None, first.external_id)


def test_a_place_is_kept_with_the_words_on_the_map():
    point = {"latitude": 43.2, "longitude": 76.8}
    [place] = parsed(example("tg_location.json"))
    assert place.location is not None
    venue = {"location": point, "title": "Мектеп", "address": "Абай 1"}
    [named] = parsed(message(location=point, venue=venue))
    assert named.location == Location(43.2, 76.8, "Мектеп, Абай 1")
    assert named.text == "Мектеп, Абай 1"
    [nowhere] = parsed(message(location={"latitude": 430, "longitude": "x"}))
    assert nowhere.location is None


LEAVING = [
    # status          chat                        left
    ("kicked", PRIVATE, True),
    ("member", PRIVATE, False),
    ("kicked", {"id": -5, "type": "group"}, None),
    (None, PRIVATE, None),
]


@pytest.mark.parametrize(("status", "chat", "left"), LEAVING)
def test_who_blocks_the_bot_shuts_the_thread(status, chat, left):
    told = {"chat": chat, "date": 1790000300, "new_chat_member": {"status": status}}
    found = parsed(as_json(update_id=1, my_chat_member=told))
    if left is None:
        assert found == []
    else:
        [heard] = found
        assert isinstance(heard, ThreadLeft)
        assert (heard.sender, heard.account, heard.left) == ("700000011", "bot", left)


async def test_a_shut_thread_is_the_one_they_wrote_in(client, database):
    for file in ("tg_text_mixed.json", "tg_blocked_bot.json", "tg_blocked_bot.json"):
        body = example(file)
        await client.post("/intake/telegram", data=body, headers=telegram(body))
    [contact] = await rows(database)
    shut = await database.fetch("SELECT thread_hash FROM left_threads")
    assert [row["thread_hash"] for row in shut] == [contact["thread_hash"]]


NOT_FOR_US = [
    "callback_query",
    "message_reaction",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "poll",
    "chat_member",
    "business_message",
]


@pytest.mark.parametrize("kind", NOT_FOR_US)
def test_what_is_no_message_to_the_bot_is_nothing(kind):
    told = {"message_id": 9, "chat": PRIVATE, "text": "көмек"}
    assert parsed(as_json(update_id=1, **{kind: told})) == []


def test_a_message_of_a_kind_nobody_knows_yet_is_a_contact_without_words():
    [kept] = parsed(message(hologram={"file_id": "H1"}))
    assert (kept.kind, kept.text, kept.media) == ("message", "", ())


STARTS = [
    # what was sent                    text                     contacts
    ("bare", "/start", 0),
    ("to the bot by name", "/start@bot111_bot ", 0),
    ("with words", "/start помогите", 1),
    ("with what may be words", "/start help", 1),
    ("inside words", "я нажал /start", 1),
]


@pytest.mark.parametrize(("what", "text", "count"), STARTS, ids=[s[0] for s in STARTS])
def test_only_a_bare_start_is_no_report(what, text, count):
    assert len(parsed(message(text=text))) == count


UNREADABLE = [
    # what                       body                                                   words kept
    ("a list", b"[1]", ""),
    ("a string", '"ұрып жатыр"'.encode(), ""),
    ("null", b"null", ""),
    ("a message that is text", as_json(update_id=1, message="көмек"), "көмек"),
    ("no chat", as_json(update_id=1, message={"text": "көмек"}), "көмек"),
    ("an id that is text", message(message_id="9", text="көмек"), "көмек"),
    ("text that is a list", message(text=["көмек"]), ""),
    ("a field named by half a pair", message(**{"\ud800": 1, "text": "көмек"}), "көмек"),
    ("a chat that is a number", message(chat=5, text="a", caption="b"), "a\nb"),
]


@pytest.mark.parametrize(
    ("what", "body", "words"), UNREADABLE, ids=[u[0] for u in UNREADABLE]
)
def test_what_nobody_can_read_is_kept_with_its_words(what, body, words):
    [kept] = parsed(body)
    assert (kept.kind, kept.text, kept.raw) == ("unparsed", words, body)
    assert kept.external_id


def test_ids_of_any_length_fit_their_column():
    [kept] = parsed(message(message_id=int("9" * 4000), text="a"))
    assert len(kept.external_id) <= 100


field = st.sampled_from(
    ["message_id", "chat", "from", "date", "edit_date", "text", "caption", "contact",
     "location", "photo", "media_group_id", "voice", "venue", "type", "id"]
)  # fmt: skip
near_messages = st.dictionaries(field, json_values | st.just(PRIVATE) | st.just(LADA))
updates = st.fixed_dictionaries(
    {},
    optional={
        "update_id": json_values,
        "message": near_messages | json_values,
        "edited_message": near_messages | json_values,
        "callback_query": json_values,
        "my_chat_member": json_values,
    },
)


@given(updates | json_values)
def test_any_json_is_parsed_without_failing_and_without_losing_a_message(update):
    body = json.dumps(update).encode()
    found = parsed(body)
    assert len(found) <= 1
    for one in found:
        if not isinstance(one, Inbound):
            continue
        assert one.raw == body
        assert "\0" not in one.external_id


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body):
    with suppress(RejectedInbound):  # a clear answer; anything else fails this test
        parsed(body)
