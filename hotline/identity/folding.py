"""The forms under which a phone or a name is traced by keyed hash."""

from hotline.language.normalise import normalise


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
