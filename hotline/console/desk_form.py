"""The form of the desk: its fields, what is wrong with it, and the call that it tells of."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hotline.actions.keep_draft import Sender
from hotline.actions.record_call import LoggedCall
from hotline.cases.asked import FACTS, NO, YES
from hotline.cases.inbound import ContactPolicy, Identity
from hotline.cases.terms import EmergencyService
from hotline.console.children_ages import young_by
from hotline.console.fields import LEVELS, PAGE, whole
from hotline.console.wording import Wording
from hotline.identity import iin
from hotline.routing.answered import Answered

FIELDS = (
    "relation", "name", "phone", "safe", "safe_hours", "anonymous", "text", "subcategory",
    "urgency", "children", "ages", "region", "district", "address", "extract", "release",
    "safety_note", "once", "call_id", "line", "called_at", "danger_now", "consent",
    "linked", "not_same", *(f"fact_{name}" for name in FACTS),
)  # fmt: skip
LONGEST = 200_000  # characters of one field of a draft: no form holds more, nothing is cut
READ = 40_000  # characters that suggestions look at
NEEDED = {
    "text": "Write what happened.",
    "subcategory": "Choose the topic.",
    "urgency": "Choose the urgency.",
    "region": "Choose the region.",
}
IIN_WRONG = {
    "length": "IIN number {n} (…{end}) must have 12 digits.",
    "date": "IIN number {n} (…{end}) names no birth date.",
    "check": "IIN number {n} (…{end}): the check digit does not fit. Ask again.",
}
_MOST_PAIRS = 20


def fields_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what a draft keeps of a sent form."""
    return {name: sent[name][:LONGEST] for name in FIELDS if sent.get(name)}


def sender_of(sent: Mapping[str, str]) -> Sender:
    """Return which open page sent the form."""
    return Sender(
        version=whole(sent.get("draft_version", "")),
        page=sent.get("page", "")[:PAGE],
        turn=whole(sent.get("turn", "")) or 0,
        leaving="leaving" in sent,
    )


def faults(w: Wording, sent: Mapping[str, str]) -> dict[str, str]:
    """Return what must be mended before the call is routed: field -> sentence.

    With a call to 102, 103 or 112 only the words are needed: nothing may hold that up.
    """
    at_once = service_of(sent) is not None
    needed = ("text",) if at_once else tuple(NEEDED)
    found = {name: w.say(NEEDED[name]) for name in needed if not sent.get(name, "").strip()}
    if not at_once:
        found |= _of_children(w, sent)
        if "danger_now" in sent and sent.get("urgency") in LEVELS[2:]:
            found["urgency"] = w.say(
                "You ticked danger now: choose the first or second level."
            )
    return found


def _of_children(w: Wording, sent: Mapping[str, str]) -> dict[str, str]:
    wrong = [
        w.say(IIN_WRONG[fault], n=place, end=number[-4:])
        for place, number in enumerate(iin.written_in(sent.get("ages", "")), 1)
        if (fault := iin.fault_of(number))
    ]
    return {"ages": " ".join(wrong)} if wrong else {}


def service_of(sent: Mapping[str, str]) -> str | None:
    """Return the service that the call is handed to at once, or None."""
    asked = sent.get("hand_to", "")
    return asked if asked in set(EmergencyService) else None


def told_of(sent: Mapping[str, str], today: date) -> Answered:
    """Return what the caller answered to the questions of 111."""
    said = {
        name: sent[f"fact_{name}"] for name in FACTS if sent.get(f"fact_{name}", "").strip()
    }
    by_age = young_by(sent.get("ages", ""), today)
    if by_age is not None and said.get("young") != YES:  # it only raises
        said["young"] = YES if by_age else NO
    return Answered.of(said)


def receipts_in(typed: str) -> tuple[str, ...]:
    """Return the receipts that a hidden field of the form lists."""
    return tuple(dict.fromkeys(typed.split()))[:_MOST_PAIRS]


def call_of(sent: Mapping[str, str], today: date, **more: Any) -> LoggedCall:
    """Return the form as the actions want it."""

    def said(name: str) -> str | None:
        return sent.get(name, "").strip() or None

    extra = {key: sent[key].strip() for key in ("children", "ages", "consent") if said(key)}
    identity = Identity(
        name=said("name"),
        phone=said("phone"),
        relation=said("relation"),
        address=said("address"),
        extra=extra,
    )
    safe, once = sent.get("safe", ""), sent.get("once", "")[:40]
    return LoggedCall(
        text=sent.get("text", ""),
        subcategory=sent.get("subcategory", ""),
        urgency=int(sent["urgency"]) if sent.get("urgency") in LEVELS else -1,
        region=said("region"),
        district=said("district"),
        identity=identity,
        anonymous="anonymous" in sent,
        policy=ContactPolicy(
            may_write=safe in ("yes", "messages"),
            may_call=safe in ("yes", "until"),
            hours=said("safe_hours"),
        ),
        external_id=f"desk:{once}" if once else None,
        extract=said("extract"),
        release_narrative="release" in sent,
        safety_note=said("safety_note"),
        draft_id=whole(sent.get("draft_id", "")),
        call_id=whole(sent.get("call_id", "")),
        told=told_of(sent, today),
        same_as=receipts_in(sent.get("linked", "")),
        not_same=receipts_in(sent.get("not_same", "")),
        **more,
    )
