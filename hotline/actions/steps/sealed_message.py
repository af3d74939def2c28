"""Step: what people sent, opened once for the rules; and what of it no machine can read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.cases.inbound import InboundKind
from hotline.routing.wordless import unreadable
from hotline.store import media
from hotline.store.sealing import OwnerKey
from hotline.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Message:
    """The words of one message, and what is known beside them; a forgotten person's: nothing."""

    text: str = field(default="", repr=False)
    known: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def identity(self) -> Mapping[str, Any]:
        """Return who wrote, as far as they said."""
        return self.known.get("identity") or {}


def opened(row: Any, key: OwnerKey | None) -> Message:
    """Return what a contact holds under its key."""
    if key is None:
        return Message()
    text = key.open_text("narrative", row.sealed_narrative)
    return Message(text, json.loads(key.open_text("identity", row.sealed_identity) or "{}"))


async def unread(
    tx: Transaction, rows: Sequence[Any], messages: Mapping[int, Message]
) -> set[int]:
    """Return the ids of those of `rows` that hold what no machine can read."""
    silent = [row.id for row in rows if not messages[row.id].text.strip()]
    files = await media.holding(tx, silent) if silent else set()
    return {
        row.id
        for row in rows
        if unreadable(
            messages[row.id].text,
            placed=bool(messages[row.id].known.get("location")),
            beside=row.id in files
            or row.kind == InboundKind.UNPARSED
            or bool((messages[row.id].identity.get("extra") or {}).get("reported")),
        )
    }
