"""Words of work in the field: acts, files, tasks, letters."""

LETTER = {
    "cover": "Cover letter of the referral",
    "request": "Request for information",
    "answer": "Answer to the applicant",
    "extension": "Notice of the extension",
}
ACT = {
    "unseen": "Nobody was seen",
    "place": "Where",
    "seen": "Who was seen",
    "alone": "Spoken with alone",
    "children": "Condition of each child",
    "dwelling": "Dwelling",
    "danger": "Immediate danger",
    "measure": "Measure taken",
    "present": "Who was present",
}
FIELD = {"letter": LETTER, "act_field": ACT}
NOTICES = {
    "act_danger": "An act of a visit tells of danger now",
    "task_given": "A task was given to you",
    "task_due": "A task of yours is due",
    "mentioned": "Somebody mentioned you in a note",
}
EVENTS = {
    "nobody_seen": "A visit found nobody; the check is still owed",
    "file_kept": "A file was added",
    "file_opened": "A file was opened",
    "task_given": "A task was given",
    "task_done": "A task was done",
    "task_open_again": "A task was opened again",
    "letter_written": "A letter was written: {letter}",
}
DRAFTS = {  # what a letter says before somebody edits it; {x} are facts of the case
    "cover": (
        "We refer case № {number} to you for consideration within your competence."
        "\n\nTopic: {topic}.\nPlace: {place}.\n\nGround: the Law «On the rights of the child in the"
        " Republic of Kazakhstan».\n\nPlease accept the case by {due} and tell us of the measures"
        " taken."
    ),
    "request": (
        "For the consideration of case № {number} please send us within five working days"
        " the following information:\n\n1. \n2. \n\nGround: the Administrative Procedural and"
        " Process-Related Code of the Republic of Kazakhstan."
    ),
    "answer": (
        "Your appeal № {number} has been considered.\n\n{outcome}\n\nIf you do not agree with"
        " this answer, you have the right to appeal against it under the Administrative"
        " Procedural and Process-Related Code of the Republic of Kazakhstan."
    ),
    "extension": (
        "The time for considering your appeal № {number} has been extended until {due},"
        " because the facts must be established.\n\nGround: Article 76 of the Administrative"
        " Procedural and Process-Related Code of the Republic of Kazakhstan."
    ),
}
MISTAKES = {
    "text_missing": "Write something here.",
    "sent_before": (
        "This act was kept already, with other words. Send it again to keep yours beside it."
    ),
    "danger_unsaid": "Say whether there is immediate danger.",
    "in_past": "Give a day that lies ahead.",
    "in_future": "The moment lies ahead. Give one that has been.",
    "too_early": "Give a date and a time.",
    "bad_moment": "Give a date and a time.",
    "text_too_long": "This is too long. Shorten it.",
    "unknown_person": "Choose a colleague who may see this case.",
    "wrong_status": "The case is not at this point.",
    "too_many": "The case has as many files as it can hold.",
    "file_too_large": "A file may have 10 MB at most.",
    "file_empty": "The file is empty.",
}
_FILE = "Only photographs (JPEG, PNG, WebP) and PDF can be kept here."


def mistake(code: str) -> str:
    """Return the msgid of what was wrong."""
    fallback = _FILE if code.startswith("file_") else "This cannot be done now."
    return MISTAKES.get(code, fallback)
