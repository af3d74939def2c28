"""Tokens in the Message-ID of our letters: which letter of ours an answer belongs to.

`case-<token>@domain`: the letter's row id, masked, and two short keyed hashes: one over the
id, which shows that the token is ours, and one over the address written to, which shows that
it was given to whoever answers. A number in a subject proves neither.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass

_ID, _MAC = 6, 8  # bytes
_SIZE = _ID + 2 * _MAC
_SHAPE = re.compile(r"case-([a-z2-7]{36})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answered:
    """Which letter of ours is answered. `own`: by the address that it was written to."""

    letter_id: int
    own: bool


def key_of(secret: str) -> bytes:
    """Return the key of tokens. Known to who writes letters and to who reads them."""
    return hmac.digest(secret.encode(), b"hotline letter token", "sha256")


def token_of(key: bytes, letter_id: int, address: str) -> str:
    """Return the token of one letter of ours; the same for every attempt to send it."""
    genuine = _mac(key, "letter", str(letter_id))
    masked = letter_id.to_bytes(_ID, "big")
    plain = _xor(masked, _mac(key, "mask", genuine.hex())[:_ID])
    raw = plain + genuine + _mac(key, "address", f"{letter_id}:{address.strip().lower()}")
    return f"case-{_written(raw)}"


def answered(key: bytes, text: str, address: str | None) -> Answered | None:
    """Return the first letter of ours that `text` (References, To) names with a genuine token.

    One that `address` was given counts before others.
    """
    found = [
        known for token in _SHAPE.findall(text) if (known := _read(key, token, address))
    ]
    return next((one for one in found if one.own), found[0] if found else None)


def _read(key: bytes, token: str, address: str | None) -> Answered | None:
    try:
        raw = base64.b32decode(token.upper() + "====")
    except binascii.Error:
        return None
    if _written(raw) != token.lower():  # spare bits of the last letter
        return None
    masked, genuine, given = raw[:_ID], raw[_ID : _ID + _MAC], raw[_ID + _MAC : _SIZE]
    letter_id = int.from_bytes(_xor(masked, _mac(key, "mask", genuine.hex())[:_ID]), "big")
    if not hmac.compare_digest(genuine, _mac(key, "letter", str(letter_id))):
        return None
    wanted = _mac(key, "address", f"{letter_id}:{(address or '').strip().lower()}")
    return Answered(letter_id, own=hmac.compare_digest(given, wanted))


def _written(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _mac(key: bytes, label: str, value: str) -> bytes:
    told = f"{label}\x00{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, told, "sha256")[:_MAC]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
