"""Opening sealed parts for a reader: a forgotten person's parts are None, never an error."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hotline.cases.inbound import Identity
from hotline.errors import NotFound
from hotline.store import keys
from hotline.store.sealing import OwnerKey
from hotline.store.transaction import Transaction


class OpenedParts:
    """The open keys of a case and its contacts, for one read."""

    def __init__(self, owners: Mapping[int, OwnerKey]) -> None:
        self._owners = owners

    def text(self, owner_id: int, part: str, sealed: bytes | None) -> str | None:
        """Return the words, or None where there are none or they were forgotten."""
        key = self._owners.get(owner_id)
        if key is None or sealed is None:
            return None
        try:
            words = key.open_text(part, sealed)
        except NotFound:
            return None
        # Half a surrogate pair can be stored, but no answer can carry it; length is kept.
        return words.encode("utf-8", "replace").decode()

    def known(self, owner_id: int, part: str, sealed: bytes | None) -> dict[str, Any]:
        """Return a sealed JSON object, empty where there is none."""
        key = self._owners.get(owner_id)
        if key is None or sealed is None:
            return {}
        try:
            found = json.loads(key.open_text(part, sealed) or "{}")
        except (NotFound, ValueError):
            return {}
        return _clean(found) if isinstance(found, dict) else {}

    def forgotten(self, owner_id: int) -> bool:
        """Return whether the owner's key was destroyed."""
        return owner_id not in self._owners


async def opened(tx: Transaction, owner_ids: Iterable[int]) -> OpenedParts:
    """Return the open parts of these owners."""
    try:
        return OpenedParts(await keys.load(tx, owner_ids))
    except NotFound:  # wrapped under another master key: nothing here can be read
        return OpenedParts({})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {str(_clean(name)): _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return value


def mask_phone(phone: str | None) -> str | None:
    """Return "+7 701 ••• 45 18" for "+77017654518": enough to tell two callers apart."""
    digits = [c for c in phone or "" if c.isdigit()]
    if len(digits) < 7:  # noqa: PLR2004  anything shorter would show most of itself
        return "•••" if digits else None
    told = "".join(digits)
    if len(told) == 11 and told[0] in "78":  # noqa: PLR2004  a number of Kazakhstan
        return f"+7 {told[1:4]} ••• {told[-4:-2]} {told[-2:]}"
    return f"+{told[:2]} ••• {told[-2:]}"


def mask_name(name: str | None) -> str | None:
    """Return the initial of the first word: "Г."."""
    first = (name or "").strip()[:1]
    return f"{first.upper()}." if first.isalpha() else None


def identity_of(known: Mapping[str, Any]) -> Identity:
    """Return who wrote, from the sealed JSON of a contact."""
    found = known.get("identity") or {}
    fields = {name: found.get(name) for name in Identity.__dataclass_fields__}
    words = {
        n: v if isinstance(v, str) else None for n, v in fields.items() if n != "extra"
    }
    extra = fields["extra"]
    return Identity(**words, extra=extra if isinstance(extra, dict) else {})
