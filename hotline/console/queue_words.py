"""Words of the queue of 111: why a contact waits until later."""

from collections.abc import Mapping

TABLES: Mapping[str, Mapping[str, str]] = {
    "put_off": {
        "waits_for_answer": "we asked, the person has yet to answer",
        "call_later": "at a time that the person named",
        "needs_language": "a colleague who speaks the language comes later",
        "office_closed": "whom to ask answers later",
    },
    "graphic": {
        "sexual": "Words about sexual violence",
        "self_harm": "Words about suicide or self-harm",
        "injury": "Words about wounds",
        "spam": "Hidden as spam or abuse",
    },
    "queue_tab": {
        "mine": "Mine",
        "shared": "Shared",
        "put_off": "Postponed",
        "messages": "Messages",
    },
    "queue_wrong": {
        "held_by_other": "A colleague has it in hand.",
        "contact_closed": "Somebody else has closed this contact already.",
        "danger_waits_not": "What may be danger does not wait.",
        "put_off_why": "Choose why it waits.",
        "put_off_until": "Choose a time within three days.",
    },
}
