"""What the pages of a commissioner's own work say of codes and mistakes."""

KIND = {
    "inquiry": "Inquiry of one's own",
    "request": "Request",
    "visit": "Visit to an institution",
    "recommendation": "Recommendation",
}
TAB = {
    "open": "Open",
    "waiting": "Waits for an answer",
    "overdue": "Overdue",
    "follow-up": "To look at again",
    "ended": "Ended",
}
STEP = {
    "begun": "Begun",
    "note": "Note",
    "answer": "The answer came",
    "follow-up": "A day to look again was set",
    "end": "Ended",
    "overdue": "The answer did not come in time",
}
OUTCOME = {
    "confirmed": "What was asked about is confirmed",
    "not_confirmed": "Not confirmed",
    "passed_on": "Passed on to the body that must act",
    "answered": "Answered",
    "answered_partly": "Answered in part",
    "no_answer": "No answer came",
    "in_order": "All was in order",
    "faults_found": "Faults were found",
    "carried_out": "Carried out",
    "carried_out_partly": "Carried out in part",
    "refused": "Refused",
}
OVERSIGHT = {
    "oversight_kind": KIND,
    "oversight_tab": TAB,
    "oversight_step": STEP,
    "oversight_outcome": OUTCOME,
}
MISTAKES = {
    "text_missing": "Write something here.",
    "text_too_long": "The text is too long.",
    "unknown_body": "There is no such body.",
    "unknown_case": "There is no such case, or it is not open to you.",
    "in_past": "Give a day to come.",
    "too_long": "This day is too far away.",
    "bad_moment": "Give a date and a time.",
    "outcome_missing": "Choose how it ended.",
    "already_over": "This is over.",
}
