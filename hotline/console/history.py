"""A case's history as sentences that people read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline import i18n
from hotline.console.admin_words import EVENTS as ADMIN_EVENTS
from hotline.console.choice_words import HANDED_ON
from hotline.console.codes import MACHINES
from hotline.console.field_words import EVENTS as FIELD_EVENTS
from hotline.console.wording import Wording

_GRAVE = frozenset(
    {"clock_breached", "referral_declined", "referral_returned", "handoff_called",
     "handoff_required", "handoff_attempted", "handover_returned", "duty_unanswered",
     "nobody_there"}
)  # fmt: skip
_STEPS = frozenset(
    {"case_opened", "referral_offered", "referral_accepted", "outcome_recorded", "case_closed",
     "case_reopened", "first_contact_recorded", "check_recorded", "safety_recorded",
     "handoff_accepted", "assigned", "phone_handed_over", "duty_answered"}
)  # fmt: skip
SENTENCES = {
    "contact_received": "Came in: {channel}",
    "contact_triaged": "The system read it: {topic}, {urgency}",
    "contact_raised": "Urgency raised for a call: {before} → {after}",
    "recording_started": "Recording of the call began, after the announcement",
    "recording_refused": "The caller refused the recording: it was deleted",
    "recording_stored": "The recording of the call was taken over, sealed",
    "recording_told": "The exchange told that it recorded the call",
    "callback_made": "A call-back is to be made: the caller gave up waiting",
    "contact_attached": "The contact was attached to the case",
    "contact_detached": "The contact was taken out of the case",
    "psychologist_asked": "Somebody asks to talk to a psychologist",
    "sites_kept": "The list of sites was changed",
    "site_code_made": "A code for posters of a site was made",
    "site_code_revoked": "A code of posters was revoked",
    "contact_linked": "Linked with another contact: the same person",
    "link_dismissed": "Another contact was found to be somebody else's",
    "link_undone": "What was said of another contact was taken back",
    "incident_joined": "One of many about one event",
    "incident_left": "It does not belong to that event",
    "incident_lead": "It leads for one event that many wrote about",
    "callback_taken": "Somebody took the call-back",
    "callback_tried": "A call-back was tried",
    "recording_opened": "A recording was heard",
    "call_taken": "An operator took the call",
    "caller_answered": "Asked at the desk: {answers}",
    "contact_taken": "An operator took it in hand",
    "contact_given_back": "An operator put it back into the queue",
    "contact_taking_undone": "A taking over was undone: who had it has it again",
    "contact_put_off": "It was put off until later; its clock runs on",
    "contact_resumed": "It waits no longer",
    "shift_handed_over": "The shift was handed over with remarks",
    "shift_taken": "The shift was taken over",
    "step_taken_back": "The last step was taken back within seconds",
    "contact_confirmed": "Read and confirmed at 111",
    "media_kept": "A picture, voice message or file was taken over, sealed",
    "media_quarantined": "A picture or file is kept apart: nobody can open it",
    "media_not_kept": "A picture, voice message or file could not be taken over",
    "media_asked_again": "A picture or file that was missing is asked for again",
    "media_opened": "A picture, voice message or file was opened",
    "media_intimate": "A picture was marked as intimate: it is never shown again",
    "case_opened": "The case was opened: {topic}, {urgency}",
    "case_closed": "The case was closed",
    "case_reopened": "The case was opened again",
    "referral_proposed": "Proposed to {body}; nobody outside 111 sees it",
    "referral_offered": "Offered to {body}",
    "referral_accepted": "Accepted by {body}",
    "referral_declined": "Declined by {body}: {code}",
    "referral_returned": "Returned by {body}: {code}",
    "referral_withdrawn": "Withdrawn from {body}",
    "referral_transferred": "Passed on to {body}",
    "referral_succeeded": "Went over from {body} to the body that took its place",
    "body_changed": "The directory was changed: {body}",
    "bodies_imported": "The directory of bodies was imported",
    "members_imported": "People of bodies were imported",
    "succession_planned": "Another body is to take the place of {body}",
    "succession_cancelled": "No other body is to take the place of {body}",
    "succession_began": "Another body takes the place of {body}: cases are moving",
    "succession_done": "Another body has taken the place of {body}",
    "assigned": "Given to a colleague at {body}",
    "reassigned": "Given to the next person at {body}. The one before: {why}",
    "nobody_there": "Nobody at {body} can take it. The shift of 111 was told",
    "urgency_changed": "Urgency changed: {before} → {after}",
    "clock_started": "Clock started: {clock}, until {due}",
    "clock_met": "In time: {clock}",
    "clock_breached": "Overdue: {clock}",
    "clock_cancelled": "Clock ended: {clock}",
    "clock_recomputed": "New deadline: {clock}, until {due}",
    "escalated": "Raised to the next step: {clock}",
    "alarm_heard": "An alarm of the board was heard: somebody sees to it",
    "figures_exported": "A list of the board was taken away as a file",
    "wall_opened": "A screen was made a wall of sums",
    "wall_ended": "A wall was ended",
    "commissioner_told": "The commissioner was told",
    "conflict_hint_looked_at": "A person looked at the possible conflict of interest",
    "conflict_declared": "A conflict of interest was declared: {body}",
    "conflict_lift_proposed": "It was proposed to set a conflict of interest aside: {body}",
    "conflict_lifted": "Two people set a conflict of interest aside: {body}",
    "unassigned": "The assignee is off the case: a conflict of interest",
    "extract_released": "What the bodies will see was decided",
    "note_added": "Note",
    "first_contact_recorded": "First contact recorded",
    "check_recorded": "Check recorded: {check}",
    "safety_recorded": "Safety recorded: {safe}",
    "outcome_recorded": "Outcome: {assistance}; check: {check}",
    "exception_signed": "Lawful exception signed: {exception}",
    "handoff_required": "{service} must be called",
    "handoff_called": "{service} was called",
    "handoff_accepted": "{service} accepted it",
    "referral_added": "One more body was asked, sealed: {body}",
    "extract_edited": "What {body} is told was changed",
    "referral_redirected": "{body} passed it on as another body's matter",
    "referral_done": "{body} has done its part",
    "part_ended": "The part of {body} was ended",
    "handover_asked": "To be handed over by {body}; until a yes it stays there",
    "handover_accepted": "The hand-over was accepted",
    "handover_declined": "The hand-over was declined; it stays with the giver",
    "handover_returned": "Nobody accepted the hand-over; it went back",
    "assignment_undone": "Who it was given to was taken back",
    "calendar_made": "An address of one's own deadlines was made",
    "calendar_ended": "An address of one's own deadlines was ended",
    "taken_along": "It was in a list that somebody exported or printed",
    "visit_planned": "A visit was planned",
    "visit_cancelled": "A visit was called off",
    "visit_in": "On a visit: went in",
    "visit_out": "On a visit: came out",
    "visit_help": "On a visit: asked for help",
    "visit_overdue": "Nobody said that they are out of a visit: people are woken",
    "handover_taken_back": "The hand-over was taken back",
    "applicant_told": "The status page tells the applicant",
    "notice_written": "A neutral notice was written to the applicant",
    "policy_recorded": "111 asked how the applicant may be reached",
    "reply_written": "111 wrote to the applicant",
    "delivery_settled": "A person said what became of a message",
    "handoff_attempted": "{service} was called: {result}",
    "emergency_number_added": "A duty desk's number was added",
    "emergency_number_ended": "A duty desk's number was ended",
    "viewed": "Opened the case",
    "revealed": "Saw the phone and the name",
    "contact_closed": "The contact was closed at 111",
    "channel_decided": "A messenger was switched: {channel}",
    "hook_added": "A partner is told at an address",
    "hook_rotated": "A partner's secret was changed",
    "hook_switched": "A partner's address was switched",
    "hook_disabled": "A partner answered that it wants no more news",
    "contact_parsed_again": "What came in was read anew: it says more than was shown",
    "forgotten": "The person's data were deleted",
    "clock_extended": "Extended: {clock}, until {due}",
    "extension_notice_recorded": "The applicant was told of the extension",
    "appeal_registered": "Registered as an appeal: the terms are law",
    "urgency_upheld": "A second person upheld the lowered urgency: {urgency}",
    "urgency_restored": "A second person restored the urgency: {before} → {after}",
    "found_child_recorded": "Child without parental care: {step}",
    "quality_call_recorded": "Quality call: {result}",
    "clock_paused": "Clock paused: {clock}",
    "clock_resumed": "Clock goes on: {clock}, until {due}",
    "contact_reopened": "A second reader found it urgent: back at the desk",
    "reread": "Read a second time: {urgency}",
    "rereading_drawn": "Contacts were drawn for a second reading",
    "text_released": "A person released the words for learning",
    "text_exported": "The released words were exported",
    "examples_exported": "Features and labels were exported",
    "absence_added": "An absence was entered",
    "absence_cancelled": "An absence was cancelled",
    "duty_answered": "Somebody on duty answered: {body}",
    "duty_page_failed": "Nobody could be reached by message: {body}",
    "duty_page_sent": "The message to the person on duty went out: {body}",
    "duty_planned": "The duty roster was changed: {body}",
    "duty_unanswered": "Nobody on duty answered: {body}. The shift of 111 was told",
    "duty_withdrawn": "Nobody needs to be woken any more",
    "duty_woken": "Woken: the person on duty at {body}",
    "phone_handed_over": "Handed over by voice to {body}",
    "reach_way_added": "A way of waking a person was added",
    "reach_way_ended": "A way of waking a person was ended",
    "model_trained": "A model was learned from the desk",
    "model_compared": "A model was compared with the running one",
    "model_proposed": "A model was proposed",
    "model_enabled": "A model was enabled",
    "model_rolled_back": "An earlier model was put back",
    "month_proposed": "Public figures of a month were proposed",
    "month_published": "Public figures of a month were published",
    "month_dropped": "A proposal of public figures was taken back",
    "work_asked": "Long work was asked for",
    "work_taken": "A file that the service made was taken",
    "work_ended": "Long work ended",
    "policy_tried": "Changed rules were tried on the past",
    "policy_proposed": "Changed rules were proposed",
    "policy_enabled": "Changed rules were enabled",
    "policy_rolled_back": "The rules from before were put back",
}
SENTENCES |= ADMIN_EVENTS | FIELD_EVENTS
_QUIET = frozenset({"viewed", "clock_started", "clock_recomputed", "contact_attached",
                    "file_opened", "clock_cancelled", "referral_proposed", "contact_triaged",
                    "taken_along"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    sentence: str
    at: datetime
    actor: str
    tone: str  # grave | step-on | quiet | ""
    event: str
    note: str | None = None
    id: int = 0
    by_system: bool = False


def tell(w: Wording, event: Any, named: Mapping[str, str], note: str | None = None) -> Told:
    """Return one event of a case as a sentence; an event without one by its code.

    `named`: bodies by id and colleagues by user name.
    """
    known = dict(event.data or {})
    name = str(event.event)
    pattern = SENTENCES.get(name)
    values = _values(w, known, named)
    sentence = w.say(pattern).format_map(values) if pattern else name
    tone = (
        "grave"
        if name in _GRAVE
        else "step-on" if name in _STEPS else "quiet" if name in _QUIET else ""
    )  # fmt: skip
    actor = w.actor(str(event.actor), named)
    machine = str(event.actor) in MACHINES
    return Told(sentence, event.at, actor, tone, name, note, int(event.id), machine)


class _Values(dict[str, str]):
    """What an event did not say is a dash: an old event may lack what a new one tells."""

    def __missing__(self, _: str) -> str:
        return "—"


def _values(w: Wording, known: Mapping[str, Any], bodies: Mapping[str, str]) -> _Values:
    values = _Values()
    if isinstance(known.get("answers"), Mapping):
        values["answers"] = _answers(w, known["answers"])
    for key, table in (
        ("channel", "channel"),
        ("letter", "letter"),
        ("assistance", "assistance"),
        ("service", "service"),
        ("result", "handoff_result"),
        ("step", "found_step"),
        ("result", "call_result"),
    ):
        if key in known:
            values[key] = w.of(table, known[key])
    if "code" in known:
        values["code"] = w.of("decline", known["code"])
        values["exception"] = w.of("exception", known["code"])
    if known.get("reason") in HANDED_ON:
        values["why"] = w.of("handed_on", known["reason"])
    check = known.get("check") or known.get("kind")
    if check:
        values["check"] = w.of("check", check)
    if known.get("subcategory"):
        values["topic"] = w.topic(str(known["subcategory"]))
    if known.get("body") or known.get("to"):
        body = str(known.get("body") or known.get("to"))
        values["body"] = bodies.get(body, body)
    _urgencies(w, known, values)
    clock = known.get("name") or known.get("clock")
    if clock:
        values["clock"] = w.of("clock", clock)
    if known.get("due_at"):
        values["due"] = i18n.moment(datetime.fromisoformat(str(known["due_at"])))
    if "safe" in known:
        values["safe"] = w.say("safe" if known["safe"] else "not safe yet")
    return values


def _answers(w: Wording, told: Mapping[str, object]) -> str:
    """Return what was asked and answered, in the order in which the questions stand."""
    asked = w.config.scripts.questions
    return " · ".join(
        f"{one.ask.in_language(w.lang)} — {w.of('answer', told[name])}"
        for name, one in asked.items()
        if name in told
    )


def _urgencies(w: Wording, known: Mapping[str, Any], values: _Values) -> None:
    for key, name in (("urgency", "urgency"), ("from", "before"), ("to", "after")):
        if isinstance(known.get(key), int):
            values[name] = w.urgency(known[key])
