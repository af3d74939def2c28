"""What pages of visits say."""

SAID = {
    "in": "Written down: you are in",
    "out": "Written down: you are out",
    "help": "Help is being called: your body and 111 are woken",
}
MISTAKES = {
    "no_case": "Give the number of a case that you work on.",
    "bad_moment": "Give a date and a time.",
    "bad_span": "The end must be later than the beginning.",
    "too_long": "A visit lasts twelve hours at most.",
    "in_past": "This time has passed.",
    "too_far": "Plan no more than 60 days ahead.",
    "unknown_person": "Choose a colleague of this body.",
    "companion_same": "Choose another person to go along.",
    "no_body": "Only people of a body go on visits.",
}


def mistake(code: str) -> str:
    """Return the msgid of what was wrong."""
    return MISTAKES.get(code, "This cannot be done now.")
