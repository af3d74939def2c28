"""Passwords: argon2id with the library's defaults (RFC 9106, low-memory profile)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def hash_password(password: str) -> str:
    """Return the encoded hash of `password`. Units: takes about 50 ms by design."""
    return _hasher().hash(password)


def verify_password(encoded: str, password: str) -> bool:
    """Return whether `password` is the one behind `encoded`; a broken hash is a no."""
    try:
        return _hasher().verify(encoded, password)
    except (VerificationError, InvalidHashError):
        return False
