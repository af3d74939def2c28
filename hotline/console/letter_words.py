"""What a person should know of a letter before believing it: marks of `intake.mail` in words."""

from collections.abc import Mapping

MARKS: Mapping[str, str] = {
    "sender_unproven": "Nothing proves that the letter is from this address",
    "auto_reply": "An automatic letter, or one of a mailing list: it is not answered",
    "token_of_another": "It answers a letter of ours that went to somebody else",
    "reply_elsewhere": "It asks for the answer to be sent elsewhere; answers go to the writer",
    "two_versions": "The letter has two versions that differ; both are shown",
    "parts_cut": "The letter has more parts than are taken apart; all of it is kept",
    "cut_short": "The letter was too large; its beginning is kept",
    "encrypted": "The letter is encrypted: it cannot be read here",
    "winmail": "A part is in a form that only Outlook reads",
}
