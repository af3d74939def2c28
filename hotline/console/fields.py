"""Reading single fields of forms."""

from hotline.errors import RuleForbids

SHORTEST_REASON = 10  # characters; asked of people, for a program's text may be a code
_LONGEST = 18  # digits of a number that fits a row id

PAGE = 40  # characters of an open page's name, by which its late saves are known
LEVELS = ("0", "1", "2", "3", "4")


def whole(typed: str) -> int | None:
    """Return a typed number of ours (id, version, level), or None."""
    plain = typed.strip()
    fits = plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST
    return int(plain) if fits else None


def explained(typed: str) -> None:
    """Do nothing for a text that explains something. Errors: RuleForbids `reason_missing`."""
    if len(typed) < SHORTEST_REASON:
        raise RuleForbids("say why", code="reason_missing", field="text")
