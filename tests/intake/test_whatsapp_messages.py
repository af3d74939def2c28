"""WhatsApp: what each element of `messages` says, in whatever form."""

import json
from datetime import UTC, datetime

import pytest

from hotline.cases.inbound import Media
from tests.intake.whatsapp_bodies import body_of, change, one, parsed, text

PICTURE = {"id": "30", "mime_type": "image/jpeg", "sha256": "qq=", "caption": "вот"}
SAID = [
    # what                     of the message                                      kind       text
    ("text", {"type": "text", "text": {"body": "а\x00б"}}, "message", "а\x00б"),
    ("a button", {"type": "button", "button": {"text": "Иә"}}, "message", "Иә"),
    ("a choice", {"type": "interactive", "interactive": {"list_reply": {"title": "Шымкент", "description": "қала"}}}, "message", "Шымкент\nқала"),
    ("a form", {"type": "interactive", "interactive": {"nfm_reply": {"response_json": '{"a": "көмек"}'}}}, "message", '{"a": "көмек"}'),
    ("a reaction", {"type": "reaction", "reaction": {"message_id": "w", "emoji": "🙏"}}, "message", "🙏"),
    ("a reaction taken back", {"type": "reaction", "reaction": {"message_id": "w"}}, "message", ""),
    ("a place", {"type": "location", "location": {"latitude": 43, "longitude": 76.8, "name": "Мектеп", "address": "Абай 1"}}, "message", "Мектеп, Абай 1"),
    ("a picture", {"type": "image", "image": PICTURE}, "message", "вот"),
    ("the thread opened", {"type": "request_welcome"}, "message", ""),
    ("another number", {"type": "system", "system": {"body": "moved", "wa_id": "77000000013"}}, "message", "moved"),
    ("an edit", {"type": "edit", "edit": {"original_message_id": "w0", "message": {"type": "text", "text": {"body": "жаңа"}}}}, "edit", "жаңа"),
    ("taken back", {"type": "revoke", "revoke": {"original_message_id": "w0"}}, "edit", ""),
    ("not supported", {"type": "unsupported", "errors": [{"code": 131051}]}, "unparsed", ""),
    ("an order", {"type": "order", "order": {"text": "помогите"}}, "unparsed", "помогите"),
    ("of no type", {"text": {"body": "помогите"}}, "unparsed", "помогите"),
    ("a text that is a list", {"type": "text", "text": ["a"]}, "unparsed", "a"),
    ("a text that is a string", {"type": "text", "text": "помогите"}, "unparsed", "помогите"),
    ("a picture without an id", {"type": "image", "image": {"caption": "вот"}}, "unparsed", "вот"),
    ("a place nowhere", {"type": "location", "location": {"latitude": 430, "longitude": 7}}, "unparsed", ""),
    ("an edit of nothing", {"type": "edit", "edit": {"message": {"text": {"body": "жаңа"}}}}, "unparsed", "жаңа"),
    ("an edit of an edit", {"type": "edit", "edit": {"message": {"type": "edit", "edit": {}}}}, "unparsed", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "kind", "words"), [row[1:] for row in SAID], ids=[row[0] for row in SAID]
)
def test_every_form_of_saying_something_is_one_contact(fields, kind, words):
    kept = one(**fields)
    assert (kept.kind, kept.text) == (kind, words)
    assert (kept.external_id, kept.sender) == ("wamid.A1", "77000000011")


def test_an_edit_and_a_message_taken_back_follow_their_original():
    inner = {"type": "image", "image": PICTURE}
    edit = one(type="edit", edit={"original_message_id": "w0", "message": inner})
    assert (edit.follows, edit.text) == ("w0", "вот")
    assert [medium.ref for medium in edit.media] == ["30"]
    gone = one(type="revoke", revoke={"original_message_id": "w0"})
    assert gone.follows == "w0"
    assert gone.identity.extra["revoked"]


FILES = [
    # type        of it                                              kind      name
    ("image", {}, "image", None),
    ("audio", {"voice": True}, "voice", None),
    ("audio", {"voice": False}, "audio", None),
    ("video", {}, "video", None),
    ("sticker", {}, "sticker", None),
    ("document", {"filename": "../../etc/passwd"}, "file", "passwd"),
    ("document", {"filename": "C:\\фото\\акт.pdf"}, "file", "акт.pdf"),
]


@pytest.mark.parametrize(("name", "more", "kind", "called"), FILES)
def test_a_file_is_named_for_a_worker_to_fetch(name, more, kind, called):
    told = {"id": "30", "mime_type": "audio/ogg; codecs=opus", "sha256": "qq=", **more}
    kept = one(type=name, **{name: told})
    assert kept.media == (Media(kind, "30", "audio/ogg", called),)
    assert kept.identity.extra["sha256"] == "qq="


def test_a_type_that_no_column_holds_is_no_reason_to_fail():
    for mime in ("\0", "image/\ud800", "x" * 5000, 7, None):
        kept = one(type="image", image={"id": "30", "mime_type": mime})
        assert kept.media[0].mime is None


def test_a_card_of_somebody_else_is_who_is_told_of_and_not_who_writes():
    name = {"formatted_name": "Қатысушы"}
    other = {
        "name": name,
        "phones": [{"phone": "+7 700 000 00 12", "wa_id": "77000000012"}],
    }
    own = {"name": {"formatted_name": "Мен"}, "phones": [{"wa_id": "77000000011"}]}
    kept = one(type="contacts", contacts=[other, own])
    assert kept.identity.phone == "+77000000011"
    assert kept.identity.extra["reported"] == [
        {"name": "Қатысушы", "phone": "+7 700 000 00 12"}
    ]


def test_a_filled_form_is_read_in_letters_however_it_was_escaped():
    form = json.dumps({"q": "он бьёт меня"})
    reply = {"name": "flow", "body": "Sent", "response_json": form}
    kept = one(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
    assert kept.text == 'Sent\n{"q": "он бьёт меня"}'
    cut = {"response_json": form[:-1]}
    assert one(type="interactive", interactive={"nfm_reply": cut}).text == form[:-1]


def test_what_was_forwarded_may_be_somebody_elses_words():
    for context in ({"forwarded": True}, {"frequently_forwarded": True}):
        assert one(**text(context=context)).identity.extra["forwarded"] is True
    assert "forwarded" not in one(**text(context={"id": "wamid.0"})).identity.extra


def test_a_name_of_an_account_has_one_sign_before_it():
    """Meta's own pages write it with the sign, some who pass it on without."""
    for username in ("@aigul", "aigul"):
        card = {"user_id": "KZ.1", "profile": {"name": "А", "username": username}}
        [kept] = parsed(body_of(change(text(), cards=(card,))))
        assert kept.identity.handle == "@aigul"


def test_a_number_that_was_left_is_not_written_to():
    """Whose it is by now nobody knows."""
    for told in ({"wa_id": "77000000013"}, {"new_wa_id": "77000000013"}):
        kept = one(type="system", system={"body": "moved", **told})
        assert kept.identity.extra["new_phone"] == "77000000013"
        assert not kept.policy.may_write
    assert one(type="text", text={"body": "x"}).policy.may_write


def test_a_new_number_is_kept_beside_the_old():
    kept = one(type="system", system={"body": "moved", "wa_id": "77000000013"})
    assert kept.sender == "77000000011"
    assert kept.identity.extra["new_phone"] == "77000000013"


MOMENTS = [
    # what             timestamp         moment
    ("digits", "1790000000", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
    ("a number", 1790000000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
    ("a word", "yesterday", None),
    ("none", None, None),
    ("a fraction", 1.5, None),
    ("before 1970", "-5", None),
    ("endless", "9" * 400, None),
    ("other digits", "１７９００００００００", None),
]


@pytest.mark.parametrize(
    ("given_moment", "moment"), [r[1:] for r in MOMENTS], ids=[r[0] for r in MOMENTS]
)
def test_a_moment_that_is_none_costs_no_message(given_moment, moment):
    kept = one(type="text", text={"body": "x"}, timestamp=given_moment)
    assert (kept.text, kept.occurred_at) == ("x", moment)
