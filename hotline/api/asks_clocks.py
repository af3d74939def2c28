"""Bodies of requests about clocks, regime and the second reading of an urgency."""

from hotline.api.asks import Asked, Moment, Text, Word


class PauseAsked(Asked, frozen=True):
    """Which clock waits, and for what."""

    clock: Word
    reason: Word = "awaiting_applicant"


class ResumeAsked(Asked, frozen=True):
    """Which clock goes on."""

    clock: Word


class ExtendAsked(Asked, frozen=True):
    """Until when: a moment with its zone, or a day (YYYY-MM-DD), at whose end of work."""

    clock: Word
    until: Word
    reason: Text


class ExtensionNoticeAsked(Asked, frozen=True):
    """How the applicant was told, or why writing would be unsafe."""

    how: Text | None = None
    unsafe: Text | None = None


class FoundChildAsked(Asked, frozen=True):
    """What was done for a child without parental care, and when."""

    step: Word
    text: Text
    at: Moment | None = None


class QualityCallAsked(Asked, frozen=True):
    """What came of the call: helped, not_helped, refused or no_answer."""

    result: Word
    text: Text = ""


class RereadAsked(Asked, frozen=True):
    """Whether the lowered urgency stands; if not, the level from before is restored."""

    upheld: bool
