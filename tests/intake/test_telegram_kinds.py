"""Telegram: messages in the shapes of the Bot API's `Message` that hold more than words."""

import pytest

from hotline.cases.inbound import Location, Media
from hotline.intake.channel import RawRequest
from hotline.intake.telegram import Telegram
from tests.intake.doors import NOW, as_json

CHANNEL = Telegram(("s",), "bot", json_depth=64)
AIGUL = {"id": 700000011, "is_bot": False, "first_name": "Айгүл"}
PRIVATE = {"id": 700000011, "first_name": "Айгүл", "type": "private", "title": "чат"}
POINT = {"latitude": 43.2, "longitude": 76.8, "live_period": 28800, "heading": 90}
CHANNEL_ELSEWHERE = {"type": "channel", "chat": {"id": -5, "type": "channel", "title": "канал"},
                     "message_id": 3, "date": 1790000000}  # fmt: skip


def heard(field="message", **fields):
    told = {
        "message_id": 9,
        "from": AIGUL,
        "chat": PRIVATE,
        "date": 1790000000,
        **fields,
    }
    body = as_json(update_id=1, **{field: told})
    [one] = CHANNEL.parse(RawRequest("POST", {}, {}, body, NOW))
    return one


SAID = [
    # what                               of the message                                        text
    ("a poll", {"poll": {"id": "1", "question": "он придёт?", "options": [{"text": "убьёт", "voter_count": 0}, {"text": "нет"}], "type": "regular"}}, "он придёт?\nубьёт\nнет"),
    ("a list of tasks", {"checklist": {"title": "мои вещи", "tasks": [{"id": 1, "text": "уйти из дома"}]}}, "мои вещи\nуйти из дома"),
    ("a game", {"game": {"title": "игра", "description": "до конца", "photo": []}}, "игра\nдо конца"),
    ("a kind nobody knows", {"hologram": {"text": "он меня бьёт"}}, "он меня бьёт"),
    ("a die", {"dice": {"emoji": "🎲", "value": 3}}, ""),
    ("a story", {"story": {"id": 5, "chat": {"id": -5, "type": "channel", "title": "канал"}}}, ""),
    ("a message pinned", {"pinned_message": {"message_id": 8, "chat": PRIVATE, "text": "наш ответ"}}, ""),
    ("an answer in this chat", {"text": "да", "reply_to_message": {"message_id": 8, "text": "наш ответ"}, "quote": {"text": "ответ", "position": 0}}, "да"),
    ("an answer to another chat", {"text": "это он пишет", "quote": {"text": "я тебя убью\nжди", "position": 0}, "external_reply": {"origin": CHANNEL_ELSEWHERE}}, "это он пишет\n> я тебя убью\n> жди"),
    ("a message passed on", {"text": "я тебя убью", "forward_origin": CHANNEL_ELSEWHERE}, "я тебя убью"),
    ("a song", {"audio": {"file_id": "A", "title": "Песня про нож"}}, ""),
    ("a menu under words", {"text": "көмек", "reply_markup": {"inline_keyboard": [[{"text": "кнопка"}]]}}, "көмек"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "text"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_all_words_of_a_message_are_read_and_nobody_elses(fields, text):
    one = heard(**fields)
    assert (one.kind, one.text, one.sender) == ("message", text, "700000011")
    assert ("forwarded" in one.identity.extra) == ("forward_origin" in fields)


def test_files_that_were_to_be_paid_for_and_of_another_chat_are_fetched_too():
    photo = [{"file_id": "P1", "width": 9, "height": 9}]
    film = {"file_id": "V1", "mime_type": "video/mp4"}
    sold = [
        {"type": "photo", "photo": photo},
        {"type": "video", "video": film},
        {"type": "preview"},
    ]
    one = heard(paid_media={"star_count": 1, "paid_media": sold})
    assert one.media == (
        Media("image", "P1", "image/jpeg"),
        Media("video", "V1", "video/mp4"),
    )
    voice = {"file_id": "O1", "mime_type": "audio/ogg"}
    elsewhere = {"origin": CHANNEL_ELSEWHERE, "voice": voice}
    assert heard(text="вот", external_reply=elsewhere).media == (
        Media("voice", "O1", "audio/ogg"),
    )


LIVE = [
    # what                          of the edit                                       others first
    ("a live place moves", {"location": POINT}, True),
    ("an edit of words", {"text": "көмек"}, False),
    ("a place with words", {"location": POINT, "venue": {"title": "Мектеп"}}, False),
]


@pytest.mark.parametrize(
    ("fields", "behind"), [row[1:] for row in LIVE], ids=[row[0] for row in LIVE]
)
def test_a_place_that_moves_lets_others_words_be_read_first(fields, behind):
    first = heard(**fields)
    edits = [
        heard("edited_message", edit_date=1790000000 + at, **fields) for at in (60, 120)
    ]
    assert not first.behind
    assert [one.behind for one in edits] == [behind] * 2
    assert len({one.external_id for one in (first, *edits)}) == 3
    assert {one.follows for one in edits} == {first.external_id}
    if "location" in fields:
        assert all(isinstance(one.location, Location) for one in (first, *edits))
