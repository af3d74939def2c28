"""Words for links between contacts and for incidents: msgid by code."""

LINK_REASON = {
    "thread": "the same account",
    "number": "the same number",
    "name": "the name sounds alike",
    "first_name": "the first name sounds alike",
    "text": "the texts are alike",
    "site": "the same site",
    "district": "the same district",
    "region": "the same region",
    "topic": "the same topic",
    "day": "within one day",
    "by_hand": "a person linked them",
    "names_differ": "but the names differ: perhaps a family",
    "elsewhere": "but the regions differ",
}
LINK_LEVEL = {"weak": "weak hint", "likely": "likely", "strong": "strong hint"}
INCIDENT_STATE = {
    "suggested": "suggested by the system",
    "confirmed": "confirmed",
    "closed": "ended",
    "dismissed": "no incident",
}
LIKENESS_WRONG = {
    "same_contact": "This is the same contact.",
    "not_linked": "Link the contacts first.",
    "not_attached": "The case began with this contact.",
    "has_case": "The contact has a case of its own: both stay.",
    "contact_closed": "Somebody else has closed this contact already.",
    "case_closed": "The case is closed.",
    "more_urgent_than_case": "It is more urgent than the case: confirm it as a case of its own.",
    "words_would_open": "A body reads the words of this case and would read these. Tick if it may.",
    "incident_ended": "The incident has ended.",
    "text_missing": "Write the words in both languages.",
    "text_too_long": "The words are too long.",
    "unknown_case": "There is no such case.",
    "not_of_a_member": "The lead case is the case of a member.",
    "no_member": "It is no member.",
    "unknown_wrap_up": "Choose how it ended.",
    "already_confirmed": "Somebody else has confirmed this contact already.",
}
TABLES = {
    "link_reason": LINK_REASON,
    "link_level": LINK_LEVEL,
    "incident_state": INCIDENT_STATE,
    "likeness_wrong": LIKENESS_WRONG,
}
