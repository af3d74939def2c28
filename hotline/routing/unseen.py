"""Whether a case may be offered before a person at 111 has looked at it."""

from collections.abc import Sequence


def may_offer_unseen(
    rules: Sequence[tuple[str, Sequence[str], Sequence[str], Sequence[int]]],
    sources: frozenset[str],
    subcategory: str,
    urgency: int,
) -> bool:
    """Return whether the first rule that fits lets the case be offered without a person.

    `rules` are (offer, sources, categories, urgencies); an empty list fits anything.
    """
    top = subcategory.partition(".")[0]
    for offer, from_sources, categories, urgencies in rules:
        if from_sources and not sources & set(from_sources):
            continue
        if categories and not {top, subcategory} & set(categories):
            continue
        if urgencies and urgency not in urgencies:
            continue
        return offer == "auto"
    return False
