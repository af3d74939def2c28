"""What a Telegram message holds beside its words: files, a place, people who are told of."""

from typing import Any

import msgspec

from hotline.cases.inbound import Identity, Location, Media
from hotline.intake.loose import (
    file_name_of,
    mime_of,
    name_of,
    number_of,
    part,
    parts,
    place_of,
    size_of,
    words,
    words_in,
)

_FILES = {  # field of a message -> kind of medium; an animation stands as a document too
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "document": "file",
}


_NOT_SAID = frozenset(  # who and where, what was said before, and what apps write
    {"from", "chat", "sender_chat", "via_bot", "sender_business_bot", "forward_origin",
     "forward_from", "forward_from_chat", "reply_to_message", "reply_to_story",
     "reply_to_checklist_task_id", "external_reply", "quote", "pinned_message",
     "reply_markup", "entities", "caption_entities", "link_preview_options", "contact",
     "audio", "story"}
)  # fmt: skip
_FORWARDED = ("forward_origin", "forward_from", "forward_sender_name", "forward_date")


class User(msgspec.Struct):
    """Who wrote."""

    id: int
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None


class SharedContact(msgspec.Struct):
    """A card from the address book; without the sender's own id it is somebody else."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: int | None = None


def media_of(content: dict[str, Any]) -> tuple[Media, ...]:
    """Return the files of a message, each once; of a photo the largest.

    Also those that were to be paid for, and of a message in another chat that is answered.
    """
    found: dict[str, Media] = {}
    sold = parts(part(content, "paid_media"), "paid_media")
    for told in (content, *sold, part(content, "external_reply")):
        for ref, medium in _files(told).items():
            found.setdefault(ref, medium)
    return tuple(found.values())


def _files(content: dict[str, Any]) -> dict[str, Media]:
    found: dict[str, Media] = {}
    largest = max(parts(content, "photo"), key=_pixels, default={})
    ref = name_of(largest, "file_id")
    if ref:
        found[ref] = Media("image", ref, "image/jpeg", None, size_of(largest, "file_size"))
    for field, kind in _FILES.items():
        told = part(content, field)
        ref = name_of(told, "file_id")
        if ref:
            size = size_of(told, "file_size")
            name = file_name_of(told, "file_name")
            found.setdefault(ref, Media(kind, ref, mime_of(told, "mime_type"), name, size))
    return found


def _pixels(photo: dict[str, Any]) -> int:
    return (number_of(photo, "width") or 0) * (number_of(photo, "height") or 0)


def location_of(content: dict[str, Any]) -> Location | None:
    """Return the place that was sent, by its name where it has one."""
    venue = part(content, "venue")
    name = place_words(content) or None
    return place_of(part(content, "location"), "latitude", "longitude", name) or place_of(
        part(venue, "location"), "latitude", "longitude", name
    )


def words_of(content: dict[str, Any]) -> str:
    """Return what a message says: its words, and those it shows from another chat.

    Where it has no words of its own: those of a poll, a list of tasks, a game, and of what
    nobody knows yet. Of the chat itself nothing is said twice: an answer's quote is left out.
    """
    own = words(content, "text") or words(content, "caption") or place_words(content)
    if not own:
        shown = {name: said for name, said in content.items() if name not in _NOT_SAID}
        own = words_in(shown)
    elsewhere = part(content, "external_reply")
    quote = words(part(content, "quote"), "text") if elsewhere else ""
    quoted = "\n".join(f"> {line}" for line in quote.splitlines())
    return "\n".join(said for said in (own, quoted) if said)


def place_words(content: dict[str, Any]) -> str:
    """Return the words of a place that was chosen from a map."""
    venue = part(content, "venue")
    return ", ".join(
        word for word in (words(venue, "title"), words(venue, "address")) if word
    )


def identity_of(
    sender: User | None, card: SharedContact | None, content: dict[str, Any]
) -> Identity:
    """Return who wrote. A shared card is theirs only when it carries their own id."""
    own = card is not None and sender is not None and card.user_id == sender.id
    reported = (
        {"name": _full(card), "phone": card.phone_number} if card and not own else None
    )
    extra: dict[str, Any] = {"reported": reported} if reported else {}
    if any(content.get(name) for name in _FORWARDED):
        extra["forwarded"] = True
    return Identity(
        name=(_full(sender) if sender else "") or None,
        phone=card.phone_number if card is not None and own else None,
        handle=f"@{sender.username}" if sender and sender.username else None,
        extra=extra,
    )


def _full(person: User | SharedContact) -> str:
    return f"{person.first_name} {person.last_name}".strip()
