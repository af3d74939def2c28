"""Long texts in windows: one vector dilutes a plea that stands in a single sentence."""

from collections.abc import Sequence

SHORT = 96  # pieces that are read in one look
WINDOW = 64  # pieces of a window of a longer text
MOST = 14  # windows of one text that the encoder reads


def windows(sentences: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the pieces of a text's sentences, gathered into windows of whole sentences.

    A short text is one window; a longer sentence than a window is cut. Never empty.
    """
    whole = [piece for sentence in sentences for piece in sentence]
    if len(whole) <= SHORT:
        return [whole]
    found: list[list[int]] = [[]]
    for sentence in sentences:
        for start in range(0, len(sentence), WINDOW):
            part = list(sentence[start : start + WINDOW])
            if len(found[-1]) + len(part) > WINDOW and found[-1]:
                found.append([])
            found[-1].extend(part)
    return found
