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
    """Return the files of a message, each once; of a photo the largest."""
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
    return tuple(found.values())


def _pixels(photo: dict[str, Any]) -> int:
    return (number_of(photo, "width") or 0) * (number_of(photo, "height") or 0)


def location_of(content: dict[str, Any]) -> Location | None:
    """Return the place that was sent, by its name where it has one."""
    venue = part(content, "venue")
    name = place_words(content) or None
    return place_of(part(content, "location"), "latitude", "longitude", name) or place_of(
        part(venue, "location"), "latitude", "longitude", name
    )


def place_words(content: dict[str, Any]) -> str:
    """Return the words of a place that was chosen from a map."""
    venue = part(content, "venue")
    return ", ".join(
        word for word in (words(venue, "title"), words(venue, "address")) if word
    )


def identity_of(sender: User | None, card: SharedContact | None) -> Identity:
    """Return who wrote. A shared card is theirs only when it carries their own id."""
    own = card is not None and sender is not None and card.user_id == sender.id
    reported = (
        {"name": _full(card), "phone": card.phone_number} if card and not own else None
    )
    return Identity(
        name=(_full(sender) if sender else "") or None,
        phone=card.phone_number if card is not None and own else None,
        handle=f"@{sender.username}" if sender and sender.username else None,
        extra={"reported": reported} if reported else {},
    )


def _full(person: User | SharedContact) -> str:
    return f"{person.first_name} {person.last_name}".strip()
