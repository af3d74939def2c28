"""A short human mark of a conversation: whoever answers thirty must not mix two of them up."""

from dataclasses import dataclass

# Not the shapes of urgency: a mark says who, never how grave.
_SIGNS = (
    "house",
    "sun",
    "moon",
    "globe",
    "flag",
    "folder",
    "calendar",
    "paperclip",
    "map-pin",
)
_TONES = 6
_LAST = 60  # characters of the last words


@dataclass(frozen=True, slots=True)
class ThreadMark:
    """Sign and tone of a thread, and what a person remembers of it."""

    sign: str
    tone: int
    initial: str
    ages: str
    last: str


def mark(thread: int, name: str | None, ages: str | None, last: str | None) -> ThreadMark:
    """Return the mark of a thread: the same on every page, and of its neighbour another."""
    words = " ".join((last or "").split())
    return ThreadMark(
        sign=_SIGNS[thread % len(_SIGNS)],
        tone=thread // len(_SIGNS) % _TONES,
        initial=name or "",
        ages=(ages or "")[:20],
        last=words if len(words) <= _LAST else f"{words[:_LAST].rstrip()}…",
    )
