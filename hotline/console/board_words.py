"""Names of the board's figures, and in one sentence what each counts."""

from collections.abc import Mapping

FIGURE = {
    "open": "Open cases",
    "overdue": "Overdue cases",
    "burning": "Cases that are overdue or due within the hour",
    "untaken": "Urgent cases that no body has accepted",
    "alarm_cases": "Emergencies that no body has accepted for 5 minutes",
    "overdue_yesterday": "Cases that were overdue a day ago",
    "queue": "In the queue of 111",
    "urgent": "Urgent ones that nobody has read",
    "urgent_long": "Urgent ones that nobody has read for 15 minutes",
    "burning_contacts": "Contacts to be read within the hour, or overdue",
    "alarm_contacts": "Emergencies that nobody has read for 5 minutes",
    "came_in": "Contacts that came in",
    "accepted_on_time": "Offers answered in time, 7 days",
    "accepted_late": "Offers answered late or not at all, 7 days",
    "calls_offered": "Calls that came in",
    "calls_counted": "Calls that count for the service level",
    "calls_answered": "Answered calls",
    "calls_answered_soon": "Answered in time",
    "calls_abandoned": "Given up by the caller",
    "calls_too_short": "Given up too soon to count",
    "calls_called_back": "Given up and called back",
    "calls_without_way": "Given up, and no safe way to call",
    "calls_written_up": "Answered and written up",
    "calls_waiting": "Waiting now",
    "line": "At the telephone",
    "line_ready": "Ready",
    "line_talking": "Talking",
    "line_wrap_up": "Writing up",
    "line_pause": "Pause",
}
CONTACT_STATE = {
    "received": "Came in",
    "unparsed": "Could not be read",
    "triaged": "Waits for a person",
    "attached": "Belongs to a case",
    "closed": "Closed",
    "spam": "Spam",
    "quarantined": "Kept apart",
}
PRESSED = {
    "raise": "Urgency raised",
    "escalate": "The next step was told",
    "colleague": "Given to the next person",
    "person": "Given to the person you named",
    "pass_on": "Passed on",
    "undo": "Set back as it was",
}
WHY_NOT = {  # beside those of every work on many cases
    "as_urgent_already": "It is as urgent already.",
    "no_clock": "No deadline runs in it.",
    "ladder_ended": "Everybody on its ladder was told.",
    "nobody_else": "Nobody else of the body can take it.",
    "not_open": "No body was asked yet.",
    "unknown_person": "This person is not of the body that has the case.",
    "body_excluded": "Every such body of this place is kept out of the case.",
    "no_such_body": "There is no such body for this place.",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "board_figure": FIGURE,
    "contact_state": CONTACT_STATE,
}
