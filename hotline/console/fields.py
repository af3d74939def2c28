"""Reading single fields of forms: what cannot be read is left out, never a fault."""

_LONGEST = 18  # digits of a number that fits a row id

LEVELS = ("0", "1", "2", "3", "4")


def whole(typed: str) -> int | None:
    """Return a typed number of ours (id, version, level), or None."""
    plain = typed.strip()
    fits = plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST
    return int(plain) if fits else None
