"""Words for what was written to people and what became of it: msgid by code."""

from collections.abc import Mapping

TABLES: Mapping[str, Mapping[str, str]] = {
    "outbound": {
        "queued": "waits to be sent",
        "sending": "is being sent",
        "sent": "sent",
        "delivered": "has arrived",
        "read": "was read",
        "failed": "was not sent",
        "suppressed": "is not sent",
        "uncertain": "nobody knows whether it arrived",
    },
    "outbound_kind": {
        "ack": "by itself",
        "reply": "answer",
        "notice": "notice by law",
        "template": "template",
    },
    "outbound_reason": {
        "forgotten": "the person was forgotten",
        "thread_left": "the person shut the chat",
        "blocked": "the person shut the chat",
        "channel_off": "this messenger is switched off",
        "not_configured": "this channel has no provider here",
        "no_address": "the message came without an address",
        "no_replies_here": "this channel takes no answers",
        "not_known_to_be_safe": "it is not known that writing is safe",
        "window_over": "own words go only within 24 hours of the person's last message",
        "too_late": "it would have come too late",
        "told_already": "it was said already",
        "timeout": "the provider did not answer in time",
        "interrupted": "sending was cut off",
        "line_broke": "the line broke while sending",
        "bad_answer": "the provider's answer cannot be read",
        "no_line": "the provider cannot be reached",
        "window_closed": "own words go only within 24 hours of the person's last message",
        "token_expired": "the provider takes our token no more",
        "not_on_whatsapp": "there is no WhatsApp at this number",
        "no_such_template": "the provider knows no such template",
        "account_locked": "the provider locked the account of 111",
        "not_subscribed": "the person shut the chat",
        "no_number": "the sender is no number that can be answered",
        "refused": "the provider refused it",
        "by_person": "a person found out",
        "text_missing": "Write an answer.",
        "text_long": "The channel takes no text of this length.",
        "unknown_reply": "Choose one of the ready answers.",
        "unknown_template": "Choose one of the templates.",
        "not_uncertain": "It is known by now what became of this message.",
    },
}
ICONS: Mapping[str, str] = {  # beside the word: nothing by colour alone
    "queued": "clock",
    "sending": "upload",
    "sent": "check",
    "delivered": "circle-check",
    "read": "eye",
    "failed": "circle-x",
    "suppressed": "ban",
    "uncertain": "circle-question-mark",
}
TONES: Mapping[str, str] = {
    "failed": "chip-warn",
    "uncertain": "chip-warn",
    "read": "chip-ok",
}
