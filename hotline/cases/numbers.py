"""Public numbers: `26-004821-7`. Year, a permuted counter, a check digit.

The permutation (a Feistel network over as many digits as the counter needs, walked until it
falls inside) is keyed, so that a number tells neither how many came before nor who is next.
Source for cycle walking: Black and Rogaway, "Ciphers with arbitrary finite domains", 2002.
"""

import hmac
import re
from functools import lru_cache

DIGITS = 6
PER_YEAR = 10**9
_SHAPE = re.compile(r"([0-9]{2})-([0-9]{6,9})-([0-9])")
# Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_ROUNDS = 6


def check_digit(digits: str) -> int:
    """Return Damm's check digit of `digits`."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def id_of(year: int, n: int) -> int:
    """Return the row id of the `n`-th number of `year` (two digits)."""
    return year * PER_YEAR + n


def number_of(row_id: int, key: bytes) -> str:
    """Return the public number of a contact or case."""
    year, n = divmod(row_id, PER_YEAR)
    width = max(DIGITS, len(str(n)))
    low = 0 if width == DIGITS else 10 ** (width - 1)
    shuffled = low + _walk(n - low, 10**width - low, key, year, forward=True)
    digits = f"{year:02d}{shuffled:0{width}d}"
    return f"{digits[:2]}-{digits[2:]}-{check_digit(digits)}"


def id_from(number: str, key: bytes) -> int | None:
    """Return the row id behind a public number, or None when it is not one."""
    found = _SHAPE.fullmatch(number)
    if found is None:
        return None
    year, digits, check = found.groups()
    if check_digit(year + digits) != int(check):
        return None
    width = len(digits)
    low = 0 if width == DIGITS else 10 ** (width - 1)
    shuffled = int(digits)
    if shuffled < low:
        return None
    n = low + _walk(shuffled - low, 10**width - low, key, int(year), forward=False)
    return id_of(int(year), n)


def _walk(value: int, size: int, key: bytes, year: int, *, forward: bool) -> int:
    """Return `value` permuted within 0..size-1."""
    half = ((size - 1).bit_length() + 1) // 2
    while True:
        value = _feistel(value, half, key, year, forward=forward)
        if value < size:
            return value


def _feistel(value: int, half: int, key: bytes, year: int, *, forward: bool) -> int:
    """Return one pass of the network over 2 * half bits, or of its inverse."""
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    if forward:
        for turn in range(_ROUNDS):
            left, right = right, left ^ (_round(key, year, turn, right) & mask)
    else:
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ (_round(key, year, turn, left) & mask), left
    return (left << half) | right


@lru_cache(maxsize=16_384)
def _round(key: bytes, year: int, turn: int, value: int) -> int:
    """Return the round function: 32 bits of HMAC-SHA256; few inputs, hence the cache."""
    packed = bytes((year, turn)) + value.to_bytes(8, "big")
    return int.from_bytes(hmac.digest(key, packed, "sha256")[:4], "big")
