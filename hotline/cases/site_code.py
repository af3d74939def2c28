"""Codes on posters: opaque, long enough that nobody finds one by trying, easy to type."""

import re

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o, u
LENGTH = 17  # 5 bits each: 85
_ALIKE = str.maketrans("ilo", "110")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]+")
_SHAPE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def made_of(random: bytes) -> str:
    """Return the code of `random`, which has at least as many bytes as a code letters."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random[:LENGTH])


def read_code(typed: str) -> str | None:
    """Return a code as it was made, however it was typed; None for what can be none."""
    code = _BETWEEN.sub("", typed[: 3 * LENGTH]).lower().translate(_ALIKE)
    return code if _SHAPE.fullmatch(code) else None
