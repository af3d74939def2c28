"""Codes and the msgids of their names; `hotline/locale` holds Kazakh and Russian."""

from collections.abc import Mapping

from hotline.console.admin_words import TABLES as ADMIN
from hotline.console.ahead_words import TABLES as AHEAD
from hotline.console.board_words import TABLES as BOARD
from hotline.console.channel_words import TABLES as CHANNELS
from hotline.console.choice_words import CHOICE
from hotline.console.deadline_words import TABLES as DEADLINES
from hotline.console.desk_words import DESK
from hotline.console.directory_words import TABLES as DIRECTORY
from hotline.console.field_words import FIELD
from hotline.console.field_words import NOTICES as FIELD_NOTICES
from hotline.console.learning_words import LEARNING
from hotline.console.letter_words import MARKS
from hotline.console.likeness_words import TABLES as LIKENESS
from hotline.console.media_words import TABLES as MEDIA
from hotline.console.oversight_words import OVERSIGHT
from hotline.console.phone_words import TABLES as PHONE
from hotline.console.queue_words import TABLES as QUEUE
from hotline.console.report_words import REPORT
from hotline.console.thread_words import TABLES as THREAD
from hotline.console.triage_words import TRIAGE
from hotline.console.work_words import WORK

URGENCY = ("Emergency", "Urgent", "Important", "Ordinary", "Inquiry")
WHOLE = 100  # percent of the time that a clock allows
SHAPES = ("octagon-alert", "triangle-alert", "diamond", "circle", "minus")
STATUS = {
    "triage": "At 111",
    "offered": "Waits for acceptance",
    "accepted": "Accepted",
    "in_progress": "In work",
    "outcome_recorded": "Outcome recorded",
    "closed": "Closed",
    "reopened": "Opened again",
}
REFERRAL = {
    "proposed": "proposed, sealed",
    "offered": "waits for acceptance",
    "accepted": "accepted",
    "declined": "declined",
    "returned": "returned",
    "withdrawn": "withdrawn",
    "done": "done",
}
CLOCK = {
    "acknowledgement": "Answer to the person",
    "human_eyes": "Read by a person",
    "emergency_handoff": "Hand over to 102, 103, 112",
    "acceptance": "Accept",
    "redirect": "Redirect",
    "first_contact": "First contact",
    "on_site_check": "Check on the spot",
    "safety": "Safety of the child",
    "written_outcome": "Written answer",
    "extension_notice": "Notice of the extension",
    "lowered_reread": "Second reading of a lowered urgency",
    "guardianship_register": "Register of orphans",
    "hospital_stay": "Stay in hospital",
    "quality_call": "Quality call",
}
CLOCK_STATE = {
    "running": "running",
    "paused": "paused",
    "met": "met",
    "breached": "overdue",
    "cancelled": "cancelled",
}
DECLINE = {
    "not_our_region": "Not our region",
    "not_our_matter": "Not our matter",
    "duplicate": "We have this case already",
    "too_little": "Too little is known",
    "conflict": "Conflict of interest",
}
CHECK = {
    "visit": "Visit",
    "safe_check_without_visit": "Safe check without a visit",
    "postponed_at_victims_wish": "Put off at the victim's wish",
    "documents": "By documents",
}
ASSISTANCE = {
    "counselling": "Psychologist's help",
    "protection": "Protection from violence",
    "placement": "A safe place to live",
    "medical": "Medical help",
    "legal": "Legal help",
    "material": "Material help",
    "education": "Help with school",
    "mediation": "Mediation in the family",
    "information": "Information",
    "other": "Other help",
}
EXCEPTION = {
    "left_the_country": "Left the country",
    "deceased": "Deceased",
    "cannot_be_found": "Cannot be found",
    "handed_to_court_or_investigation": "Handed to court or investigation",
    "duplicate_of_open_case": "Duplicate of an open case",
    "no_person_in_need": "There is no person in need",
}
WRAP_UP = {
    "information_given": "Information given",
    "consultation_given": "Consultation given",
    "thanks": "Thanks",
    "prank": "Prank",
    "silent": "Silence on the line",
    "wrong_number": "Wrong number",
    "test": "Test",
    "spam": "Spam",
    "duplicate": "Duplicate",
}
CHANNEL = {
    "phone": "Call",
    "call-note": "Call note",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "viber": "Viber",
    "sms": "SMS",
    "email": "Email",
    "web": "Web form",
    "webchat": "Web chat",
    "qr": "QR code",
    "partner": "Partner",
}
CHANNEL_ICON = {
    "phone": "phone",
    "call-note": "phone",
    "telegram": "send",
    "email": "mail",
    "web": "globe",
    "qr": "qr-code",
    "partner": "building-2",
}
RELATION = {
    "child": "The child",
    "parent": "Parent",
    "relative": "Relative",
    "neighbour": "A neighbour",
    "teacher": "Teacher",
    "self": "The adult themself",
    "other": "Other",
}
SAFE = {
    "yes": "Yes",
    "until": "Yes, but not in the evening",
    "messages": "Messages only",
    "no": "No, it is dangerous",
}
HANDOFF_RESULT = {
    "no_answer": "No answer",
    "wrong_region": "Another region answered",
    "dropped": "The line broke off",
    "refused": "They refused",
    "accepted": "accepted",
}
RING = {
    "find_place": "First find out where the child is",
    "district_desk": "Duty desk of the district",
    "region_desk": "Duty desk of the region",
    "direct": "This number reaches the city of the child",
    "through_centre": "From here it reaches the centre's city: ask for the duty desk of the place",
    "body": "Instead, because the service itself is complained of",
}
IDENTITY = {
    "open": "open",
    "with_reason": "with a reason, once",
    "closed": "closed",
}
SERVICE = {"102": "Police 102", "103": "Ambulance 103", "112": "Rescue 112"}
ROLE = {
    "operator": "Operator of 111",
    "supervisor": "Supervisor of 111",
    "commissioner": "Commissioner for children's rights",
    "guardian": "Guardianship specialist",
    "family": "Family support centre",
    "body": "Body",
    "admin": "Administrator",
}
CONFLICT = {
    "police": "police",
    "akimat": "akimat",
    "guardianship": "guardianship",
    "school": "school",
    "commissioner": "commissioner",
    "111": "111",
}
COMPLAINT = {
    "body": "a body",
    "site": "a site: school, hospital, home",
    "person": "a person",
    "relative": "a relative of whom it is about",
    "employer": "the employer of whom it is about",
    "handler": "who dealt with it before",
}
NOTICE = {
    "contact_parsed_again": "What came in was read anew: it says more than was shown",
    "unassigned": "The assignee is off the case: a conflict of interest",
    "conflict_rerouted": "A conflict of interest: the case needs another body",
    "conflict_lift_proposed": (
        "A conflict of interest is to be set aside: a second person is needed"
    ),
    "offered": "A case was offered to you",
    "assigned": "A case was given to you",
    "commissioner_told": "A grave case in your region",
    "referral_declined": "A body declined a case",
    "referral_returned": "A body gave a case back",
    "exception_to_sign": "A lawful exception waits for the second signature",
    "reread_lowered": "Read again: an urgency was lowered",
    "reopened": "A case was opened again",
    "warning": "A deadline comes near",
    "breach": "A deadline has passed",
    "handover_asked": "A case is to be handed over",
    "handover_accepted": "Your hand-over was accepted",
    "handover_declined": "Your hand-over was declined: the case is still yours",
    "handover_returned": "Nobody accepted a hand-over: it went back",
    "part_done": "A body has done its part",
    "part_ended": "Your part in a case was ended",
    "extract_edited": "What you are told of a case was changed",
    "tell_applicant": "Tell the applicant that the case was passed on",
    "handoff_failed": "An emergency service does not take a case over",
    "reread_urgent": "Read a second time: it is urgent",
    "not_helped": "After closing somebody said: it did not help",
    "succeeded": "Cases of another body are yours now",
    "succeeded_alone": "A case came over without its person: give it to somebody",
    "suggested": "A case is meant for you",
    "reassigned": "A colleague's case is yours now",
    "nobody_there": "Nobody of a body can take its case: 111 must act",
    "incident_suggested": "Many write about one event: please look",
    "visit_planned": "A visit was planned for you",
    "visit_help": "A colleague on a visit asks for help",
    "visit_overdue": "A colleague has not said that they are out of a visit",
    "oversight_overdue": "An answer to your own request is overdue",
    "oversight_follow_up": "Your own work: look again today",
    "duty_page": "You are on duty: please answer",
    "duty_unanswered": "Nobody on duty answers: 111 must act",
    "follow_up_danger": "A new message in a case speaks of danger",
    "psychologist_asked": "Somebody asks to talk to a psychologist",
}
LANGUAGE = {
    "kk": "Kazakh",
    "ru": "Russian",
    "mixed": "Both in one message",
    "en": "English",
    "other": "Another language",
}
WISH = {
    "talk": "Only wants to talk",
    "advise": "Asks for advice",
    "come": "Asks to come",
}
HAPPENS = {
    "now": "Right now",
    "today": "Today",
    "again": "Again and again",
    "before": "Some time ago",
}
DUTY_WRONG = {
    "bad_moment": "Give a date and a time.",
    "bad_rank": "The rank begins with 1.",
    "bad_span": "The end must be later than the beginning.",
    "in_past": "This time has passed.",
    "too_long": "One shift may not last that long.",
    "rank_taken": "Another shift of this rank overlaps.",
    "on_duty_already": "This person has another shift then.",
    "unknown_person": "Choose a colleague of this body.",
}
SHORT = {
    ("kk", "19"): "Алматы обл.",
    ("en", "19"): "Almaty Reg.",
    ("kk", "27"): "БҚО",
    ("kk", "59"): "СҚО",
    ("kk", "63"): "ШҚО",
    ("ru", "27"): "ЗКО",
    ("ru", "59"): "СКО",
    ("ru", "63"): "ВКО",
    ("en", "27"): "West Kaz.",
    ("en", "59"): "North Kaz.",
    ("en", "63"): "East Kaz.",
}
TILE = {
    "11": "Акмола", "15": "Актобе", "19": "Алматы обл.", "23": "Атырау", "31": "Жамбыл",
    "35": "Караганда", "39": "Костанай", "43": "Кызылорда", "47": "Мангистау",
    "55": "Павлодар", "61": "Туркестан",
}  # fmt: skip
MACHINES = frozenset(  # parts of the service: none of them is a person
    {"intake", "triage", "sweep", "sign_in", "relay", "demo", "acknowledge", "answer_link",
     "audit", "calendar", "command_line", "directory", "doctor", "fetcher", "forecast", "hooks",
     "ladder", "long_work", "metrics", "pager", "pages", "phone", "policy", "postman", "public",
     "pulse", "queue", "replay", "retention", "sender", "succession", "verify", "watch",
     "what_if"}
)  # fmt: skip
TABLES: Mapping[str, Mapping[str, str]] = {
    "duty_wrong": DUTY_WRONG,
    "status": STATUS,
    "referral": REFERRAL,
    "clock": CLOCK,
    "clock_state": CLOCK_STATE,
    "decline": DECLINE,
    "check": CHECK,
    "assistance": ASSISTANCE,
    "exception": EXCEPTION,
    "wrap_up": WRAP_UP,
    "channel": CHANNEL,
    "mark": MARKS,
    "relation": RELATION,
    "safe": SAFE,
    "wish": WISH,
    "happens": HAPPENS,
    "service": SERVICE,
    "handoff_result": HANDOFF_RESULT,
    "ring": RING,
    "identity": IDENTITY,
    "role": ROLE,
    "conflict": CONFLICT,
    "complaint": COMPLAINT,
    "notice": NOTICE | FIELD_NOTICES,
    **FIELD,
    **DEADLINES,
    "language": LANGUAGE,
    **DIRECTORY,
    **OVERSIGHT,
    **LIKENESS,
    **CHOICE,
    **LEARNING,
    **TRIAGE,
    **MEDIA,
    **AHEAD,
    **ADMIN,
    **BOARD,
    **CHANNELS,
    **PHONE,
    **QUEUE,
    **THREAD,
    **DESK,
    **WORK,
    **REPORT,
}
