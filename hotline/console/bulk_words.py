"""What came of work on many cases, in words; and the columns that may leave the console."""

from collections.abc import Mapping
from typing import Any

from hotline import i18n
from hotline.actions.work_on_many import Came
from hotline.console.case_forms import MISTAKES
from hotline.store.list_parts import CaseLine

DONE = {
    "assign": "Given to the colleague",
    "take": "Yours now",
    "accept": "Accepted",
    "note": "Note added",
    "undo": "Taken back",
}
REASONS = {
    "not_found": "There is no such case.",
    "not_allowed": "This case is not yours to decide.",
    "stale": "It changed since you looked. Open it first.",
    "already_accepted": "{name} was quicker.",
    "has_it": "They have it already.",
    "handed_over_already": "It is being handed over already.",
    "not_open": "It is over for your body.",
    "none_chosen": "Choose a case first.",
    "too_many_chosen": "Too many at once: narrow the list.",
    "list_changed": "The list changed meanwhile. Look again, then press once more.",
    "unknown_work": "This cannot be done now.",
    "view_unnamed": "Give the view a name of up to 60 characters.",
    "too_many_views": "You keep 30 views. Delete one first.",
}
COLUMNS = {  # nothing of a person is among them
    "number": "Number",
    "urgency": "Urgency",
    "topic": "Topic",
    "region": "Region",
    "district": "District",
    "status": "Status",
    "regime": "Kind of proceedings",
    "body": "Body",
    "holder": "Who holds it",
    "opened": "Opened",
    "due": "Deadline",
    "overdue": "Overdue",
}


def reason_of(w: Any, came: Came) -> str:
    """Return why it was not done, and what to do."""
    return str(w.say(mistake(came.code), name=came.holder or "—"))


def cells(w: Any, line: CaseLine, named: Mapping[str, str]) -> dict[str, str]:
    """Return a case as a row of a file or of paper."""
    return {
        "number": line.number,
        "urgency": w.urgency(line.urgency),
        "topic": w.topic(line.subcategory) if line.subcategory else "",
        "region": w.place(line.region) if line.region else "",
        "district": w.place(line.district) if line.district else "",
        "status": w.of("status", line.status),
        "regime": w.say("Appeal" if line.regime == "appeal" else "Signal"),
        "body": named.get(line.lead, line.lead) if line.lead else "",
        "holder": line.assignee_name or "",
        "opened": i18n.moment(line.opened_at),
        "due": i18n.moment(line.due_at) if line.due_at else "",
        "overdue": w.say("Yes") if line.overdue else "",
    }


def mistake(code: str) -> str:
    """Return the msgid of what was wrong with a whole press."""
    return REASONS.get(code) or MISTAKES.get(code) or "This cannot be done now."
