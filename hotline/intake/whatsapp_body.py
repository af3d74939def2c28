"""A body of WhatsApp's webhook taken apart: every element alone, none left behind.

One body holds many entries, an entry many changes, a change many messages and statuses, of
our number and of others. What has no readable shape is a piece too: a person looks at it.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotline.intake.loose import name_of, part, parts

OURS = "whatsapp_business_account"
FIELD = "messages"


class PieceKind(StrEnum):
    """What one element is."""

    MESSAGE = "message"
    STATUS = "status"
    BROKEN = "broken"  # where messages would stand, of a shape nobody reads


@dataclass(frozen=True, slots=True)
class Piece:
    """One element, and the same envelope with nothing else in it."""

    kind: PieceKind
    element: Any
    alone: Any
    account: str = ""
    card: Any = None  # what the envelope says of who wrote


def pieces(body: Any, numbers: Collection[str]) -> Iterator[Piece]:
    """Yield what `body` holds for one of our `numbers`; for any number when there is none."""
    if not isinstance(body, dict) or not isinstance(body.get("entry"), list):
        if not _foreign(body, "object", OURS):
            yield Piece(PieceKind.BROKEN, body, body)
        return
    if _foreign(body, "object", OURS):
        return
    for entry in body["entry"]:
        alone = {**body, "entry": [entry]}
        if not isinstance(entry, dict) or not isinstance(entry.get("changes"), list):
            yield Piece(PieceKind.BROKEN, entry, alone)
            continue
        for change in entry["changes"]:
            yield from _of_change(body, entry, change, numbers)


def _of_change(
    body: dict[str, Any], entry: dict[str, Any], change: Any, numbers: Collection[str]
) -> Iterator[Piece]:
    def lone(only: Any) -> dict[str, Any]:
        return {**body, "entry": [{**entry, "changes": [only]}]}

    def alone(value: dict[str, Any]) -> dict[str, Any]:
        return lone({**change, "value": value})

    if _foreign(change, "field", FIELD):
        return
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict):
        yield Piece(PieceKind.BROKEN, change, lone(change))
        return
    number = name_of(part(value, "metadata"), "phone_number_id")
    if number is not None and numbers and number not in numbers:
        return
    account = _column(number) if number else next(iter(numbers), "")
    kept = {name: known for name, known in value.items() if name != "statuses"}
    messages = value.get("messages")
    if messages is not None and not isinstance(messages, list):
        yield Piece(PieceKind.BROKEN, messages, alone(kept), account)
        messages = []
    known = _Cards(value, len(messages or []))
    for message in messages or []:
        cards = known.of(message)
        only = {**kept, "messages": [message]}
        if isinstance(value.get("contacts"), list):
            only["contacts"] = cards
        card = cards[0] if cards else None
        yield Piece(PieceKind.MESSAGE, message, alone(only), account, card)
    for status in parts(value, "statuses"):
        yield Piece(PieceKind.STATUS, status, None, account)


def _foreign(value: Any, name: str, ours: str) -> bool:
    """Return whether `value` says that it is something else; in doubt it is ours."""
    said = value.get(name) if isinstance(value, dict) else None
    return isinstance(said, str) and said != ours


class _Cards:
    """Who wrote, by number and by id; looked up, for a body may hold thousands of both."""

    def __init__(self, value: dict[str, Any], count: int) -> None:
        self._all = parts(value, "contacts")
        self._alone = count == 1
        self._by_id: dict[str | None, dict[str, Any]] = {}
        for card in self._all:
            for name in ("wa_id", "user_id"):
                self._by_id.setdefault(name_of(card, name), card)
        self._by_id.pop(None, None)

    def of(self, message: Any) -> list[dict[str, Any]]:
        """Return the card of who wrote `message`; nobody else's goes with it."""
        known = [name_of(message, name) for name in ("from", "from_user_id")]
        for one in known:
            if one in self._by_id:
                return [self._by_id[one]]
        lone = len(self._all) == 1 and (self._alone or not any(known))
        return self._all if lone else []


def _column(number: str) -> str:
    """Return a number's id as it can stand in a column; ours are digits."""
    plain = "".join(sign for sign in number if sign.isascii() and sign.isalnum())
    return plain[:64]


def raw_of(piece: Piece, body: Any, raw: bytes) -> bytes:
    """Return what is kept with one message: all that came, if nothing else came with it."""
    if piece.alone == body:
        return raw
    try:
        return json.dumps(piece.alone, allow_nan=False).encode()
    except ValueError:  # a number beyond all bounds, which could not be read again
        return raw
