"""Bodies of requests about hand-offs by voice and duty desks."""

from datetime import date

from hotline.api.asks import Asked, Word


class AttemptAsked(Asked, frozen=True):
    """What came of one call; `by` (name or badge) where somebody accepted."""

    result: Word
    number: Word
    note: Word | None = None
    by: Word | None = None


class NumberAsked(Asked, frozen=True):
    """A duty desk's number: whose, where, from when until before when, and who told it."""

    service: Word
    region: Word
    number: Word
    valid_from: date
    source: Word
    district: Word | None = None
    valid_to: date | None = None


class NumberEndAsked(Asked, frozen=True):
    """Until before which day a number holds."""

    valid_to: date
