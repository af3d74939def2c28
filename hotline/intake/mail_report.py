"""What mail servers and programs write by themselves: reports on letters of ours, auto-replies.

Source: RFC 3464 (delivery status), RFC 8098 (read receipts), RFC 3834 (automatic answers).
"""

import re
from collections.abc import Iterator

from hotline.cases.inbound import DeliveryReport
from hotline.cases.letter_token import answered
from hotline.cases.terms import Channel, OutboundState
from hotline.intake.mail_headers import Headers
from hotline.intake.mail_parts import Part, fields_of

_STATES = {
    "failed": OutboundState.FAILED,
    "delivered": OutboundState.DELIVERED,
    "relayed": OutboundState.SENT,
    "expanded": OutboundState.SENT,
    "displayed": OutboundState.READ,
}
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_KINDS = {"delivery-status": "message/delivery-status",
          "disposition-notification": "message/disposition-notification"}  # fmt: skip
_AUTOMATIC = ("x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder")
_ABSENT = re.compile(  # what mail servers put before a subject, where no header says so
    r"(automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office( autoreply)?"
    r"|автоматический ответ|автоответ(чик)?|автоматты( түрде)? жауап)\s*(:|$)",
    re.IGNORECASE,
)
_LONGEST = 100_000  # bytes of a report that are read


def is_report(letter: Part) -> bool:
    """Return whether this is a report by a machine, in the form made for machines."""
    if letter.kind != "multipart/report":
        return False
    wanted = _KINDS.get(letter.told.get("report-type", "").lower())
    return any(part.kind == wanted and _fields(part) for part in letter.parts)


def reports(letter: Part, key: bytes, account: str) -> list[DeliveryReport]:
    """Return what the report says of a letter of ours; nothing where it is not ours.

    Ours is proved by the token in its Message-ID: nobody else can end a letter of ours.
    """
    known = answered(key, " ".join(_named_ids(letter)), None)
    if known is None:
        return []
    for part in letter.parts:
        if part.kind not in _KINDS.values():
            continue
        for told in _fields(part):
            action = told.first("action") or _displayed(told)
            state = _STATES.get(action.partition(" ")[0].strip().lower())
            if state is not None:
                status = told.first("status").partition(" ")[0][:12]
                code = f"dsn_{status}" if state is OutboundState.FAILED else None
                return [
                    DeliveryReport(
                        Channel.EMAIL, account, state, our_id=known.letter_id, code=code
                    )
                ]
    return []


def by_itself(headers: Headers) -> bool:
    """Return whether a program wrote this, or a list passed it on: never to be answered so."""
    said = headers.first("auto-submitted").partition(";")[0].strip().lower()
    return (
        said not in ("", "no")
        or headers.first("precedence").lower() in _BULK
        or bool(headers.first("x-auto-response-suppress"))
        or bool(headers.first("list-id"))
        or headers.first("return-path") == "<>"
        or any(headers.first(name).lower() not in ("", "no") for name in _AUTOMATIC)
        or _ABSENT.match(headers.text("subject")) is not None
    )


def _displayed(told: Headers) -> str:
    """Return "displayed" where a read receipt says so."""
    said = told.first("disposition").lower()
    return "displayed" if said.rpartition(";")[2].strip().startswith("displayed") else ""


def _named_ids(letter: Part) -> Iterator[str]:
    """Return every Message-ID that the report names, from the most to the least telling."""
    for part in letter.walk():
        if part.kind == "text/rfc822-headers":
            yield fields_of(part.content()[:_LONGEST]).first("message-id")
        if part.kind in _KINDS.values():
            yield from (told.first("original-message-id") for told in _fields(part))
        if part is not letter:
            yield part.headers.first("message-id")
    yield from letter.headers.all("in-reply-to")
    yield from letter.headers.all("references")


def _fields(part: Part) -> list[Headers]:
    """Return the groups of fields of a machine-readable part."""
    raw = part.content()[:_LONGEST].replace(b"\r\n", b"\n")
    found = [fields_of(group) for group in raw.split(b"\n\n") if group.strip()]
    return [told for told in found if any(told.names())]
