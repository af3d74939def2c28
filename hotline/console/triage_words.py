"""Names of the codes of triage: doubts, why urgency was raised, why danger was lowered."""

DOUBT = {
    "model_absent": "No language model read this: only rules did",
    "encoder_absent": "The language model answered only in part",
    "topic_unsure": "The topic is not sure",
    "rule_and_model_disagree": "A rule and the language model disagree",
    "danger_word_lowered": "A word of danger was taken down: look at it",
    "default_held_at_2": "This topic is often urgent, but no danger was seen",
    "region_unsure": "The place is not sure",
    "content_unread": "A voice, picture or place came without words: no machine can read it",
    "text_cut": "The text is very long: its middle was not read",
}
URGENCY_REASON = {
    "child_under_5": "Raised: a child under five",
    "disability": "Raised: a disability",
    "repeat_within_90_days": "Raised: the same child within 90 days",
    "offender_at_home": "Raised: the offender is at the door",
    "weapon": "Raised: a weapon",
}
LOWERED = {
    "negation": "a denial",
    "unless": "what stands beside them",
    "idiom": "a figure of speech",
    "game": "a game",
    "fiction": "a film, book or song",
    "past": "the past",
    "adulthood": "the age of an adult",
    "refuted": "what turned out otherwise",
    "question": "a general question",
    "conditional": "a condition",
    "quotation": "a quotation",
}
TRIAGE = {
    "doubt": DOUBT,
    "urgency_reason": URGENCY_REASON,
    "lowered": LOWERED,
}
