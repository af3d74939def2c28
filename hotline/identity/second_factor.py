"""The second factor: codes of an authenticator that hold for half a minute, each once."""

import secrets
from datetime import datetime

import pyotp

STEP_S = 30
_DRIFT = 1  # steps that a telephone's clock may be off
_DIGITS = 6
_ISSUER = "111"
# No letter that is read as another one, so that a code on paper can be typed.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUP, _GROUPS = 5, 2


def new_secret() -> str:
    """Return a fresh secret, as authenticators take it. Units: 160 bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """Return what the square picture says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step of a right code, None for a wrong one or one that was taken before."""
    typed = "".join(code.split())
    if len(typed) != _DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_S
    found = None
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        # Every one is compared, so that the time taken tells nothing.
        same = secrets.compare_digest(totp.generate_otp(step), typed)
        if same and step > last_step:
            found = step
    return found


def new_codes(count: int) -> list[str]:
    """Return `count` recovery codes such as K7QMN-3XW9B. Units: 49 bits each."""
    return [
        "-".join(
            "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
            for _ in range(_GROUPS)
        )
        for _ in range(count)
    ]


def folded(code: str) -> str:
    """Return a recovery code as it is compared: capitals, without spaces and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:40]
