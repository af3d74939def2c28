"""What one element of `messages` says, by its type. Total: in doubt a person looks."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hotline.cases.inbound import InboundKind, Location, Media
from hotline.intake.loose import (
    file_name_of,
    mime_of,
    name_of,
    part,
    parts,
    place_of,
    words,
    words_in,
)

_MEDIA = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "voice": "voice",
    "document": "file",
    "sticker": "sticker",
}
_SPOKEN = {"text": "body", "button": "text", "system": "body"}
_REPLIES = ("button_reply", "list_reply", "nfm_reply")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, in whatever form."""

    text: str = ""
    kind: InboundKind = InboundKind.MESSAGE
    media: tuple[Media, ...] = ()
    location: Location | None = None
    follows: str | None = None  # the provider's id of an earlier message
    extra: dict[str, Any] = field(default_factory=dict)


def said(message: dict[str, Any]) -> Said:
    """Return what `message` says; of a type nobody knows, such words as can be found."""
    known = _READERS.get(words(message, "type"), _unknown)
    return known(message) or _unknown(message)


def _spoken(message: dict[str, Any]) -> Said | None:
    name = words(message, "type")
    text = part(message, name).get(_SPOKEN[name])
    return Said(text) if isinstance(text, str) else None


def _system(message: dict[str, Any]) -> Said | None:
    """The person has another number now: the desk must know where they are reached."""
    told = part(message, "system")
    moved = {
        "new_phone": name_of(told, "wa_id") or name_of(told, "new_wa_id"),
        "new_user_id": name_of(told, "user_id"),
    }
    extra = {name: value for name, value in moved.items() if value}
    found = _spoken(message)
    return replace(found, extra=extra) if found else None


def _medium(message: dict[str, Any]) -> Said | None:
    name = words(message, "type")
    told = part(message, name)
    ref = name_of(told, "id")
    if ref is None:
        return None
    kind = "voice" if told.get("voice") is True else _MEDIA[name]
    medium = Media(kind, ref, mime_of(told, "mime_type"), file_name_of(told, "filename"))
    sha = words(told, "sha256")
    extra = {"sha256": sha} if sha else {}
    return Said(words(told, "caption"), media=(medium,), extra=extra)


def _place(message: dict[str, Any]) -> Said | None:
    told = part(message, "location")
    named = [words(told, "name"), words(told, "address")]
    text = ", ".join(name for name in named if name)  # read for danger and for the region
    point = place_of(told, "latitude", "longitude", text or None)
    return Said(text, location=point) if point else None


def _cards(message: dict[str, Any]) -> Said | None:
    """Cards from the address book: the sender's own, or people who are told of."""
    if not isinstance(message.get("contacts"), list):
        return None
    own = {name_of(message, "from"), name_of(message, "from_user_id")} - {None}
    others = []
    for card in parts(message, "contacts"):
        phones = parts(card, "phones")
        if own.isdisjoint({name_of(phone, "wa_id") for phone in phones}):
            numbers = [words(phone, "phone") or words(phone, "wa_id") for phone in phones]
            name = words(part(card, "name"), "formatted_name")
            others.append({"name": name, "phone": ", ".join(filter(None, numbers))})
    return Said(extra={"reported": others} if others else {})


def _chosen(message: dict[str, Any]) -> Said | None:
    told = part(message, "interactive")
    for name in _REPLIES:
        reply = part(told, name)
        if not reply:
            continue
        lines = [words(reply, key) for key in ("title", "description", "body")]
        lines.append(_filled(words(reply, "response_json")))
        return Said("\n".join(line for line in lines if line))
    return None


def _filled(form: str) -> str:
    """Return a filled form in letters: JSON within JSON may hold them as escapes."""
    if "\\u" not in form:
        return form
    try:
        return json.dumps(json.loads(form), ensure_ascii=False)
    except (ValueError, RecursionError):
        return form


def _reaction(message: dict[str, Any]) -> Said | None:
    """A sign under an earlier message; taken back when there is none."""
    told = part(message, "reaction")
    return Said(words(told, "emoji"), follows=name_of(told, "message_id")) if told else None


def _edit(message: dict[str, Any]) -> Said | None:
    told = part(message, "edit")
    inner = part(told, "message")
    if not inner or words(inner, "type") == "edit":  # no edit of an edit: it would not end
        return None
    found = said(inner)
    if found.kind is InboundKind.UNPARSED:
        return None
    return replace(
        found, kind=InboundKind.EDIT, follows=name_of(told, "original_message_id")
    )


def _revoke(message: dict[str, Any]) -> Said | None:
    """Somebody deleted what they had written. It stays kept: they may be watched."""
    told = part(message, "revoke")
    original = name_of(told, "original_message_id")
    if original is None:
        return None
    return Said(kind=InboundKind.EDIT, follows=original, extra={"revoked": True})


def _unknown(message: dict[str, Any]) -> Said:
    return Said(words_in(message), kind=InboundKind.UNPARSED)


_READERS: dict[str, Callable[[dict[str, Any]], Said | None]] = {
    "text": _spoken,
    "button": _spoken,
    "system": _system,
    "location": _place,
    "contacts": _cards,
    "interactive": _chosen,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "request_welcome": lambda _: Said(),  # the thread was opened; nothing written yet
    **dict.fromkeys(_MEDIA, _medium),
}
