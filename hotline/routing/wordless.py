"""Rule: what of a message no machine can read. Nothing read is no reason to let it wait.

| the message | is unread |
|---|---|
| holds a place: its name is all that could be read of it | yes |
| no words; a voice, picture, film, file, or the card of somebody | yes |
| no words, and a shape that nobody can read yet | yes |
| words, whatever is beside them | no: the words are judged |
| no words and nothing else, or a sticker | no |
"""

from dataclasses import replace

from hotline.routing.explain import Reason
from hotline.routing.triage import TriageDecision

DOUBT = "content_unread"


def unreadable(words: str, *, placed: bool, beside: bool) -> bool:
    """Return whether a message holds what no machine can read.

    `beside`: it brings a file or a card, or came in a shape that nobody can read yet.
    """
    return placed or (beside and not words.strip())


def doubted(judged: TriageDecision) -> TriageDecision:
    """Return the decision as one that a person must look at."""
    reasons = (*judged.reasons, Reason(DOUBT, (0, 0), ""))
    return replace(judged, needs_human=True, reasons=reasons)
