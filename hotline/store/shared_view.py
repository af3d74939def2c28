"""What a person sent beside words: where they are, cards of others, another number."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hotline.store.opened_parts import identity_of, mask_name, mask_phone

_CARDS = 20  # of one message; a whole address book would hide the rest


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """A point on the map; closed to who reads it masked. Units: degrees."""

    latitude: float | None
    longitude: float | None
    name: str | None


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is told of, as an address book has them."""

    name: str | None
    phone: str | None


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the words of one message."""

    place: PlaceView | None
    cards: tuple[CardView, ...]
    new_phone: str | None  # the person has another number now
    taken_back: bool  # deleted by the person; it stays kept
    forwarded: bool  # somebody else may have written it


def shared_view(known: Mapping[str, Any], *, masked: bool) -> SharedView | None:
    """Return what the sealed JSON of a contact holds beside words; None where nothing."""
    extra = identity_of(known).extra
    new_phone = _word(extra, "new_phone")
    shared = SharedView(
        place=_place(known.get("location"), masked=masked),
        cards=tuple(_card(one, masked=masked) for one in _told_of(extra)),
        new_phone=mask_phone(new_phone) if masked else new_phone,
        taken_back=extra.get("revoked") is True,
        forwarded=extra.get("forwarded") is True,
    )
    flags = shared.taken_back or shared.forwarded
    told = shared.place or shared.cards or shared.new_phone or flags
    return shared if told else None


def _place(point: Any, *, masked: bool) -> PlaceView | None:
    found = point if isinstance(point, dict) else {}
    north, east = found.get("latitude"), found.get("longitude")
    if not (isinstance(north, int | float) and isinstance(east, int | float)):
        return None
    if masked:
        return PlaceView(latitude=None, longitude=None, name=None)
    return PlaceView(latitude=north, longitude=east, name=_word(found, "name"))


def _told_of(extra: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the cards: one messenger writes one, another a list."""
    found = extra.get("reported")
    cards = found if isinstance(found, list) else [found]
    return [card for card in cards if isinstance(card, dict)][:_CARDS]


def _card(card: Mapping[str, Any], *, masked: bool) -> CardView:
    name, phone = _word(card, "name"), _word(card, "phone")
    if masked:
        return CardView(name=mask_name(name), phone=mask_phone(phone))
    return CardView(name=name, phone=phone)


def _word(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found.strip() or None if isinstance(found, str) else None
