"""The forms under which a phone or a name is traced by keyed hash."""

from itertools import islice, product
from math import prod

from hotline.language.finding import spellings
from hotline.language.normalise import normalise

_MOST_SPELLINGS = 128  # of one name: each is a keyed hash that is asked for
_MOST_READINGS = 12  # of one word


def fold_phone(phone: str) -> str | None:
    """Return `phone` as E.164, or None when it is no number that could be called.

    Numbers without a country are read as Kazakhstan's. Source: libphonenumber's metadata.
    """
    import phonenumbers  # late: its metadata cost every start, and few reports hold a phone

    try:
        parsed = phonenumbers.parse(phone, "KZ")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def fold_name(name: str) -> str | None:
    """Return a name's folded words in a steady order, or None for an empty one."""
    words = sorted(token.folded for token in normalise(name).tokens)
    return " ".join(words) or None


def name_spellings(name: str) -> list[str]:
    """Return the forms under which a searched name may be traced, `fold_name`'s own first."""
    words = [spellings(token.surface) for token in normalise(name).tokens]
    deep = _MOST_READINGS
    while prod(len(one[:deep]) for one in words) > _MOST_SPELLINGS and deep > 1:
        deep -= 1  # of a long name fewer readings of each word, not fewer words
    forms = islice(product(*(one[:deep] for one in words)), _MOST_SPELLINGS)
    found = [fold_name(name), *(" ".join(sorted(one)) for one in forms)]
    return list(dict.fromkeys(one for one in found if one))
