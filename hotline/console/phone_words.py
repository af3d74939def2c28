"""Codes of the telephone and the msgids of their names."""

from collections.abc import Mapping

CALL_STATE = {
    "ringing": "Ringing",
    "queued": "Waiting for an operator",
    "offered": "Rings at an operator",
    "connected": "In conversation",
    "held": "On hold",
    "wrap_up": "Being written up",
    "closed": "Over",
    "abandoned": "Given up by the caller",
    "failed": "The line failed",
}
PRESENCE = {
    "ready": "Ready",
    "talking": "Talking",
    "wrap_up": "Writing up",
    "pause": "Pause",
    "off": "Off",
}
PAUSE = {
    "break": "Break",
    "meal": "Meal",
    "training": "Training",
    "supervision": "Supervision",
    "after_hard_call": "After a hard call",
}
RECORDING = {
    "recording": "Is being recorded",
    "stored": "Kept, sealed",
    "refused": "The caller refused recording",
    "deleted": "Deleted: the term of keeping is over",
    "failed": "Could not be kept",
    "elsewhere": "Kept at the exchange that told of the call",
}
CALLBACK = {
    "open": "To be called back",
    "done": "Called back",
    "given_up": "Not reached, given up",
    "cancelled": "Not needed any more",
}
CALLBACK_WHY = {
    "got_through": "the caller got through by themselves",
    "no_answer": "nobody answered",
    "third_person": "somebody else answered; nothing was said",
    "unsafe": "it is not safe to call",
    "tries_used_up": "all tries are used up",
}
OPENING = {
    "own_call": "the operator of the call",
    "quality": "Quality of the conversation",
    "complaint": "Complaint about the conversation",
    "case_work": "Work on the case",
    "request": "Request of a court or of the police",
}
CALL_WRONG = {
    "unknown_wrap_up": "Choose how it ended.",
    "contact_closed": "The contact was closed already, with another code.",
    "has_case": "The call belongs to a case.",
    "wrap_up_over": "The time for writing up is over.",
    "unknown_presence": "Choose what you are doing.",
    "unknown_pause": "Say what the pause is for.",
    "bad_extension": "A desk telephone has 2 to 8 digits.",
    "extension_taken": "A colleague is at this telephone. Choose another.",
    "callback_taken": "A colleague has taken this call-back.",
    "callback_over": "This call-back is over.",
    "unknown_result": "Choose how the call-back ended.",
    "unknown_reason": "Choose why you open the recording.",
    "no_exchange": "This exchange only tells of its calls.",
    "call_state": "The call stands elsewhere now.",
    "call_gone": "The call is over.",
    "exchange_away": "The exchange does not answer. Use the telephone itself.",
    "exchange_refused": "The exchange did not do it. Use the telephone itself.",
    "no_such_colleague": "Nobody is at that telephone.",
    "colleague_busy": "They are in a call.",
    "bad_number": "Give a number that can be dialled.",
    "no_announcement": "Recording needs an announcement: an administrator sets it.",
    "recording_refused": "The caller refused recording.",
    "recording_on": "It is being recorded already.",
    "bad_demand": "These numbers cannot be: check each field.",
}
CALL_FIGURE = {
    "offered": "Calls that came in",
    "answered": "Answered calls",
    "answered_soon": "Answered in time",
    "abandoned": "Given up by the caller",
    "too_short": "Given up too soon to count",
    "called_back": "Given up and called back",
    "without_way": "Given up, and no safe way to call",
    "written_up": "Answered and written up",
    "waiting": "Waiting now",
}
PERIOD = {
    "shift": "Shift",
    "day": "Day",
    "week": "7 days",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "call_state": CALL_STATE,
    "presence": PRESENCE,
    "pause": PAUSE,
    "recording": RECORDING,
    "callback": CALLBACK,
    "callback_why": CALLBACK_WHY,
    "opening": OPENING,
    "call_wrong": CALL_WRONG,
    "call_figure": CALL_FIGURE,
    "phone_period": PERIOD,
}
