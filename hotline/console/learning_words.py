"""Names of the codes of models, of their comparison, and of drift."""

DRIFT = {
    "too_little": "too little to tell",
    "steady": "steady",
    "watch": "to be watched",
    "moved": "moved",
}
DRIFT_OF = {"codes": "Topics", "languages": "Languages", "confidence": "How sure triage is"}
MODEL_STATE = {
    "shipped": "as shipped",
    "candidate": "not compared yet",
    "compared": "may be proposed",
    "refused": "refused",
    "proposed": "waits for a second person",
    "enabled": "runs now",
    "retired": "ran before",
}
MODEL_MOVE = {"propose": "Propose", "enable": "Enable", "rollback": "Go back to this one"}
MODEL_REFUSED = {
    "too_little_to_compare": "too little to compare with",
    "nothing_gained": "gains nothing",
    "desk_danger_recall_fell": "finds less danger at the desk",
    "desk_missed_urgent_rose": "misses more urgent ones at the desk",
    "desk_false_alarms_rose": "rings for nothing more often at the desk",
    "desk_topics_fell": "worse topics at the desk",
    "gold_danger_recall_fell": "finds less danger in the corpus",
    "gold_missed_urgent_rose": "misses more urgent ones in the corpus",
    "gold_false_alarms_rose": "rings for nothing more often in the corpus",
    "gold_topics_fell": "worse topics in the corpus",
    "topic_labels_doubtful": "people's topics contradict what is known",
    "danger_labels_doubtful": "sure danger was called harmless too often",
    "calm_labels_doubtful": "the surely harmless was called urgent too often",
}
MODEL_WRONG = {
    "same_person": "Another person must enable it.",
    "wrong_state": "Somebody else was quicker: look at the state.",
    "compare_again": "Another model runs by now. Compare again first.",
    "never_enabled": "This model never ran.",
    "bad_size": "Draw 1 to 500 contacts.",
    "reread_already": "Somebody else has read it by now.",
    "unknown_urgency": "Choose how urgent it is.",
    "unknown_subcategory": "Choose the topic",
}
LEARNING = {
    "drift": DRIFT,
    "drift_of": DRIFT_OF,
    "model_state": MODEL_STATE,
    "model_move": MODEL_MOVE,
    "model_refused": MODEL_REFUSED,
    "model_wrong": MODEL_WRONG,
}
