"""Words of long work: what it is, where it stands, why it failed."""

from collections.abc import Mapping

WORK: Mapping[str, Mapping[str, str]] = {
    "work": {
        "export_report": "Report as a file",
        "import_bodies": "Table of bodies taken over",
        "import_people": "Table of people taken over",
        "replay_channel": "Messages of a channel read anew",
        "train_model": "Model learned from the desk",
        "try_policy": "Changed rules tried on the past",
    },
    "work_state": {
        "queued": "Waits its turn",
        "running": "Under way",
        "done": "It is ready",
        "failed": "Did not work",
        "cancelled": "Cancelled",
    },
    "work_cause": {
        "died": "The process ended before it was done. Please ask again.",
        "too_long": "It took too long and was ended.",
        "not_allowed": "You may not ask for this any more.",
        "failed": "A fault of the service. It was noted; please ask again later.",
        "directory_stale": "The directory has changed since you looked. Look again.",
        "bad_directory": "The table does not hold. Look at its preview.",
        "too_few_examples": "Too few judged contacts to learn from.",
        "unavailable": "The database could not be reached.",
        "too_fine": "Too many small counts for a file. Ask for weeks or months, or for a"
        " shorter period.",
        "no_parser": "Nothing of this channel can be read anew.",
        "no_model": "The language model is missing on this machine.",
        "bad_config": "It no longer fits the files of the service.",
    },
    "work_wrong": {
        "bad_work": "Choose a channel and a day.",
        "too_many_works": "Wait until one of your long works is done.",
    },
    "work_told": {
        "rows": "rows",
        "new": "new",
        "changed": "rows changed",
        "ended": "ended",
        "second": "waiting for a second person",
        "examples": "contacts learned from",
        "decisions": "decisions judged again",
        "changes": "what would change",
        "model": "candidate",
        "same": "the same",
        "unreadable": "still unreadable",
    },
}
