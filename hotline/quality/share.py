"""A share with the interval in which it truly lies: small counts say little, and say so.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
Journal of the American Statistical Association 22, 1927.
"""

from dataclasses import dataclass
from math import sqrt

CONFIDENCE = 1.959964  # standard deviations of 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`. `share` is None while there was nothing to count."""

    hits: int
    n: int
    share: float | None
    low: float
    high: float


def share_of(hits: int, n: int, deviations: float = CONFIDENCE) -> Share:
    """Return `hits` of `n` with Wilson's interval. Errors: ValueError for more hits than n."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return Share(0, 0, None, 0.0, 1.0)
    part, square = hits / n, deviations * deviations
    middle = (part + square / (2 * n)) / (1 + square / n)
    half = (
        deviations * sqrt(part * (1 - part) / n + square / (4 * n * n)) / (1 + square / n)
    )
    # Rounding must not put the share itself outside its interval.
    low, high = min(part, middle - half), max(part, middle + half)
    return Share(hits, n, part, max(0.0, low), min(1.0, high))
