"""Is a deed denied? "не бьёт", "ұрмайды", "ұрған жоқ", "емес", "does not"."""

from collections.abc import Collection, Sequence

NEVER_DENIED = -1  # root of a stem that holds its own particle ("нехоч")
ALWAYS_DENIED = -2  # root of a phrase one of whose words is denied

_BEFORE = frozenset({"не", "ни", "нет", "без", "нот", "невер", "донт", "доеснт", "диднт"})
_AFTER = frozenset(
    {"жок", "емес", "нет", "небило", "жокпин", "жокпиз", "емеспин", "болмаган", "болмади"}
)
_CARRIES = ("хоч", "буд", "соб", "стал", "дум", "план", "мож", "мог", "пит", "хот")
_SUFFIX = frozenset({"ма", "ме", "ба", "бе", "па", "пе"})
_AFTER_SUFFIX = "идгспу"  # ұрма-й-ды, ұрма-ды, ұрма-ған; but ұрмақ is an intention
_AUXILIARY = ("жат", "отир", "жур", "тур", "еш", "болган", "белги", "тур", "окига", "факт")
_VERBAL = ("у", "ган", "ген", "кан", "кен", "ип", "ап", "еп")  # ұрып-соғу жоқ
_UNSEEN = ("вид", "обнар", "наш", "подтв", "замеч", "наблюд")  # следов побоев не видно
_AHEAD = 4  # words after a Kazakh deed that may stand before its жоқ


def is_negated(
    folded: Sequence[str], index: int, letters: int, own: Collection[int] = ()
) -> bool:
    """Tell whether the deed at word `index`, whose root has `letters` letters, is denied.

    `own` are words of the deed itself ("еды нет"): they do not deny it.
    """
    if letters < 0:
        return letters == ALWAYS_DENIED
    return _by_suffix(folded[index], letters) or _by_neighbour(folded, index, own)


def _by_neighbour(folded: Sequence[str], index: int, own: Collection[int]) -> bool:
    before = folded[index - 1] if index else ""
    if before in _BEFORE and index - 1 not in own:
        return True
    if index > 1 and folded[index - 2] in _BEFORE and before.startswith(_CARRIES):
        return index - 2 not in own
    if _undone(folded, index):
        return index + 1 not in own and index + 2 not in own
    for later in range(index + 1, min(len(folded), index + 1 + _AHEAD)):
        if folded[later] in _AFTER:
            return later not in own
        if not folded[later].startswith(_AUXILIARY) and not folded[later].endswith(_VERBAL):
            return False
    return False


def _undone(folded: Sequence[str], index: int) -> bool:
    """Tell whether the words after a Russian deed deny it: "умирать не хочу"."""
    for at in (index + 1, index + 2):
        if at + 1 < len(folded) and folded[at] == "не":
            after = folded[at + 1]
            return after.startswith(_UNSEEN) or (
                at == index + 1 and after.startswith(_CARRIES)
            )
    return False


def _by_suffix(word: str, letters: int) -> bool:
    """Tell whether a Kazakh negative suffix stands right after the root."""
    end = letters + 2
    return word[letters:end] in _SUFFIX and (len(word) == end or word[end] in _AFTER_SUFFIX)
