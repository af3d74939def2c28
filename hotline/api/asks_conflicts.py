"""Bodies of requests about conflicts of interest."""

from hotline.api.asks import Asked, Text, Word


class ConflictAsked(Asked, frozen=True):
    """Whom a case complains of: by `id` (a body's, or a user name) or by `name`."""

    kind: Word  # body | site | person | relative | employer | handler
    id: Word | None = None
    name: Word | None = None
    elsewhere: bool = False  # is in no body of the directory
    text: Text | None = None


class LiftAsked(Asked, frozen=True):
    """Why a complaint may be set aside; somebody else confirms it."""

    reason: Text
