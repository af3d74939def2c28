"""Words for rules that are tried on the past, and for breaches that are forecast."""

from collections.abc import Mapping

TRIAL_STATE = {
    "waiting": "is being replayed",
    "tried": "replayed",
    "refused": "could not be replayed",
    "proposed": "proposed",
    "enabled": "runs now",
    "ended": "taken back",
}
TRIAL_REFUSED = {
    "bad_config": "It no longer fits the files of the service.",
    "too_long": "The replay took too long and was ended. Try fewer days.",
    "failed": "The replay broke off. Try it again.",
    "cancelled": "The replay was cancelled. Try it again.",
}
TRIAL_MOVE = {
    "propose": "Propose",
    "enable": "Enable",
    "roll-back": "Take back at once",
}
TRIAL_WRONG = {
    "bad_config": "The file does not hold:",
    "no_files": "Choose a file.",
    "bad_days": "Give 1 to 366 days.",
    "not_replayed": "This file cannot be tried on stored decisions.",
    "same_person": "Another person must enable it.",
    "wrong_state": "This is not possible now.",
    "version_unchanged": "The file changed and its version did not: raise it.",
    "bad_directory": "Its bodies do not hold together with those kept by hand.",
    "no_longer_holds": "It no longer fits the files of the service.",
    "try_again": "Other rules run by now. Try it again.",
    "too_many_works": "Wait until one of your long works is done.",
    "no_such_file": "Choose a file.",
}
CHANGE_KIND = {"route": "Body", "person": "Person", "clock": "Deadline"}
CANNOT_REPLAY = {
    "other_form": "stored by an earlier release in another form",
    "unreadable": "cannot be read",
    "unknown_code": "the rules no longer have the topic",
    "beyond_calendar": "beyond the calendar's years",
}
PREVENT = {
    "acknowledge": "Answer the person",
    "read": "A person at 111 reads it",
    "call_service": "Call the service and note who took it",
    "accept": "The body accepts",
    "accept_or_return": "The body accepts or returns it",
    "contact": "Speak with the child or the applicant",
    "check": "Go and see the child",
    "safety": "Record whether the person is safe",
    "outcome": "Record the outcome",
    "register": "Enter the child in the register",
    "place": "Find a place outside the hospital",
    "quality_call": "Make the call about quality",
    "reread": "A second person reads it again",
    "notice": "Tell the applicant of the extension",
    "page_duty": "Wake the duty person",
    "reassign": "Give it to whoever has least",
    "extend": "Ask the head for an extension in time",
    "look": "Look at the case",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "trial_state": TRIAL_STATE,
    "trial_refused": TRIAL_REFUSED,
    "trial_move": TRIAL_MOVE,
    "trial_wrong": TRIAL_WRONG,
    "change_kind": CHANGE_KIND,
    "cannot_replay": CANNOT_REPLAY,
    "prevent": PREVENT,
}
