"""Is a deed denied? "не бьёт", "ұрмайды", "ұрған жоқ", "емес", "does not"."""

from collections.abc import Sequence

_BEFORE = frozenset({"не", "ни", "нет", "без", "нот", "невер", "донт", "доеснт", "диднт"})
_AFTER = frozenset({"жок", "емес", "нет", "небило"})
_CARRIES = ("хоч", "буд", "соб", "стал", "дум", "план", "мож", "мог", "пит", "хот")
_SUFFIX = frozenset({"ма", "ме", "ба", "бе", "па", "пе"})
_AFTER_SUFFIX = "идгспу"  # ұрма-й-ды, ұрма-ды, ұрма-ған; but ұрмақ is an intention
_AUXILIARY = ("жат", "отир", "жур", "тур", "еш", "болган")


def is_negated(folded: Sequence[str], index: int, letters: int) -> bool:
    """Tell whether the deed at word `index`, whose root has `letters` letters, is denied.

    A stem that holds its own particle ("нехоч") comes with -1: it cannot be denied.
    """
    return letters >= 0 and (
        _by_suffix(folded[index], letters) or _by_neighbour(folded, index)
    )


def _by_neighbour(folded: Sequence[str], index: int) -> bool:
    before = folded[index - 1] if index else ""
    if before in _BEFORE:
        return True
    if index > 1 and folded[index - 2] in _BEFORE and before.startswith(_CARRIES):
        return True
    after = folded[index + 1] if index + 1 < len(folded) else ""
    if after in _AFTER:
        return True
    later = folded[index + 2] if len(folded) > index + 2 else ""
    return later in _AFTER and after.startswith(_AUXILIARY)


def _by_suffix(word: str, letters: int) -> bool:
    """Tell whether a Kazakh negative suffix stands right after the root."""
    end = letters + 2
    return word[letters:end] in _SUFFIX and (len(word) == end or word[end] in _AFTER_SUFFIX)
