"""Sealing: AES-256-GCM with a key per contact, case or draft (envelope encryption).

A master secret from the environment yields, by HKDF-SHA256 and a label each, the key that
wraps the owners' keys and the keys of the keyed hashes. The wrapped keys stand in the schema
`keyring`; destroying one makes every copy of what it sealed unreadable, in backups too,
as long as backups leave `keyring` out (docs/adr/0003-sealed-from-the-first-day.md).
"""

import hmac
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotline.errors import BadConfig, NotFound

NONCE: Final = 12
SHORTEST_SECRET: Final = 32
_LONG: Final = "characters; set a long random value"


class Forgotten(NotFound):
    """The key was destroyed: the text is gone for good."""

    code = "forgotten"


@dataclass(frozen=True, slots=True)
class OwnerKey:
    """One owner's open key; lives in memory for one request or job only."""

    owner_id: int
    cipher: AESGCM

    def seal(self, part: str, plain: bytes) -> bytes:
        """Return `plain` sealed for `part` ("narrative", "identity", ...) of this owner."""
        nonce = os.urandom(NONCE)
        return nonce + self.cipher.encrypt(nonce, plain, _bound(self.owner_id, part))

    def open(self, part: str, sealed: bytes) -> bytes:
        """Return what `seal` took. Errors: NotFound when it belongs to another owner or part."""
        try:
            return self.cipher.decrypt(
                sealed[:NONCE], sealed[NONCE:], _bound(self.owner_id, part)
            )
        except (InvalidTag, ValueError) as error:
            raise NotFound("sealed with another key", code="unreadable") from error

    def seal_text(self, part: str, text: str) -> bytes:
        """Return `text` sealed. Lone surrogates survive: a strange message is no reason to fail."""
        return self.seal(part, text.encode("utf-8", "surrogatepass"))

    def open_text(self, part: str, sealed: bytes | None) -> str:
        """Return the text, or an empty string where nothing was sealed."""
        if sealed is None:
            return ""
        return self.open(part, sealed).decode("utf-8", "surrogatepass")


class Sealer:
    """Makes, wraps and opens owners' keys; computes keyed hashes."""

    def __init__(self, secret: str) -> None:
        """Take the master secret. Errors: BadConfig when it is too short to be one."""
        if len(secret) < SHORTEST_SECRET:
            raise BadConfig(
                [
                    f"environment: HOTLINE_SECRET_KEY: needs at least {SHORTEST_SECRET} {_LONG}"
                ]
            )
        self._root = secret.encode()
        self._wrapping = AESGCM(self.derive("wrap"))
        self._trace_key = self.derive("trace")
        self._token_key = self.derive("token")

    def derive(self, label: str) -> bytes:
        """Return 32 bytes that depend on the master secret and `label` only."""
        hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=label.encode())
        return hkdf.derive(self._root)

    def new_key(self, owner_id: int) -> tuple[OwnerKey, bytes]:
        """Return a fresh key for `owner_id` and its wrapped form for `keyring.keys`."""
        plain = AESGCM.generate_key(bit_length=256)
        nonce = os.urandom(NONCE)
        wrapped = nonce + self._wrapping.encrypt(nonce, plain, _bound(owner_id, "key"))
        return OwnerKey(owner_id, AESGCM(plain)), wrapped

    def open_key(self, owner_id: int, wrapped: bytes | None) -> OwnerKey:
        """Return the owner's key. Errors: Forgotten when it was destroyed."""
        if wrapped is None:
            raise Forgotten("this person was forgotten")
        try:
            plain = self._wrapping.decrypt(
                wrapped[:NONCE], wrapped[NONCE:], _bound(owner_id, "key")
            )
        except (InvalidTag, ValueError) as error:
            raise NotFound("sealed under another master key", code="unreadable") from error
        return OwnerKey(owner_id, AESGCM(plain))

    def trace(self, kind: str, value: str) -> bytes:
        """Return the keyed hash by which a phone or a folded name is found again."""
        return hmac.digest(
            self._trace_key, f"{kind}:{value}".encode("utf-8", "surrogatepass"), "sha256"
        )[:16]

    def token_hash(self, token: str) -> bytes:
        """Return the keyed hash under which a session, bearer token or PIN is kept."""
        return hmac.digest(self._token_key, token.encode("utf-8", "replace"), "sha256")


def _bound(owner_id: int, part: str) -> bytes:
    """Return the associated bytes that tie a sealed part to its owner and place."""
    return f"{owner_id}:{part}".encode()
